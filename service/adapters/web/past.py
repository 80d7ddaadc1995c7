"""Going back: the time that is asked for, read, and what there was to show or to give out by then."""

import asyncio
import json
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Final, TypeVar

from service.adapters.web.drawn import Pages, Written, pack, with_history
from service.adapters.web.ports import History
from service.adapters.web.recent import Recent
from service.election import Election
from service.records import Publication, microseconds, moment
from service.standings.wire import encode
from service.topics import Topics
from service.views.board import Board, Trails, shown_of
from service.views.links import Links
from service.views.pages import document
from service.views.shown import Address, Shown

EXPECTED: Final = "expected a time, such as 03:12 or 2012-05-04T19:30:00+01:00"

THEN_KEPT: Final = 8
"""Moments of which all that was published is kept: a few megabytes each, and readers ask for one page after another."""

PAGES_KEPT: Final = 64
"""Pages as of a moment that are kept: links to them are passed on, and many follow one."""

DAYS_BACK: Final = 3
"""Where to look for a time of day: the end's own day, the one before it, another for a clock put back at midnight."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Then:
    """All that had been published by a moment: on each topic the last word, and the last events."""

    said: Mapping[str, bytes]
    events: Sequence[bytes]


class Past:
    """What had been published by an earlier moment.

    It is read and drawn in a thread of its own: whoever looks at what is now never waits for those who go back. What
    was made last is kept, once nothing can be added to the moment that it is of.
    """

    def __init__(self, board: Board, pages: Pages, history: History, topics: Topics) -> None:
        self._board: Final = board
        self._pages: Final = pages
        self._history: Final = history
        self._topics: Final = topics
        self._then: Final = Recent[tuple[int, int], _Then](THEN_KEPT)
        self._shown: Final = Recent[tuple[int, int], Shown](THEN_KEPT)
        self._written: Final = Recent[tuple[Address, int, int], Written](PAGES_KEPT)
        self._thread: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="past")

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def moments(self) -> Sequence[int]:
        """Give the times at which standings were published, microseconds since 1970 UTC, oldest first."""
        return await self._pages.ask(self._history.moments)

    async def read(self, asked: str) -> int | None:
        """Read a time to go back to, in microseconds since 1970; None: it is none."""
        return read_at(asked, self._board.election, await self.moments())

    async def payload(self, levels: str, until_us: int) -> bytes | None:
        """Give what had been published on a topic, to the byte; None: nothing."""
        then = await self._in_thread(lambda: self._read_then(until_us))
        return then.said.get(f"{self._topics.base}/{levels}")

    async def events(self, until_us: int) -> bytes:
        """Give the last events by then as they are served, the oldest first."""
        then = await self._in_thread(lambda: self._read_then(until_us))
        events = {event["id"]: event for event in map(json.loads, then.events)}  # it may be said twice around a crash
        return encode({"events": list(events.values())})

    async def said_on(self, levels: str) -> Sequence[Publication]:
        """Give what was said on a topic and when, the oldest first."""
        return await self._pages.ask(lambda: self._history.said_on(f"{self._topics.base}/{levels}"))

    async def shown(self, until_us: int) -> Shown:
        """Give what there was to show."""
        trails = self._board.shown().trails
        return await self._in_thread(lambda: self._read_shown(until_us, trails))

    async def page(self, address: Address, until_us: int) -> Written:
        """Give a whole page."""
        trails = self._board.shown().trails

        def write() -> Written:
            shown = self._read_shown(until_us, trails)
            then = with_history(shown, address, self._history, self._topics, until_us=until_us)
            return pack(document(then, address, Links(at=then.past), stream=None))

        def kept() -> Written:
            settled = self._settled(until_us)
            return write() if settled is None else self._written.get((address, *settled), write)

        return await self._in_thread(kept)

    def _read_then(self, until_us: int) -> _Then:
        def read() -> _Then:
            return _Then(self._history.said_by(until_us), self._history.events_by(until_us))

        settled = self._settled(until_us)
        return read() if settled is None else self._then.get(settled, read)

    def _read_shown(self, until_us: int, trails: Trails) -> Shown:
        past = moment(until_us).astimezone(self._board.election.time_zone).isoformat(timespec="microseconds")

        def read() -> Shown:
            then = self._read_then(until_us)
            return shown_of(self._board, then.said, then.events, past=past, trails=trails)

        settled = self._settled(until_us)
        return read() if settled is None else self._shown.get(settled, read)

    def _settled(self, until_us: int) -> tuple[int, int] | None:
        """Name a moment to which nothing can be added any more: something newer was published. None: there may be.

        How many moments lie before it is part of the name, for a clock that is set back can put one there.
        """
        moments = self._history.moments()
        before = bisect_right(moments, until_us)
        return (until_us, before) if before < len(moments) else None

    async def _in_thread(self, question: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)


def read_at(asked: str, election: Election, moments: Sequence[int]) -> int | None:
    """Read a time to go back to, in microseconds since 1970; a time of day alone is the last such before the end.

    Times are those of the election's place, unless they say otherwise. None: it cannot be read, or not be told there.
    """
    zone = election.time_zone
    written = asked.strip().replace(" ", "+")
    try:
        at = datetime.fromisoformat(written)
        at_us = microseconds(at if at.tzinfo else at.replace(tzinfo=zone))
    except ValueError:
        try:
            of_day = time.fromisoformat(written)
        except ValueError:
            return None
        at_us = _last_before(of_day, zone, moments[-1] if moments else microseconds(election.opens_at))
    try:
        moment(at_us).astimezone(zone)
    except OverflowError:  # years 1 to 9999 can be told
        return None
    return at_us


def _last_before(of_day: time, zone: tzinfo, end_us: int) -> int:
    """Give the last moment up to the end at which clocks showed a time of day.

    A clock that is put back shows it twice. One that is put forward may never show it: then it is what the clock would
    have shown, had it been left alone or put forward before.
    """
    place = of_day.tzinfo or zone
    day = moment(end_us).astimezone(place).date()
    days = (day - timedelta(days=number) for number in range(DAYS_BACK))
    shown = (datetime.combine(each, of_day, tzinfo=place).replace(fold=fold) for each in days for fold in (0, 1))
    return max(at_us for at_us in map(microseconds, shown) if at_us <= end_us)
