"""The node's figures for Prometheus, on loopback. Imported only where a port is configured."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from edge.node.health import Health


class HealthCollector(Collector):
    """The last figures as Prometheus gauges `yuhang_node{name="..."}`."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily("yuhang_node", "Counters and gauges of the node by name", labels=["name"])
        for name, value in sorted(self._health.last.items()):
            family.add_metric([name], value)
        yield family


def serve_metrics(health: Health, port: int) -> Callable[[], None]:
    """Serve the figures on loopback; returns what ends the server."""
    registry = CollectorRegistry()
    registry.register(HealthCollector(health))
    server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end
