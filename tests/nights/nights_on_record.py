"""The nights on record as the service counts them: whole, up to a time, or with something changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from service.app import as_records, election_of, find_night, messages_of
from service.election import Election
from service.ids import AreaId, BodyId, ContestId
from service.night import Night
from service.records import Message

CONFIG = Path(__file__).parents[2] / "config"


@dataclass(frozen=True, eq=False)
class OnRecord:
    """A night on record: its election, its messages, and what was published of it."""

    election: Election
    messages: tuple[Message, ...]
    outcome: Any

    def night(self, messages: tuple[Message, ...] | None = None) -> Night:
        """The night after its messages, or after others. The same object for the same messages: look, apply nothing."""
        return _counted(self, self.messages if messages is None else messages)

    def again(self) -> Night:
        """The night counted anew."""
        return _count(self, self.messages)

    def events(self) -> Iterator[dict[str, Any]]:
        """Every event of the night, in order."""
        night = Night(self.election)
        for record in as_records(self.election, self.messages, test=False):
            yield from night.apply(record).events

    def until(self, clock: str) -> Night:
        """The night after what came up to a time of its last day, such as 15:30."""
        hours, minutes = clock.split(":")
        last_day_us = self.messages[-1].at_us // DAY_US * DAY_US
        # All three nights are in British Summer Time.
        limit_us = last_day_us + (int(hours) - 1) * 3_600_000_000 + int(minutes) * 60_000_000
        return self.night(tuple(message for message in self.messages if message.at_us <= limit_us))


DAY_US = 24 * 3_600_000_000


def _count(recorded: OnRecord, messages: tuple[Message, ...]) -> Night:
    night = Night(recorded.election)
    for record in as_records(recorded.election, messages, test=False):
        night.apply(record)
    return night


_counted = lru_cache(maxsize=32)(_count)


@cache
def on_record(name: str) -> OnRecord:
    recorded = find_night(name, CONFIG)
    messages = tuple(messages_of(recorded))
    return OnRecord(election_of(recorded, messages, CONFIG), messages, recorded.outcome)


def standings(night: Night, body: str) -> Any:
    return night.standings(BodyId(body))


def result(night: Night, contest: str, area: str) -> Any:
    return night.result((ContestId(contest), AreaId(area)))


def seats(night: Night, body: str = "assembly") -> dict[str, int]:
    """Who has seats there, as things stand."""
    return {row["party"]: row["seats"] for row in standings(night, body)["parties"] if row["seats"]}


def row(night: Night, party: str, body: str = "assembly") -> Any:
    """A party's line in a body."""
    return next(each for each in standings(night, body)["parties"] if each["party"] == party)
