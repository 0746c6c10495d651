"""What central counts, in a registry of its own that `/metrics` prints."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Counters and gauges of one central process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = Counter("yuhang_events", "events committed, repeats included", registry=self.registry)
        self.refused = Counter("yuhang_events_refused", "messages refused", ["kind"], registry=self.registry)
        self.dropped = Counter("yuhang_events_dropped", "messages not taken while the queue was full", registry=self.registry)
        self.queue_bytes = Gauge("yuhang_ingest_queue_bytes", "payload bytes waiting to be written", registry=self.registry)
        self.batch = Histogram(
            "yuhang_ingest_batch_seconds",
            "time to validate and commit a batch",
            registry=self.registry,
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
        )
        self.write_failures = Counter("yuhang_ingest_write_failures", "batches to be written again", registry=self.registry)
        self.handled = Counter("yuhang_events_handled", "events handled by the features", registry=self.registry)
        self.camera_days = Gauge(
            "yuhang_camera_paper_days", "days until a paper of a camera runs out", ["camera", "paper"], registry=self.registry
        )
        self.cameras_flawed = Gauge("yuhang_cameras_not_in_order", "cameras whose pictures prove nothing", registry=self.registry)
        self.node_losses = Gauge(
            "yuhang_node_losses", "evidence and events lost by a node since its start", ["node", "kind"], registry=self.registry
        )
        self.parked = Counter("yuhang_events_parked", "events that could not be handled", registry=self.registry)
        self.segments = Counter("yuhang_notice_segments", "segments taken by a channel", ["channel"], registry=self.registry)
        self.cost = Counter("yuhang_notice_cost_yuan", "their cost by the configured prices", ["channel"], registry=self.registry)
        self.receipts_refused = Counter("yuhang_receipts_refused", "receipts that could not be used", registry=self.registry)
