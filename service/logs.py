"""Logs: JSON lines on standard error, one a batch and not one a message, with fixed names and no payloads."""

import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TextIO, cast

import structlog

LOG_EVENTS: Final[Mapping[str, str]] = {
    "service_started": "the journal is open and the pipeline runs: election, journal, broker, whether a test night",
    "service_stopped": "the pipeline has ended in good order",
    "service_failed": "an error ended the service: where, found, expected, way out",
    "journal_recovered": "the night was rebuilt from the journal: records, up to where events had been published",
    "broker_started": "the embedded broker accepts connections: its address",
    "broker_ended": "the embedded broker has ended by itself: its status, how many restarts so far; it is started anew",
    "web_started": "the page is served: its address",
    "readers_lost": "the process that serves the page and writes its files has ended: its status; it is started anew",
    "readers_not_told": "that process could not be started, or not be told: the error, seconds until the next try",
    "readers_limited": "the system lets fewer readers stay connected than the page could serve: how many (ulimit -n)",
    "page_task_failed": "what keeps the page up to date has failed: which part, and the error; it is started anew",
    "page_failed": "a page could not be drawn: which, and the error; it stays as it was, and the count goes on",
    "snapshot_failed": "files of the page could not be written: the folder and the reason; the next change tries again",
    "broker_connected": "a connection to the broker was made: how many so far",
    "broker_lost": "the connection to the broker broke or could not be made: the reason; it is tried again",
    "clock_set_back": "the clock is over a minute behind the last record: seconds, sequence; times on record follow it",
    "another_service_heard": "another service publishes on our topics: its instance, whether a test; one has to stop",
    "leftovers_emptied": "what another night had left on the broker was looked for and emptied: how many topics",
    "lookout_failed": "nobody looks out for other services and leftovers: the reason; the count goes on",
    "log_lines_lost": "lines of this log could not be written before this one: how many; nothing else was lost",
    "batch_applied": "messages are on disk, acknowledged and applied: how many, last sequence, microseconds it took",
    "forecaster_failed": "no model could be made at the start: the reason; no body is projected, the count goes on",
    "projection_failed": "a projection could not be worked out: body, sequence, reason; it is withheld until the next",
    "projection_late": "a model has not answered: body, sequence, seconds; withheld until it does, the others go on",
    "publication_failed": "the broker did not take a publication: the reason; the newest state is tried again",
    "publication_refused": "the broker refuses a topic: which, the reason; it is offered again ever more rarely",
    "publication_allowed": "the broker takes a topic that it had refused: which; its newest state has gone out",
    "stop_hurried": "the broker did not take what was left within the seconds that a stop waits",
}
"""Every log event: past tense, fixed, documented in the README."""


class LogLines:
    """Standard error as the log writes it. A line that cannot be written is lost and counted, and ends nothing.

    It may be a file on a full disk, or a pipe whose reader is gone; once it takes a line again, it is told before that
    one how many were lost.
    """

    def __init__(self, file: TextIO) -> None:
        self.lost = 0
        self._file: Final = file

    def write(self, text: str) -> None:
        """Write a line, and first how many were lost, if any were."""
        try:
            if self.lost:
                put_out(self._file, _lost(self.lost))
                self.lost = 0
            put_out(self._file, text)
        except OSError:
            self.lost += 1

    def flush(self) -> None:
        """Do nothing: what is written is written at once."""


def put_out(file: TextIO, text: str) -> None:
    """Write text at once and leave none of it behind in a buffer, which would be tried again at the program's end.

    Raises:
        OSError: it cannot be written.
    """
    try:
        number = file.fileno()
    except OSError:  # a file in memory
        file.write(text)
        return
    file.flush()
    left = text.encode(errors="backslashreplace")
    while left:
        left = left[os.write(number, left) :]


def _lost(lines: int) -> str:
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"lines": lines, "event": "log_lines_lost", "level": "warning", "timestamp": at}) + "\n"


def configure_logs(*, quiet: bool = False) -> None:
    """Set logging up once, at start: JSON lines on standard error; `quiet` leaves warnings and errors."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(sort_keys=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, LogLines(sys.stderr))),
        cache_logger_on_first_use=True,
    )
