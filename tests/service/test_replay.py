"""A night through a real broker into a running service ends as its messages, counted with no broker, say it does."""

import asyncio
import json
import shutil
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.adapters.broker import Address, BrokerLink
from service.adapters.clock import SystemClock
from service.adapters.player import play
from tests.brokers import NatsBroker, RealBroker, eventually
from tests.service.nights import FROM_STANDINGS, LONDON, ending, kept, recorded
from tests.service.services import ROOT, child, ends_in, offline, online, serving
from tests.service.subscribers import Subscriber


@pytest.mark.parametrize("name", LONDON)
async def test_a_night_played_as_fast_as_it_goes_ends_as_it_is_recounted(
    broker: RealBroker, tmp_path: Path, name: str
) -> None:
    night = recorded(name)
    with Subscriber(broker.url, f"{night.topics.base}/#") as reader:
        async with serving(night, tmp_path / "night.sqlite", broker.url):
            await online(reader, night)
            async with BrokerLink(Address.parse(broker.url), client_id="centres", session=False) as centres:
                await centres.wait_connected()
                async for _ in play(night.messages, centres.publish, speed=None, clock=SystemClock()):
                    pass
            await ends_in(reader, night, ending(night), receipts=not isinstance(broker, NatsBroker))


async def test_the_replay_command_waits_for_the_service_and_brings_the_whole_night(
    broker: RealBroker, tmp_path: Path
) -> None:
    night = recorded("london-2012")
    with Subscriber(broker.url, f"{night.topics.base}/#") as reader:
        replay = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "service", "replay", "london-2012", "--broker", broker.url, "--speed", "max"),
            cwd=ROOT,
            stdout=PIPE,
            stderr=PIPE,
        )
        assert replay.stderr
        while b"waiting for the service" not in await replay.stderr.readline():
            pass
        async with serving(night, tmp_path / "night.sqlite", broker.url):
            printed, said = await replay.communicate()
            assert (replay.returncode, printed) == (0, b"")
            assert said.endswith(b"published 32 messages\n")
            await ends_in(reader, night, ending(night))


async def test_whoever_subscribes_late_has_everything_that_stands_at_once_and_no_event(
    broker: RealBroker, tmp_path: Path
) -> None:
    night = recorded("london-2004")
    async with serving(night, tmp_path / "night.sqlite", broker.url):
        with Subscriber(broker.url, f"{night.topics.base}/#") as reader:
            await online(reader, night)
            for message in night.messages:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, night, ending(night))
        with Subscriber(broker.url, f"{night.topics.base}/#") as late:
            await ends_in(late, night, ending(night))
            assert late.all_on(night.topics.events) == []
            assert late.said(night.topics.status)["status"] == "online"
    with Subscriber(broker.url, f"{night.topics.base}/#") as later:
        await ends_in(later, night, ending(night))
        assert later.said(night.topics.status)["status"] == "offline"


@pytest.mark.skipif(shutil.which("mosquitto_sub") is None, reason="no mosquitto_sub on PATH")
async def test_the_reader_that_the_readme_shows_sees_the_standings(broker: RealBroker, tmp_path: Path) -> None:
    night = recorded("london-2004")
    expected = ending(night)
    with Subscriber(broker.url, f"{night.topics.base}/#") as reader:
        async with serving(night, tmp_path / "night.sqlite", broker.url):
            await online(reader, night)
            for message in night.messages:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, night, expected)
    sub = await asyncio.create_subprocess_exec(
        *("mosquitto_sub", "-p", str(urlsplit(broker.url).port), "-t", night.topics.standings_of_all, "-C", "2"),
        stdout=PIPE,
    )
    async with asyncio.timeout(30):
        printed, _ = await sub.communicate()
    seats = {
        said["body"]: {row["party"]: row["seats"] for row in said["parties"] if row["seats"]}
        for said in map(json.loads, printed.splitlines())
    }
    assert seats == {
        "assembly": {"con": 9, "lab": 7, "ld": 5, "green": 2, "ukip": 2},
        "mayor": {"lab": 1},
    }


async def test_every_event_comes_once_in_the_order_of_the_record(broker: RealBroker, tmp_path: Path) -> None:
    night, journal = recorded("london-2021"), tmp_path / "night.sqlite"
    with Subscriber(broker.url, f"{night.topics.base}/#") as reader:

        def said() -> list[Any]:
            return [event for event in reader.all_on(night.topics.events) if event["event"] not in FROM_STANDINGS]

        async with serving(night, journal, broker.url):
            await online(reader, night)
            for message in night.messages:
                reader.publish(message.topic, message.payload)
            await ends_in(reader, night, ending(night))
            await eventually(lambda: len(said()) >= len(ending(night).events))
    assert said() == list(ending(night, kept(journal)).events.values())


async def test_a_service_that_is_killed_is_said_to_be_offline_by_the_broker(broker: RealBroker, tmp_path: Path) -> None:
    night = recorded("london-2004")
    with Subscriber(broker.url, f"{night.topics.base}/#") as reader:
        async with child(night, tmp_path / "night.sqlite", broker.url) as service:
            await online(reader, night)
            service.kill()
            await offline(reader, night)
        last_will = reader.said(night.topics.status)
    assert last_will["sequence"] is last_will["last_count"] is last_will["lag_us"] is None
    with Subscriber(broker.url, night.topics.status) as late:
        await eventually(lambda: late.said(night.topics.status) == last_will)
