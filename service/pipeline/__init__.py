"""The pipeline: the shell around the night. It owns the Protocols of the world that it needs."""

from service.pipeline.pipeline import Pipeline, Progress, status_payload
from service.pipeline.ports import Clock, Journal, Link

__all__ = ["Clock", "Journal", "Link", "Pipeline", "Progress", "status_payload"]
