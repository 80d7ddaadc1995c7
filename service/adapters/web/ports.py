"""What the web needs of the service, in its own words: what was said before, and how the service is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from service.records import Publication

SILENT_S_MAX: Final = 10.0
"""A service that has not said for so long how it is, ten times over, is taken to be in trouble."""


class History(Protocol):
    """What was published and when. Each call reads the record anew, and may take a while."""

    def moments(self) -> Sequence[int]:
        """Give the times at which standings were published, microseconds since 1970 UTC, oldest first, each once."""

    def said_by(self, until_us: int) -> Mapping[str, bytes]:
        """Give the last publication on each topic up to a time; events are left out."""

    def events_by(self, until_us: int) -> Sequence[bytes]:
        """Give the last events up to a time, the oldest first."""

    def said_on(self, topic: str) -> Sequence[Publication]:
        """Give everything said on a topic, the oldest first."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the service is: whether it has its broker, up to which record it has come, how long the last batch took.

    `refused` counts the topics that the broker does not take from it, `others` the services that publish on the same
    topics, `restarts` how often the page's process was started anew, `disk_free_bytes` what is left where the journal
    is; `silent_s` is how long ago it said all this.
    """

    connected: bool
    connections: int
    sequence: int
    last_count: str | None
    lag_us: int
    quarantined: int
    messages: int
    batches: int
    test: bool
    refused: int = 0
    restarts: int = 0
    disk_free_bytes: int = 0
    others: int = 0
    silent_s: float = 0.0


HealthNow = Callable[[], Health]
