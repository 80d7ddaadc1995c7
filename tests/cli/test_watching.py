"""Looking on from outside, and publishing as the replay does: through outages, and not for ever."""

import asyncio
from pathlib import Path

import pytest

from service.adapters.broker import Address, Refused
from service.cli.watching import Watcher
from service.errors import BrokerError
from tests.brokers import MOSQUITTO_SETTINGS, MosquittoBroker, RealBroker, eventually, require_mosquitto
from tests.service.nights import ending, exactly, kept, pairs, recorded
from tests.service.services import serving

NIGHT = recorded("london-2012")


def watching(broker: RealBroker) -> Watcher:
    return Watcher(Address.parse(broker.url), NIGHT.topics)


async def test_a_night_is_published_through_an_outage_and_its_standings_are_seen(
    broker: RealBroker, tmp_path: Path
) -> None:
    journal, half = tmp_path / "night.sqlite", len(NIGHT.messages) // 2

    async def play(watcher: Watcher) -> None:
        for message in NIGHT.messages[half:]:
            await watcher.publish(message.topic, message.payload)

    expected = {
        said["body"]: exactly(said)["parties"]
        for said in ending(NIGHT).retained.values()
        if "body" in said and "parties" in said
    }
    async with serving(NIGHT, journal, broker.url), watching(broker) as watcher:
        assert await watcher.until(lambda seen: seen.status.get("status") == "online", seconds=20)
        for message in NIGHT.messages[:half]:
            await watcher.publish(message.topic, message.payload)
        await broker.stop()
        playing = asyncio.create_task(play(watcher))
        await eventually(lambda: not watcher.connected)
        await broker.start()
        await playing
        assert await watcher.until(
            lambda seen: {body: exactly(said)["parties"] for body, said in seen.standings.items()} == expected,
            seconds=20,
        )
        assert "declared" in {event["event"] for event in watcher.events}
    assert pairs(kept(journal)) == pairs(NIGHT.messages)


async def test_what_does_not_come_to_hold_is_said_after_the_time_given(nats_broker: RealBroker) -> None:
    async with watching(nats_broker) as watcher:
        assert not await watcher.until(lambda seen: bool(seen.standings), seconds=0.05)


async def test_a_message_that_the_broker_cannot_take_ends_the_replay(nats_broker: RealBroker) -> None:
    async with watching(nats_broker) as watcher:
        with pytest.raises(BrokerError):
            await watcher.publish(NIGHT.messages[0].topic, b"x" * 2_000_000)


async def test_a_message_that_the_broker_refuses_ends_the_replay(tmp_path: Path) -> None:
    require_mosquitto()
    permissions = tmp_path / "permissions"
    permissions.write_text("topic read #\n")
    settings = MOSQUITTO_SETTINGS + f"acl_file {permissions}\n"
    broker = MosquittoBroker(tmp_path / "broker", settings=settings, version="5")
    async with broker, watching(broker) as watcher:
        with pytest.raises(Refused):
            await watcher.publish(NIGHT.messages[0].topic, NIGHT.messages[0].payload)
