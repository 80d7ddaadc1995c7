"""What waits to be published: of everything retained the newest state, events in their order and within a limit."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import structlog

from service.ids import BodyId
from service.night import Changes, Event, Night, Place, Told
from service.pipeline.answers import FAILED
from service.projection import Withheld
from service.standings import Outlook
from service.standings.wire import encode
from service.topics import Topics

EVENTS_WAITING_MAX: Final = 10_000
"""More than any night has. Were it reached while the broker is away, the oldest would go unsaid; all are on record."""

QUARANTINE_SHOWN_MAX: Final = 100
"""Messages shown for one area: a flood of bad ones is told by its number; each is on record."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message that is ready to go out, and the last record that it takes into account."""

    topic: str
    payload: bytes
    retain: bool
    sequence: int


class Outbox:
    """Remembers what has changed, and writes it out when asked, as it is then."""

    def __init__(self, night: Night, topics: Topics) -> None:
        self.details: Final = asyncio.Event()
        self.events: Final = asyncio.Event()
        self.standings: Final = asyncio.Event()
        self._night: Final = night
        self._topics: Final = topics
        self._events: Final[deque[Event]] = deque(maxlen=EVENTS_WAITING_MAX)
        self._places: set[Place] = set()
        self._bodies: set[BodyId] = set()
        self._quarantine: set[tuple[str, str]] = set()
        self._receipts: dict[str, dict[str, Any]] = {}
        self._outlooks: Final[dict[BodyId, Outlook]] = {}
        self.unprojected: Final = asyncio.Event()
        self._unprojected: set[BodyId] = set()
        self._told: Final = Told()
        self._log: Final = structlog.get_logger().bind(election=night.election.id)

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take note of an event that was published before a restart, so that nothing is told twice."""
        self._told.hear(event)

    def add(self, changes: Changes) -> None:
        """Note what a record changed."""
        self._add_events(changes.events)
        self._places |= changes.areas
        self._quarantine |= changes.quarantine
        self._add_receipts(changes.receipts)
        self.details.set()
        if changes.areas or changes.bodies:
            self.standings.set()
        if changes.bodies:
            self._bodies |= changes.bodies
            self._unprojected |= changes.bodies
            self.unprojected.set()

    def add_everything(self) -> None:
        """Note everything retained: a broker that we meet anew may have lost what we told it."""
        self._places |= set(self._night.results_in())
        self._quarantine |= self._night.quarantined_levels()
        self._add_receipts(self._night.receipts())
        self._bodies |= set(self._night.election.bodies)
        self._unprojected |= set(self._night.election.bodies)
        self.unprojected.set()
        self.details.set()
        self.standings.set()

    def take_unprojected(self) -> list[BodyId]:
        """Name the bodies that have changed since they were last taken to be projected."""
        self.unprojected.clear()
        bodies, self._unprojected = sorted(self._unprojected), set()
        return bodies

    def ask_again(self, body: BodyId) -> None:
        """Note that a body is to be projected once more."""
        self._unprojected.add(body)
        self.unprojected.set()

    def add_outlook(self, body: BodyId, outlook: Outlook) -> None:
        """Note what is projected of a body: its standings carry it from now on."""
        self._outlooks[body] = outlook
        self._bodies.add(body)
        self.standings.set()

    def take_standings(self) -> list[Outgoing]:
        """Write the standings of every body that has changed and the results of every area, as they are now.

        They are written together, of one record: who reads them never finds an area open that standings count as
        declared, however fast declarations come.
        """
        self.standings.clear()
        bodies, self._bodies = sorted(self._bodies), set()
        places, self._places = sorted(self._places), set()
        standings = [self._standings(body) for body in bodies]
        results = (self._retained(self._topics.result(*place), encode(self._night.result(place))) for place in places)
        return [*standings, *results]

    @property
    def waits(self) -> bool:
        """Whether anything waits to be written."""
        return self.standings.is_set() or self.events.is_set() or self.details.is_set()

    def waiting_events(self, *, at_most: int) -> list[Event]:
        """Give the oldest events that wait; they wait until they are forgotten."""
        if not self._events:
            self.events.clear()
        return list(islice(self._events, at_most))

    def write_event(self, event: Event) -> Outgoing:
        """Write an event."""
        return Outgoing(self._topics.events, encode(event), retain=False, sequence=event["sequence"])

    def forget(self, events: Iterable[Event]) -> None:
        """Forget the oldest events, which are published, but for those that the limit has pushed out meanwhile."""
        for event in events:
            if self._events and self._events[0] is event:
                self._events.popleft()

    def take_details(self) -> list[Outgoing]:
        """Write the receipts and quarantines that have changed, as they are now."""
        self.details.clear()
        levels, self._quarantine = sorted(self._quarantine), set()
        receipts, self._receipts = self._receipts, {}
        details = [self._retained(topic, encode(receipt)) for topic, receipt in receipts.items()]
        details += [self._retained(self._topics.quarantine(*at), self._quarantined(at)) for at in levels]
        return details

    def _standings(self, body: BodyId) -> Outgoing:
        """Write a body's standings; without what a model says of it, if they cannot be written with that."""
        outlook = self._outlooks.get(body)
        try:
            return self._standings_with(body, outlook)
        except Exception as fault:
            if outlook is None or isinstance(outlook.said, Withheld):
                raise  # then it is no model's fault
            self._log.warning("projection_failed", body=body, sequence=outlook.sequence, reason=repr(fault))
            self._outlooks[body] = Outlook(outlook.sequence, outlook.seed, Withheld(FAILED))
            return self._standings_with(body, self._outlooks[body])

    def _standings_with(self, body: BodyId, outlook: Outlook | None) -> Outgoing:
        """Write a body's standings, and an event for whatever has become certain or is suggested in them.

        These are found out when standings are written, not at every count: it takes longer than all the rest.
        """
        suggested, suspended = self._told.suggested(body), self._told.suspended(body)
        standings = self._night.standings(body, outlook, suggested, suspended)
        written = encode(standings)
        self._add_events(self._told.tell(standings))
        return self._retained(self._topics.standings(body), written)

    def _add_events(self, events: Iterable[Event]) -> None:
        self._events.extend(events)
        if self._events:
            self.events.set()

    def _retained(self, topic: str, payload: bytes) -> Outgoing:
        return Outgoing(topic, payload, retain=True, sequence=self._night.stamp.sequence)

    def _quarantined(self, levels: tuple[str, str]) -> bytes:
        """Write what waits of an area; nothing at all, which empties the topic, when all is settled."""
        waiting = self._night.quarantine_at(levels)
        if not waiting:
            return b""
        stamp = self._night.stamp
        return encode(
            {
                "election": self._night.election.id,
                "contest": levels[0],
                "area": levels[1],
                "as_of": stamp.as_of,
                "sequence": stamp.sequence,
                "waiting": len(waiting),
                "messages": waiting[:QUARANTINE_SHOWN_MAX],
            }
        )

    def _add_receipts(self, receipts: Iterable[dict[str, Any]]) -> None:
        for receipt in receipts:
            topic = self._topics.receipt(receipt["source"], receipt["contest"], receipt["area"])
            self._receipts[topic] = receipt
