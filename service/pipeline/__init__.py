"""The pipeline: the shell around the night. It owns the Protocols of the world that it needs."""

from service.pipeline.lookout import Listen, Lookout, see_nobody_else
from service.pipeline.outbox import EVENTS_WAITING_MAX, Outbox, Outgoing
from service.pipeline.pipeline import BATCH_BYTES_MAX, BATCH_MESSAGES_MAX, Pipeline, Progress
from service.pipeline.ports import Clock, Journal, Link
from service.pipeline.status import status_payload

__all__ = [
    "BATCH_BYTES_MAX",
    "BATCH_MESSAGES_MAX",
    "EVENTS_WAITING_MAX",
    "Clock",
    "Journal",
    "Link",
    "Listen",
    "Lookout",
    "Outbox",
    "Outgoing",
    "Pipeline",
    "Progress",
    "see_nobody_else",
    "status_payload",
]
