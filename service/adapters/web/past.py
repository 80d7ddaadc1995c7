"""Going back: the time that is asked for, read, and what there was to show or to give out by then."""

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from service.adapters.web.drawn import Pages
from service.adapters.web.ports import History
from service.election import Election
from service.records import Publication, microseconds, moment
from service.standings.wire import encode
from service.topics import Topics
from service.views.board import Board, shown_of
from service.views.shown import Shown

EXPECTED: Final = "expected a time, such as 03:12 or 2012-05-04T19:30:00+01:00"


class Past:
    """What had been published by an earlier moment: asked of the record off the event loop."""

    def __init__(self, board: Board, pages: Pages, history: History, topics: Topics) -> None:
        self._board: Final = board
        self._pages: Final = pages
        self._history: Final = history
        self._topics: Final = topics

    async def moments(self) -> Sequence[int]:
        """Give the times at which standings were published, microseconds since 1970 UTC, oldest first."""
        return await self._pages.ask(self._history.moments)

    async def read(self, asked: str) -> int | None:
        """Read a time to go back to, in microseconds since 1970; None: it is none."""
        return read_at(asked, self._board.election, await self.moments())

    async def payload(self, levels: str, until_us: int) -> bytes | None:
        """Give what had been published on a topic, to the byte; None: nothing."""
        said = await self._pages.ask(lambda: self._history.said_by(until_us))
        return said.get(f"{self._topics.base}/{levels}")

    async def events(self, until_us: int) -> bytes:
        """Give the last events by then as they are served, the oldest first."""
        said = await self._pages.ask(lambda: self._history.events_by(until_us))
        events = {event["id"]: event for event in map(json.loads, said)}  # it may be said twice around a crash
        return encode({"events": list(events.values())})

    async def said_on(self, levels: str) -> Sequence[Publication]:
        """Give what was said on a topic and when, the oldest first."""
        return await self._pages.ask(lambda: self._history.said_on(f"{self._topics.base}/{levels}"))

    async def shown(self, until_us: int) -> Shown:
        """Give what there was to show."""
        past = moment(until_us).astimezone(self._board.election.time_zone).isoformat(timespec="microseconds")
        trails = self._board.shown().trails

        def read() -> Shown:
            said, events = self._history.said_by(until_us), self._history.events_by(until_us)
            return shown_of(self._board, said, events, past=past, trails=trails)

        return await self._pages.ask(read)


def read_at(asked: str, election: Election, moments: Sequence[int]) -> int | None:
    """Read a time to go back to, in microseconds since 1970; a time of day alone is the last such before the end."""
    zone = election.time_zone
    written = asked.strip().replace(" ", "+")
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        try:
            of_day = time.fromisoformat(written)
        except ValueError:
            return None
        end = moment(moments[-1] if moments else microseconds(election.opens_at)).astimezone(zone)
        at = datetime.combine(end.date(), of_day, tzinfo=zone)
        at = at - timedelta(days=1) if at > end else at
    return microseconds(at if at.tzinfo else at.replace(tzinfo=zone))
