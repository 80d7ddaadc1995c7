"""The pipeline: the shell around the night. It owns the Protocols of the world that it needs."""

from service.pipeline.outbox import Outbox, Outgoing
from service.pipeline.pipeline import BATCH_BYTES_MAX, BATCH_MESSAGES_MAX, Pipeline, Progress
from service.pipeline.ports import Clock, Journal, Link
from service.pipeline.status import status_payload

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
