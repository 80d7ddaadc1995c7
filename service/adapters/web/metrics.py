"""Metrics, in the text format that Prometheus and its kin read: every figure is asked for when it is read."""

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.adapters.web.ports import HealthNow
from service.adapters.web.stream import Stream


class Metrics(Collector):
    """What the service counts and how it is."""

    def __init__(self, health: HealthNow, stream: Stream) -> None:
        self._health = health
        self._stream = stream
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        """Write every metric as it is now."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Give every metric as it is now."""
        health = self._health()
        counters = {
            "messages": ("Messages put on record and applied since the start", health.messages),
            "batches": ("Batches of messages since the start: one commit each", health.batches),
            "broker_connections": ("Connections made to the broker since the start", health.connections),
            "page_restarts": ("Times that the process of the page was started anew", health.restarts),
            "readers_let_go": ("Readers of the page let go because they took nothing", self._stream.let_go),
        }
        gauges = {
            "sequence": ("Last record applied", health.sequence),
            "broker_connected": ("Whether there is a connection to the broker", int(health.connected)),
            "batch_seconds": ("How long the last batch took, from arrival to applied", health.lag_us / 1e6),
            "quarantined": ("Messages that wait in quarantine", health.quarantined),
            "refused": ("Topics that the broker refuses to take", health.refused),
            "disk_free_bytes": ("Room that is left where the journal is", health.disk_free_bytes),
            "others": ("Other services that publish on the same topics", health.others),
            "readers": ("Readers of the page who are connected now", self._stream.readers),
        }
        if health.last_count is not None:
            age = datetime.now(UTC) - datetime.fromisoformat(health.last_count)
            gauges["last_count_age_seconds"] = ("How long ago the last message came", age.total_seconds())
        for name, (words, value) in counters.items():
            yield CounterMetricFamily(f"election_night_{name}", words, value=value)
        for name, (words, amount) in gauges.items():
            yield GaugeMetricFamily(f"election_night_{name}", words, value=amount)
