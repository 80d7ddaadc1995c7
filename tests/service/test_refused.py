"""What the broker refuses holds up nothing else, is not asked for without end, and goes out once it is allowed."""

import json
import signal
import subprocess
from pathlib import Path

from structlog.testing import capture_logs

from service.errors import BrokerRefusesError, MessageRefusedError
from service.ids import BodyId
from service.pipeline.refusals import REFUSED_S_MAX
from tests.brokers import MOSQUITTO_SETTINGS, MosquittoBroker, eventually, require_mosquitto
from tests.core.borough import count
from tests.service.doubles import TOPICS, Running, World
from tests.service.nights import FROM_STANDINGS, ending, recorded
from tests.service.services import child, ends_in, logged, online
from tests.service.subscribers import Subscriber

NORTH = count(votes={"ash-con": 300, "birch-lab": 250, "cedar-ld": 100})
SOUTH = count(area="south", source="south-count", votes={"dell-con": 310, "elm-lab": 300})
EAST = count(area="east", source="east-count", elected=["fern-con", "hazel-lab"])
COUNCIL, MAYOR = TOPICS.standings(BodyId("council")), TOPICS.standings(BodyId("mayor"))
WHILE_S = 40
"""Time for a few tries, each after twice the time of the one before it: at 0, 1, 3, 7, 15 and 31 seconds."""

TRIES = 6
NIGHT = recorded("london-2012")
LONG_S = 120
"""Far more than a broker that cuts the connection at each refusal makes it take, on a busy machine, too."""


def refusing(*topics: str) -> World:
    return World(broker_refuses=lambda topic, payload: BrokerRefusesError if topic in topics else None)


def allow_all(world: World) -> None:
    world.broker_refuses = lambda topic, payload: None


def declared(world: World) -> list[str]:
    """The areas whose declaration was told, in order."""
    events = [json.loads(payload) for payload in world.link.on(TOPICS.events)]
    return [event["area"] for event in events if event["event"] not in FROM_STANDINGS]


class TestStandingsThatAreRefused:
    async def test_hold_up_nothing_else(self) -> None:
        world = refusing(COUNCIL)
        async with Running(world):
            world.link.bring(NORTH, SOUTH)
            await world.pass_time(2)
            assert COUNCIL not in world.link.retained
            assert MAYOR in world.link.retained
            assert declared(world) == ["north", "south"]
            for kind in ("results", "receipts"):
                assert sum(topic.startswith(f"{TOPICS.base}/{kind}/") for topic in world.link.retained) == 2

    async def test_are_offered_again_ever_more_rarely_however_often_they_change(self) -> None:
        world = refusing(COUNCIL)
        async with Running(world):
            await world.pass_time(1)
            for number in range(1, 41):
                world.link.bring(count(kind="partial", revision=number, votes={"ash-con": number}))
                await world.pass_time((WHILE_S - 1) / 40)
            assert world.link.handed.count(COUNCIL) == TRIES

    async def test_go_out_as_they_are_once_they_are_allowed(self) -> None:
        world = refusing(COUNCIL)
        async with Running(world):
            world.link.bring(NORTH)
            await world.pass_time(5)
            world.link.bring(SOUTH)
            await world.pass_time(1)
            allow_all(world)
            await world.pass_time(10)
            assert json.loads(world.link.retained[COUNCIL])["areas"]["declared"] == 2
            assert len(world.link.on(COUNCIL)) == 1
            world.link.bring(EAST)
            await world.pass_time(1)
            assert json.loads(world.link.retained[COUNCIL])["areas"]["declared"] == 3

    async def test_are_offered_no_sooner_to_a_broker_that_is_met_anew(self) -> None:
        world = refusing(COUNCIL)
        async with Running(world):
            await world.pass_time(1)
            for _ in range(8):
                world.link.connections += 1
                await world.pass_time((WHILE_S - 1) / 8)
            assert world.link.handed.count(COUNCIL) == TRIES
            assert world.link.handed.count(MAYOR) > 8

    async def test_are_told_by_the_log_once_and_by_the_status(self) -> None:
        with capture_logs() as logs:
            world = refusing(COUNCIL)
            async with Running(world):
                world.link.bring(NORTH)
                await world.pass_time(2)
                assert json.loads(world.link.retained[TOPICS.status])["refused"] == 1
                allow_all(world)
                await world.pass_time(5)
                world.link.bring(SOUTH)
                await world.pass_time(2)
                assert json.loads(world.link.retained[TOPICS.status])["refused"] == 0
        about = [(line["event"], line["log_level"], line["topic"]) for line in logs if "topic" in line]
        assert about == [("publication_refused", "error", COUNCIL), ("publication_allowed", "info", COUNCIL)]


