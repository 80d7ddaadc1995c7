"""Killed with kill -9 wherever it hurts, the service has everything afterwards, and has said everything."""

import asyncio
import random
import signal
from pathlib import Path

import pytest

from service.adapters.broker import Address, BrokerLink
from service.adapters.journal import Journal
from service.night import opening_of
from tests.brokers import RealBroker
from tests.service.nights import FROM_STANDINGS, Recorded, but_arrival, ending, kept, pairs, recorded
from tests.service.services import child, ends_in, heard, online, serving
from tests.service.subscribers import Subscriber

STEPS = [
    *("append:before:1", "append:after:1", "acknowledge:before:1", "acknowledge:after:1"),
    *("apply:before:12", "apply:after:12", "keep:before:3", "keep:after:3", "publish:before:7", "publish:after:7"),
]
STEPS_OF_BOTH = [("nats", step) for step in STEPS] + [("mosquitto", step) for step in STEPS[1::3]]


async def assert_whole(night: Recorded, journal: Path, reader: Subscriber, url: str) -> None:
    """Start the service once more, and hold what is retained, the journal and the events to the night as recorded."""
    reader.now.clear()  # what is retained may be whole already: wait for what this service says
    async with serving(night, journal, url):
        await online(reader, night)
        await ends_in(reader, night, ending(night))
        await heard(reader, night, ending(night, kept(journal)).events.keys())
    messages = kept(journal)
    assert pairs(messages) == pairs(night.messages)
    counted = ending(night, messages)
    assert but_arrival(counted.retained) == but_arrival(ending(night).retained)
    said = await heard(reader, night, counted.events.keys())
    assert {name: said.get(name) for name in counted.events} == counted.events
    assert {event["event"] for name, event in said.items() if name not in counted.events} <= FROM_STANDINGS


async def make_session(night: Recorded, journal: Path, url: str) -> None:
    """Let the broker know the service, as after a first start, so that it keeps what comes while that is away."""
    opened = Journal.open(journal, opening_of(night.election, test=False))
    opened.close()
    async with BrokerLink(Address.parse(url), client_id=opened.client_id, subscriptions=night.topics.intake) as link:
        await link.wait_connected()


@pytest.mark.parametrize("broker, step", STEPS_OF_BOTH, indirect=["broker"])
async def test_killed_at_any_step_the_night_ends_as_if_nothing_had_been(
    broker: RealBroker, tmp_path: Path, step: str
) -> None:
    night, journal = recorded("london-2012"), tmp_path / "night.sqlite"
    await make_session(night, journal, broker.url)
    with Subscriber(broker.url, f"{night.topics.base}/#") as reader:
        for message in night.messages:
            reader.publish(message.topic, message.payload)
        reader.flush()
        async with child(night, journal, broker.url, module=("-m", "tests.service.dying", step)) as service:
            assert await service.status() == -signal.SIGKILL, service.said
        await assert_whole(night, journal, reader, broker.url)


@pytest.mark.parametrize("seed", [1, 2])
async def test_killed_at_random_moments_of_a_replay_the_night_ends_as_if_nothing_had_been(
    broker: RealBroker, tmp_path: Path, seed: int
) -> None:
    night, journal, chance = recorded("london-2021"), tmp_path / "night.sqlite", random.Random(seed)
    await make_session(night, journal, broker.url)
    with Subscriber(broker.url, f"{night.topics.base}/#") as reader:

        async def replay() -> None:
            for message in night.messages:
                reader.publish(message.topic, message.payload)
                await asyncio.sleep(chance.uniform(0.0, 0.1))

        replaying = asyncio.create_task(replay())
        for _ in range(3):
            reader.now.clear()
            async with child(night, journal, broker.url) as service:
                await online(reader, night)
                await asyncio.sleep(chance.uniform(0.0, 0.3))
                service.kill()
                assert await service.status() == -signal.SIGKILL, f"seed {seed}: {service.said}"
        await replaying
        await assert_whole(night, journal, reader, broker.url)
