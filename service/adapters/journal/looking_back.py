"""What we had said by an earlier moment, read from the journal while its night runs, or afterwards."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from service.adapters.journal.publications import read_row
from service.adapters.journal.reading import open_reader
from service.adapters.journal.storage import damaged_publication, unreadable
from service.records import Publication

EVENTS_MAX: Final = 500
"""The last events up to a moment: what a page can show."""

SAID_MAX: Final = 5000
"""The last publications on one topic: standings go out at most four times a second, results far more rarely."""

MOMENTS: Final = """
SELECT DISTINCT at_us FROM publications WHERE topic >= :first AND topic < :beyond ORDER BY at_us
"""
LAST_ON_EACH: Final = """
SELECT number, at_us, sequence, topic, digest, payload FROM publications
WHERE number IN (SELECT max(number) FROM publications WHERE at_us <= :until_us AND topic <> :events GROUP BY topic)
"""
LAST_ON_ONE: Final = """
SELECT number, at_us, sequence, topic, digest, payload FROM publications
WHERE topic = :topic AND at_us <= :until_us ORDER BY number DESC LIMIT :most
"""
END_US: Final = 2**62
"""Later than any time."""


class LookingBack:
    """A journal's publications by time. Every call opens the file anew, so that nothing is held open between them."""

    def __init__(self, path: Path, *, standings: str, events: str) -> None:
        """Look back in the journal at `path`; `standings` is what topics of standings start with."""
        self._path: Final = path.resolve()
        self._standings: Final = standings
        self._events: Final = events

    def moments(self) -> Sequence[int]:
        """Give the times at which standings were published, microseconds since 1970 UTC, each once, oldest first."""
        beyond = self._standings[:-1] + chr(ord(self._standings[-1]) + 1)
        with open_reader(self._path) as reader, unreadable(damaged_publication, self._path, 1):
            rows = reader.ask(MOMENTS, {"first": self._standings, "beyond": beyond})
            return [at_us for (at_us,) in rows if isinstance(at_us, int)]

    def said_by(self, until_us: int) -> Mapping[str, bytes]:
        """Give the last publication on each topic up to a time, events left out; JournalDamagedError."""
        said = self._read(LAST_ON_EACH, {"until_us": until_us, "events": self._events})
        return {publication.topic: publication.payload for publication in said}

    def events_by(self, until_us: int) -> Sequence[bytes]:
        """Give the last events up to a time, the oldest first; JournalDamagedError."""
        asked = {"topic": self._events, "until_us": until_us, "most": EVENTS_MAX}
        return [publication.payload for publication in self._read(LAST_ON_ONE, asked)][::-1]

    def said_on(self, topic: str) -> Sequence[Publication]:
        """Give what was said last on a topic, the oldest first; JournalDamagedError."""
        return self._read(LAST_ON_ONE, {"topic": topic, "until_us": END_US, "most": SAID_MAX})[::-1]

    def _read(self, question: str, asked: Mapping[str, object]) -> list[Publication]:
        with open_reader(self._path) as reader, unreadable(damaged_publication, self._path, 1):
            return [read_row(self._path, row) for row in reader.ask(question, asked)]
