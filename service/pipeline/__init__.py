"""The pipeline: the shell around the night. It owns the Protocols of the world that it needs."""

from service.pipeline.outbox import Outbox, Outgoing
from service.pipeline.pipeline import BATCH_BYTES_MAX, BATCH_MESSAGES_MAX, Pipeline, Progress, status_payload
from service.pipeline.ports import Clock, Journal, Link

__all__ = [
    "BATCH_BYTES_MAX",
    "BATCH_MESSAGES_MAX",
    "Clock",
    "Journal",
    "Link",
    "Outbox",
    "Outgoing",
    "Pipeline",
    "Progress",
    "status_payload",
]
