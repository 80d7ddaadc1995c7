"""A flood and a slow disk: memory stays bounded, everything is on record in the end, and the standings are right."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest

from service.adapters.broker import Address, BrokerLink, Delivery
from service.adapters.broker.inbox import WAITING_BYTES_MAX, WAITING_MESSAGES_MAX
from service.adapters.clock import SystemClock
from service.adapters.journal import Journal
from service.ids import ContestId
from service.night import Night, opening_of
from service.pipeline import BATCH_BYTES_MAX, BATCH_MESSAGES_MAX, Pipeline
from service.records import Message, Publication, Record
from tests.brokers import RealBroker, eventually
from tests.service.nights import count, ending, exactly, kept, pairs, recorded, written
from tests.service.services import online
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2012")
FLOOD = 5_000
SLOW_S = 0.02
"""How much longer than its own time a commit takes: a disk under load."""


class SlowJournal:
    """A journal on a slow disk: a commit takes until a batch waits behind it, or everything of `flood` has come.

    `waiting` says how many messages wait.
    """

    def __init__(self, journal: Journal, flood: AbstractSet[tuple[str, bytes]], waiting: Callable[[], int]) -> None:
        self._journal = journal
        self._flood = flood
        self._waiting = waiting
        self.batches: list[tuple[int, int]] = []
        self.on_record: set[tuple[str, bytes]] = set()

    @property
    def instance(self) -> str:
        return self._journal.instance

    @property
    def last(self) -> Record:
        return self._journal.last

    def append(self, messages: Sequence[Message]) -> Sequence[Record]:
        self.batches.append((len(messages), sum(len(message.payload) for message in messages)))
        # A broker may wait for acknowledgements: of what is in flight, the batch itself included, a good part waits.
        to_come = len(self._flood - self.on_record - pairs(messages))
        while self._waiting() < min(to_come, BATCH_MESSAGES_MAX - len(messages)):
            time.sleep(0.001)
        time.sleep(SLOW_S)
        records = self._journal.append(messages)
        self.on_record |= pairs(messages)
        return records

    def keep_publications(self, publications: Sequence[Publication]) -> None:
        time.sleep(SLOW_S)
        self._journal.keep_publications(publications)

    def records(self, *, after: int = 0) -> Iterator[Record]:
        return self._journal.records(after=after)

    def publications(self, *, topic: str) -> Iterator[Publication]:
        return self._journal.publications(topic=topic)

    def last_publication_sequence(self, topic: str) -> int:
        return self._journal.last_publication_sequence(topic)


class WatchedLink(BrokerLink):
    """A link that notes how much waits whenever some of it is taken."""

    def watch(self) -> None:
        self.waited: list[tuple[int, int]] = []

    async def take(self, *, messages_max: int, bytes_max: int) -> Sequence[Delivery]:
        self.waited.append((len(self._inbox), self._inbox._bytes))
        return await super().take(messages_max=messages_max, bytes_max=bytes_max)


def flood() -> Iterator[tuple[str, bytes]]:
    """Good and bad messages in turn: counts of every ward as they grow, and what cannot be read or placed."""
    areas = [area for area in NIGHT.election.areas.values() if not area.covers]
    for number in range(FLOOD):
        area = areas[number % len(areas)].id
        topic = NIGHT.topics.count("constituency", area)
        match number % 4:
            case 0:
                standing = NIGHT.election.standing(ContestId("constituency"), area)
                yield (
                    topic,
                    written(
                        {
                            "contest": "constituency",
                            "area": area,
                            "revision": 1 + number // 56,
                            "kind": "partial",
                            "issued_at": "2012-05-04T14:00:00+01:00",
                            "source": "agency",
                            "votes": dict.fromkeys(standing, number),
                        }
                    ),
                )
            case 1:
                yield topic, b"not JSON %d" % number
            case 2:
                yield NIGHT.topics.count("senate", area), written({**count("london-2012", 3), "revision": number})
            case _:
                yield topic, b'{"note": "%s"}' % (b"x" * (number % 5_000))


@pytest.mark.parametrize("broker", ["mosquitto-5"], indirect=True)  # which sends on without waiting for us
async def test_a_flood_with_a_slow_disk_stays_within_bounds_and_ends_right(broker: RealBroker, tmp_path: Path) -> None:
    path = tmp_path / "night.sqlite"
    sent = list(flood())
    everything = {*sent, *pairs(NIGHT.messages)}
    journal = Journal.open(path, opening_of(NIGHT.election, test=False))
    link = WatchedLink(Address.parse(broker.url), client_id=journal.client_id, subscriptions=NIGHT.topics.intake)
    link.watch()
    slow = SlowJournal(journal, everything, lambda: len(link._inbox))
    night = Night(NIGHT.election)
    pipeline = Pipeline(night, journal=slow, link=link, topics=NIGHT.topics, clock=SystemClock())
    pipeline.recover()
    with Subscriber(
        broker.url, *(f"{NIGHT.topics.base}/{kind}/#" for kind in ("standings", "results", "status"))
    ) as reader:
        async with link:
            running = asyncio.create_task(pipeline.run())
            await online(reader, NIGHT)
            for topic, payload in sent:
                reader.publish(topic, payload)
            for message in NIGHT.messages:
                reader.publish(message.topic, message.payload)
            await asyncio.to_thread(reader.flush)
            await eventually(lambda: slow.on_record == everything, within_s=200)
            pipeline.stop()
            await running
        journal.close()
        on_record = kept(path)
        assert pairs(on_record) == everything
        standings = {NIGHT.topics.standings(body) for body in NIGHT.election.bodies}
        expected = ending(NIGHT, on_record).retained
        await eventually(lambda: all(exactly(reader.said(topic)) == exactly(expected[topic]) for topic in standings))
    assert max(number for number, _ in link.waited) <= WAITING_MESSAGES_MAX + BATCH_MESSAGES_MAX
    assert max(size for _, size in link.waited) <= WAITING_BYTES_MAX
    assert max(number for number, _ in slow.batches) <= BATCH_MESSAGES_MAX
    assert max(size for _, size in slow.batches) <= BATCH_BYTES_MAX
    assert len(slow.batches) < len(sent) / 10
