"""The board: everything published, as of now, kept in memory for those who read. Reading it never asks the night."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from service.election import Election
from service.ids import AreaId, BodyId, ContestId
from service.standings.wire import JSON
from service.topics import Topics
from service.views.shown import Place, Projected, Shown, Tile

EVENTS_KEPT: Final = 500
"""Events kept for the ticker and `/api/events`: more than a page shows; all of them are on record."""

TRAIL_MAX: Final = 240
"""Projections of a body kept to be drawn over time; beyond that every second one is dropped, the oldest included."""


class Board:
    """What was published last on each retained topic, and the last events. `version` counts changes."""

    def __init__(self, election: Election, topics: Topics, tiles: Mapping[AreaId, Tile]) -> None:
        self.election: Final = election
        self.version = 0
        self.status: JSON = {"status": "starting", "test": False}
        self.published: Final[dict[str, bytes]] = {}
        self._topics: Final = topics
        self._tiles: Final = tiles
        self._standings: Final[dict[BodyId, JSON]] = {}
        self._results: Final[dict[Place, JSON]] = {}
        self._quarantine: Final[dict[tuple[str, str], JSON]] = {}
        self._events: Final[deque[JSON]] = deque(maxlen=EVENTS_KEPT)
        self._ids: Final[deque[str]] = deque(maxlen=EVENTS_KEPT)
        self._trails: Final[dict[BodyId, list[Projected]]] = {}
        self._listeners: Final[list[Callable[[], None]]] = []

    def tell(self, said: Iterable[tuple[str, bytes]]) -> None:
        """Take in what is published: topics and payloads."""
        for topic, payload in said:
            self._take(topic, payload)
        self._change()

    def tell_status(self, status: JSON) -> None:
        """Take in how the service is; a change of word is a change of the page."""
        before, self.status = self.status, status
        if (before["status"], before["test"]) != (status["status"], status["test"]):
            self._change()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call somebody after every change; it must return at once."""
        self._listeners.append(listener)

    def shown(self) -> Shown:
        """Give what there is to show now, as a value of its own that later changes leave alone."""
        return Shown(
            election=self.election,
            tiles=self._tiles,
            standings=dict(self._standings),
            results=dict(self._results),
            quarantine=dict(self._quarantine),
            events=tuple(self._events),
            status=dict(self.status),
            trails={body: tuple(trail) for body, trail in self._trails.items()},
        )

    def _change(self) -> None:
        self.version += 1
        for listener in self._listeners:
            listener()

    def _take(self, topic: str, payload: bytes) -> None:
        levels = topic.removeprefix(self._topics.base + "/").split("/")
        match levels:
            case ["standings", body]:
                self._standings[BodyId(body)] = json.loads(payload)
                self._follow_projection(BodyId(body))
            case ["results", contest, area]:
                self._results[ContestId(contest), AreaId(area)] = json.loads(payload)
            case ["quarantine", contest, area]:
                if payload:
                    self._quarantine[contest, area] = json.loads(payload)
                else:
                    self._quarantine.pop((contest, area), None)
            case ["events"]:
                self._take_event(json.loads(payload))
                return
            case _:
                return
        self.published["/".join(levels)] = payload

    def _follow_projection(self, body: BodyId) -> None:
        """Add a body's projection to those of the night, if it is another one."""
        standings = self._standings[body]
        seats = {row["party"]: row["projection"]["seats"] for row in standings["parties"] if row["projection"]}
        trail = self._trails.setdefault(body, [])
        if seats and (not trail or trail[-1].seats != seats):
            trail.append(Projected(standings["as_of"], seats))
        if len(trail) > TRAIL_MAX:
            del trail[1::2]

    def _take_event(self, event: JSON) -> None:
        """Keep an event once, though it may be said twice around a crash."""
        if event["id"] not in self._ids:
            self._ids.append(event["id"])
            self._events.append(event)


Trails = Mapping[BodyId, Sequence[Projected]]


def shown_of(board: Board, said: Mapping[str, bytes], events: Iterable[bytes], *, past: str, trails: Trails) -> Shown:
    """Give what there was to show at an earlier moment: what had been published by then on each topic.

    `trails` are the projections of the whole night, of which those until then are kept.
    """
    then = Board(board.election, board._topics, board._tiles)  # noqa: SLF001 - the same module
    then.tell([*said.items(), *((board._topics.events, event) for event in events)])  # noqa: SLF001 - as above
    shown = then.shown()
    until = {
        body: (*_until(trail, shown.standings.get(body)), *shown.trails.get(body, ())) for body, trail in trails.items()
    }
    return replace(shown, status={}, past=past, trails=until)


def _until(trail: Sequence[Projected], standings: JSON | None) -> Iterator[Projected]:
    """Give the projections before those that were said last at an earlier moment."""
    if standings is not None:
        until = datetime.fromisoformat(standings["as_of"])
        yield from (each for each in trail if datetime.fromisoformat(each.at) < until)