class TestEventsThatAreRefused:
    async def test_hold_up_nothing_else_and_go_out_in_their_order_once_they_are_allowed(self) -> None:
        world = refusing(TOPICS.events)
        async with Running(world):
            world.link.bring(NORTH)
            await world.pass_time(WHILE_S)
            assert world.link.handed.count(TOPICS.events) == TRIES
            world.link.bring(SOUTH, EAST)
            await world.pass_time(1)
            assert json.loads(world.link.retained[COUNCIL])["areas"]["declared"] == 3
            assert not declared(world)
            allow_all(world)
            await world.pass_time(2 * WHILE_S)
            assert declared(world) == ["north", "south", "east"]

    async def test_are_said_after_a_restart(self) -> None:
        world = refusing(TOPICS.events)
        async with Running(world):
            world.link.bring(NORTH, SOUTH)
            await world.pass_time(1)
        allow_all(world)
        world.restart()
        async with Running(world):
            await world.pass_time(1)
        assert declared(world) == ["north", "south"]

    async def test_hold_up_none_behind_them_where_one_is_refused_for_itself_alone(self) -> None:
        with capture_logs() as logs:
            world = World(
                broker_refuses=lambda topic, payload: (
                    MessageRefusedError if topic == TOPICS.events and b'"south"' in payload else None
                )
            )
            async with Running(world):
                world.link.bring(NORTH, SOUTH, EAST)
                await world.pass_time(2)
                assert declared(world) == ["north", "east"]
        on_record = [json.loads(each.payload) for each in world.journal.noted if each.topic == TOPICS.events]
        told = [event["area"] for event in on_record if event["event"] not in FROM_STANDINGS]
        assert told == ["north", "south", "east"]
        assert [line["event"] for line in logs if line["event"].startswith("publication_refused")]


def set_password(passwords: Path) -> None:
    passwords.touch(mode=0o600)
    subprocess.run(["mosquitto_passwd", "-b", passwords, "service", "secret"], check=True)


async def test_a_service_that_may_not_publish_standings_says_the_rest_and_them_once_it_may(tmp_path: Path) -> None:
    require_mosquitto()
    passwords, permissions = tmp_path / "passwords", tmp_path / "permissions"
    set_password(passwords)
    allowed = f"topic readwrite #\nuser service\ntopic read #\ntopic write {NIGHT.topics.base}/#\n"
    forbidden = "".join(f"topic deny {NIGHT.topics.standings(body)}\n" for body in NIGHT.election.bodies)
    permissions.write_text(allowed + forbidden)
    settings = f"{MOSQUITTO_SETTINGS}password_file {passwords}\nacl_file {permissions}\n"
    async with MosquittoBroker(tmp_path / "broker", settings=settings, version="5") as broker:
        url = broker.url.replace("mqtt://", "mqtt://service:secret@")
        with Subscriber(broker.url, f"{NIGHT.topics.base}/#") as reader:
            async with child(NIGHT, tmp_path / "night.sqlite", url) as service:
                await online(reader, NIGHT)
                await eventually(
                    lambda: reader.said(NIGHT.topics.status)["refused"] == len(NIGHT.election.bodies), within_s=LONG_S
                )
                for message in NIGHT.messages:
                    reader.publish(message.topic, message.payload)
                events = ending(NIGHT).events.keys()
                await eventually(
                    lambda: {event["id"] for event in reader.all_on(NIGHT.topics.events)} >= events, within_s=LONG_S
                )
                assert not any("/standings/" in topic for topic in reader.now)
                assert {line["topic"] for line in logged(service, "publication_refused")} == {
                    NIGHT.topics.standings(body) for body in NIGHT.election.bodies
                }
                permissions.write_text(allowed)
                broker.signal(signal.SIGHUP)
                await ends_in(reader, NIGHT, ending(NIGHT), within_s=REFUSED_S_MAX + LONG_S)
