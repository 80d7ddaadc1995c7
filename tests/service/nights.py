"""The recorded nights as the service should end them: counted anew from their messages, with no broker in between."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from service.adapters.journal import open_reader, verify
from service.app import as_records, find_night, forecaster_of, load_election, messages_of
from service.election import Election
from service.night import Forecaster, Night, Place
from service.pipeline.outbox import QUARANTINE_SHOWN_MAX
from service.records import Message
from service.topics import Topics

CONFIG: Final = Path(__file__).parents[2] / "config"
LONDON: Final = ("london-2004", "london-2012", "london-2021")

FROM_STANDINGS: Final = frozenset({"certain", "call_suggested", "call_suggestion_dropped"})
"""Events that follow from standings when those are published, not from one record."""

ARRIVAL: Final = frozenset({"sequence", "digest", "as_of", "duplicate"})
"""What may differ when the same messages come in another order, at other times, or more than once."""

OF_A_MODEL: Final = frozenset({"projection", "withheld", "chance"})
"""Fields of standings and of their rows in which a model speaks."""


@dataclass(frozen=True)
class Recorded:
    """A recorded night: its election, the folder of that, its messages and topics."""

    election: Election
    folder: Path
    messages: tuple[Message, ...]

    @property
    def topics(self) -> Topics:
        return Topics("elections", self.election.id)


@cache
def recorded(name: str) -> Recorded:
    folder = CONFIG / "elections" / name
    return Recorded(load_election(folder), folder, tuple(messages_of(find_night(name, CONFIG))))


@dataclass(frozen=True)
class Expected:
    """What a night ends in: what each retained topic says in the end, and every event by its id."""

    retained: Mapping[str, Any]
    events: Mapping[str, Any]


def ending(night: Recorded, messages: Iterable[Message] | None = None, *, test: bool = False) -> Expected:
    """Count messages (the night's own, or others) and give what is then retained, all but the status, and the events.

    Which areas have results and a quarantine follows from what each record was said to change.
    """
    counted = Night(night.election)
    places: set[Place] = set()
    levels: set[tuple[str, str]] = set()
    events: dict[str, Any] = {}
    for record in as_records(night.election, night.messages if messages is None else messages, test=test):
        changes = counted.apply(record)
        places |= changes.areas
        levels |= changes.quarantine
        events.update((event["id"], event) for event in changes.events)
    topics = night.topics
    outlooks = forecaster(night.election.id).outlooks(counted)
    said: dict[str, Any] = {
        topics.standings(body): counted.standings(body, outlooks.get(body)) for body in night.election.bodies
    }
    said |= {topics.result(*place): counted.result(place) for place in places}
    for receipt in counted.receipts():
        said[topics.receipt(receipt["source"], receipt["contest"], receipt["area"])] = receipt
    for contest, area in levels:
        waiting = counted.quarantine_at((contest, area))
        if waiting:
            said[topics.quarantine(contest, area)] = {
                "election": night.election.id,
                "contest": contest,
                "area": area,
                "waiting": len(waiting),
                "messages": waiting[:QUARANTINE_SHOWN_MAX],
            }
    return Expected({topic: json.loads(json.dumps(each)) for topic, each in said.items()}, events)


@cache
def forecaster(name: str) -> Forecaster:
    return forecaster_of(recorded(name).election)


def but_arrival(said: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of what topics say whatever depends on when and how often messages came, at any depth."""
    return {topic: _but_arrival(each) for topic, each in said.items()}


def _but_arrival(said: Any) -> Any:
    if isinstance(said, Mapping):
        return {name: _but_arrival(said[name]) for name in said.keys() - ARRIVAL}
    return [_but_arrival(each) for each in said] if isinstance(said, list) else said


def exactly(standings: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of standings what a model says: it is worked out at its own pace."""
    rows = {
        rows: [{name: row[name] for name in row.keys() - OF_A_MODEL} for row in standings[rows]]
        for rows in ("parties", "candidates", "calls")
    }
    rows["calls"] = [call for call in rows["calls"] if call["status"] != "suggested"]
    return {**{name: standings[name] for name in standings.keys() - OF_A_MODEL}, **rows}


def count(night: str, number: int) -> dict[str, Any]:
    """Give the payload of a night's nth message (from 1), to be changed and sent."""
    said: dict[str, Any] = json.loads(recorded(night).messages[number - 1].payload)
    return said


def written(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def kept(journal: Path) -> list[Message]:
    """Give the messages that a journal holds, which is found sound first."""
    verify(journal)
    with open_reader(journal) as reader:
        return [record.message for record in reader.records(after=1)]


def pairs(messages: Iterable[Message]) -> set[tuple[str, bytes]]:
    """Give messages without their times, each once."""
    return {(message.topic, message.payload) for message in messages}
