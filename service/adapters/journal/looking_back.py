"""What we had said by an earlier moment, read from the journal while its night runs, or afterwards."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Final

from service.adapters.journal.publications import read_row
from service.adapters.journal.reading import JournalReader, open_reader
from service.adapters.journal.storage import damaged_publication, unreadable
from service.records import Publication

EVENTS_MAX: Final = 500
"""The last events up to a moment: what a page can show."""

SAID_MAX: Final = 5000
"""The last publications on one topic: standings go out at most four times a second, results far more rarely."""

ADDED: Final = "SELECT number, at_us, topic FROM publications WHERE number > :after ORDER BY number"
CHOSEN: Final = """
SELECT number, at_us, sequence, topic, digest, payload FROM publications
WHERE number IN (SELECT value FROM json_each(:numbers)) ORDER BY number
"""
END_US: Final = 2**62
"""Later than any time."""

_Place = tuple[int, int]
"""A publication's number and its time. Numbers rise; times may not, where a clock was set back."""


class LookingBack:
    """A journal's publications by time. Every call opens the file anew, so that nothing is held open between them.

    Which publication is on which topic is kept in memory and added to, some bytes each: the table has no index, and
    to go through all of it for each page that somebody reads would take the longer the later the night. Threads may ask
    side by side.
    """

    def __init__(self, path: Path, *, standings: str, events: str) -> None:
        """Look back in the journal at `path`; `standings` is what topics of standings start with."""
        self._path: Final = path.resolve()
        self._standings: Final = standings
        self._events: Final = events
        self._lock: Final = Lock()
        self._topics: Final[defaultdict[str, list[_Place]]] = defaultdict(list)
        self._moments: Final[list[int]] = []
        self._known = 0

    def moments(self) -> Sequence[int]:
        """Give the times at which standings were published, microseconds since 1970 UTC, each once, oldest first."""
        with self._lock, open_reader(self._path) as reader:
            self._catch_up(reader)
            return tuple(self._moments)

    def said_by(self, until_us: int) -> Mapping[str, bytes]:
        """Give the last publication on each topic up to a time, events left out; JournalDamagedError."""
        with open_reader(self._path) as reader:
            with self._lock:
                self._catch_up(reader)
                last = [_until(said, until_us, 1) for topic, said in self._topics.items() if topic != self._events]
            read = self._read(reader, [number for numbers in last for number in numbers])
            return {publication.topic: publication.payload for publication in read}

    def events_by(self, until_us: int) -> Sequence[bytes]:
        """Give the last events up to a time, the oldest first; JournalDamagedError."""
        return [publication.payload for publication in self._last(self._events, until_us, EVENTS_MAX)]

    def said_on(self, topic: str) -> Sequence[Publication]:
        """Give what was said last on a topic, the oldest first; JournalDamagedError."""
        return self._last(topic, END_US, SAID_MAX)

    def _last(self, topic: str, until_us: int, most: int) -> list[Publication]:
        with open_reader(self._path) as reader:
            with self._lock:
                self._catch_up(reader)
                last = _until(self._topics.get(topic, ()), until_us, most)
            return self._read(reader, last)

    def _catch_up(self, reader: JournalReader) -> None:
        """Note which publications came since the last look."""
        with unreadable(damaged_publication, self._path, self._known + 1):
            added = reader.ask(ADDED, {"after": self._known})
        for row in added:
            match row:
                case (int(number), int(at_us), str(topic)):
                    self._topics[topic].append((number, at_us))
                    self._known = number
                    if topic.startswith(self._standings):
                        self._note_moment(at_us)
                case _:
                    raise damaged_publication(
                        self._path,
                        self._known + 1,
                        found="values of another kind",
                        expected="a number, a time and a topic",
                    )

    def _note_moment(self, at_us: int) -> None:
        place = bisect_left(self._moments, at_us)
        if self._moments[place : place + 1] != [at_us]:
            self._moments.insert(place, at_us)

    def _read(self, reader: JournalReader, numbers: Sequence[int]) -> list[Publication]:
        with unreadable(damaged_publication, self._path, 1):
            rows = reader.ask(CHOSEN, {"numbers": json.dumps(numbers)})
            return [read_row(self._path, row) for row in rows]


def _until(said: Sequence[_Place], until_us: int, most: int) -> list[int]:
    """Number the last publications up to a time."""
    last = islice((number for number, at_us in reversed(said) if at_us <= until_us), most)
    return list(last)[::-1]
