"""The node's figures for Prometheus, on loopback. Imported only where a port is configured."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from edge.node.health import Health
from edge.sources.group import CameraHealth


class HealthCollector(Collector):
    """The last figures as Prometheus gauges `yuhang_node{name="..."}`, and the state of each camera."""

    def __init__(self, health: Health, states: Callable[[], Mapping[str, CameraHealth]]) -> None:
        self._health = health
        self._states = states

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily("yuhang_node", "Counters and gauges of the node by name", labels=["name"])
        for name, value in sorted(self._health.last.items()):
            family.add_metric([name], value)
        yield family
        states = GaugeMetricFamily("yuhang_camera_state", "1 for the state that a camera is in", labels=["camera", "state"])
        for camera, health in self._states().items():
            states.add_metric([camera, health.word], 1.0)
        yield states


def serve_metrics(health: Health, states: Callable[[], Mapping[str, CameraHealth]], port: int) -> Callable[[], None]:
    """Serve the figures on loopback; returns what ends the server."""
    registry = CollectorRegistry()
    registry.register(HealthCollector(health, states))
    server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end
