"""What the pipeline promises, step by step, in a world made by hand where everything can be stopped and broken."""

import asyncio
import json
import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from service.errors import JournalWriteError
from service.ids import BodyId
from service.night import Changes
from service.pipeline.saying import EVENTS_AT_ONCE
from service.records import Message, Record, moment
from tests.brokers import eventually
from tests.core.borough import BOROUGH, apply, count, night_of, place, sent
from tests.service.doubles import TOPICS, Running, World
from tests.service.nights import FROM_STANDINGS

VOTES = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
NORTH = count(votes=VOTES)
SOUTH = count(area="south", source="south-count", votes={"dell-con": 310, "elm-lab": 300})
EAST = count(area="east", source="east-count", elected=["fern-con", "hazel-lab"])
NIGHT = (NORTH, SOUTH, EAST)
COUNCIL = TOPICS.standings(BodyId("council"))
MAYOR = TOPICS.standings(BodyId("mayor"))
WRONG = count(votes=VOTES, valid=649)
QUARANTINE = TOPICS.quarantine("ward", "north")


def partial(number: int) -> Message:
    """The nth of many counts of one ward while it is counted."""
    return count(kind="partial", revision=number, votes={"ash-con": number, "birch-lab": 500, "cedar-ld": 0})


def events_of(*messages: Message) -> list[Any]:
    """Every event of a night of these messages, without its time."""
    night = night_of()
    return [{**event, "as_of": None} for message in messages for event in apply(night, message).events]


def said(world: World) -> list[Any]:
    """The events that were published, without their times, and but for those that follow from standings."""
    events = [json.loads(payload) for payload in world.link.on(TOPICS.events)]
    return [{**event, "as_of": None} for event in events if event["event"] not in FROM_STANDINGS]


class TestIntake:
    async def test_a_count_is_on_record_before_it_is_acknowledged(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(*NIGHT)
            await world.settle()
        about = [step for step in world.steps if step[0] in {"kept", "acknowledged"}]
        assert about == [("kept", message.topic) for message in NIGHT] + [
            ("acknowledged", message.topic) for message in NIGHT
        ]

    async def test_nothing_is_published_about_a_count_that_is_not_on_record(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(NORTH)
            await world.settle()
        result = TOPICS.result(*place())
        assert world.steps.index(("kept", NORTH.topic)) < world.steps.index(("published", result))

    async def test_what_has_arrived_together_is_one_commit_of_256_at_most(self) -> None:
        world = World()
        world.link.bring(*(sent(b"%d" % number) for number in range(600)))
        async with Running(world):
            await world.settle()
        assert world.journal.batches == [256, 256, 88]

    async def test_what_comes_in_a_rush_is_acknowledged_while_what_came_before_is_still_being_counted(self) -> None:
        world = World()
        world.link.bring(*(sent(b"%d" % number) for number in range(600)))
        count_at_once, acknowledged = world.night.apply, {}

        def count_slowly(record: Record) -> Changes:
            time.sleep(0.002)  # lets the journal's thread go on, as a night that takes long to work out does
            acknowledged[record.sequence] = len(world.told("acknowledged"))
            return count_at_once(record)

        world.night.apply = count_slowly  # type: ignore[method-assign]
        async with Running(world):
            await eventually(lambda: world.night.stamp.sequence == 601)
        assert acknowledged[257] >= 512
        assert world.journal.batches == [256, 256, 88]

    async def test_a_clock_that_is_set_back_a_little_does_not_turn_the_order_round(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(NORTH)
            await world.settle()
            world.clock.seconds -= 59
            world.link.bring(SOUTH)
            await world.settle()
        times = [record.message.at_us for record in world.journal.kept]
        assert times[1] == times[2] > times[0]

    async def test_a_clock_that_was_hours_ahead_and_is_set_right_is_followed_and_told_of_once(self) -> None:
        world = World()
        with capture_logs() as logs:
            async with Running(world):
                for message, wrong_s in ((NORTH, 3600), (SOUTH, -3600), (EAST, 0)):
                    world.clock.seconds += wrong_s
                    world.link.bring(message)
                    await world.settle()
        times = [record.message.at_us for record in world.journal.kept]
        assert times[1] - times[2] == 3_600_000_000
        assert times[3] >= times[2]
        assert world.night.stamp.as_of == moment(times[3]).astimezone(BOROUGH.time_zone).isoformat()
        told = [line for line in logs if line["event"] == "clock_set_back"]
        assert [(line["seconds"], line["sequence"]) for line in told] == [(3600, 2)]

    async def test_before_polling_day_what_comes_has_the_time_at_which_it_came(self) -> None:
        world = World()
        world.clock.seconds -= 30 * 86_400
        came_us = world.clock.now_us()
        async with Running(world):
            world.link.bring(NORTH)
            await world.settle()
            await world.pass_time(2.0)
        assert world.journal.kept[0].message.at_us > world.journal.kept[1].message.at_us == came_us
        as_of = moment(came_us).astimezone(BOROUGH.time_zone).isoformat()
        published = [json.loads(payload) for payload in world.link.retained.values() if payload]
        assert {each["as_of"] for each in published if each["sequence"] == 2 and "as_of" in each} == {as_of}
        assert world.retained()[TOPICS.status]["last_count"] == as_of

    async def test_a_journal_that_cannot_be_written_ends_it_and_nothing_more_is_acknowledged(self) -> None:
        world = World(journal_fails=lambda messages: any(message.topic == SOUTH.topic for message in messages))
        running = asyncio.create_task(world.pipeline.run())
        world.link.bring(NORTH)
        await world.settle()
        world.link.bring(SOUTH, EAST)
        await asyncio.wait([running])
        world.link.bring(EAST)
        with pytest.raises(JournalWriteError):
            await running
        assert world.told("acknowledged") == [NORTH.topic]
        assert world.night.stamp.sequence == 2

    async def test_a_stop_finishes_the_batch_that_was_taken(self) -> None:
        world, loop = World(), asyncio.get_running_loop()

        def stopping(_: object) -> bool:
            loop.call_soon_threadsafe(world.pipeline.stop)
            return False

        async with Running(world) as running:
            world.journal_fails = stopping
            world.link.bring(*NIGHT)
            await running
        assert world.told("acknowledged") == [message.topic for message in NIGHT]
        assert json.loads(world.link.retained[COUNCIL])["sequence"] == 4
        assert said(world) == events_of(*NIGHT)


class TestStandings:
    async def test_go_out_at_most_four_times_a_second_under_a_burst_and_once_more_at_its_end(self) -> None:
        world = World()
        async with Running(world):
            await world.pass_time(1)
            before = len(world.link.on(COUNCIL))
            for number in range(1, 101):
                world.link.bring(partial(number))
                await world.pass_time(0.05)
            await world.pass_time(1)
            times = [at for at, topic, _ in world.link.published if topic == COUNCIL][before:]
        assert 5 < len(times) <= 5 / 0.25 + 2
        assert json.loads(world.link.retained[COUNCIL])["sequence"] == 101
        assert len(said(world)) == len(events_of(*map(partial, range(1, 101))))

    async def test_of_another_body_are_not_touched(self) -> None:
        world = World()
        async with Running(world):
            await world.pass_time(1)
            before = len(world.link.published)
            world.link.bring(NORTH)
            await world.pass_time(1)
            topics = {topic for _, topic, _ in world.link.published[before:]}
        assert COUNCIL in topics
        assert MAYOR not in topics

    async def test_are_written_anew_when_the_broker_did_not_take_them(self) -> None:
        world = World()
        async with Running(world):
            await world.pass_time(1)
            world.broker_fails = lambda topic, payload: topic == COUNCIL
            world.link.bring(NORTH)
            await world.pass_time(1)
            world.link.bring(SOUTH)
            await world.pass_time(1)
            assert json.loads(world.link.retained[COUNCIL])["sequence"] == 1
            world.broker_fails = lambda topic, payload: False
            await world.pass_time(1)
            assert json.loads(world.link.retained[COUNCIL])["sequence"] == 3

    async def test_are_put_on_record_together_with_the_areas_that_they_count(self) -> None:
        world = World()
        async with Running(world):
            for message in NIGHT:
                world.link.bring(message)
                await world.pass_time(1)
        then: dict[int, dict[str, Any]] = {}
        known: dict[str, Any] = {}
        for publication in world.journal.noted:
            if publication.topic.startswith((COUNCIL, f"{TOPICS.base}/results/ward/")):
                known[publication.topic] = json.loads(publication.payload)
                then[publication.at_us] = dict(known)
        counted = []
        for said_by_then in then.values():
            declared = [each for topic, each in said_by_then.items() if topic != COUNCIL and each["declared"]]
            assert said_by_then[COUNCIL]["areas"]["declared"] == len(declared)
            counted.append(len(declared))
        assert counted == [0, 1, 2, 3]

    async def test_and_the_areas_that_they_count_do_not_wait_for_events(self) -> None:
        world = World(broker_fails=lambda topic, payload: topic == TOPICS.events)
        async with Running(world):
            world.link.bring(*NIGHT)
            await world.pass_time(1)
            assert json.loads(world.link.retained[COUNCIL])["areas"]["declared"] == 3
            for area in ("north", "south", "east"):
                assert json.loads(world.link.retained[TOPICS.result(*place(area=area))])["declared"], area
            world.broker_fails = lambda topic, payload: False


class TestWhatIsSaid:
    async def test_is_on_record_before_it_goes_out_and_an_event_when_it_has_gone_out(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(*NIGHT, WRONG)
            await world.pass_time(1)
        noted: set[str] = set()
        for step, topic in world.steps:
            if step == "noted":
                noted.add(topic)
            if step == "published" and topic not in {TOPICS.status, TOPICS.events}:
                assert (topic in noted) is not topic.startswith(f"{TOPICS.base}/receipts/"), topic
        on_record = [said.payload for said in world.journal.noted if said.topic == TOPICS.events]
        assert on_record == world.link.on(TOPICS.events)
        assert world.steps.index(("published", TOPICS.events)) < world.steps.index(("noted", TOPICS.events))

    async def test_has_every_event_once_in_the_order_of_the_record(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(*NIGHT, WRONG)
            await world.pass_time(1)
        assert said(world) == events_of(*NIGHT, WRONG)

    async def test_has_every_event_in_order_when_the_broker_does_not_take_one_for_a_while(self) -> None:
        world = World(broker_fails=lambda topic, payload: b"south" in payload and topic == TOPICS.events)
        async with Running(world):
            world.link.bring(*NIGHT)
            await world.pass_time(2)
            assert said(world) == events_of(NORTH)
            world.broker_fails = lambda topic, payload: False
            await world.pass_time(1)
        assert said(world) == events_of(*NIGHT)

    async def test_has_every_event_on_record_once_in_order_though_one_of_many_handed_over_was_not_taken(self) -> None:
        world = World(broker_fails=lambda topic, payload: b"south" in payload and topic == TOPICS.events)
        async with Running(world):
            await world.pass_time(1)
            world.link.gate.clear()
            world.link.bring(*NIGHT)
            await world.settle()
            world.link.gate.set()
            await world.settle()
            world.broker_fails = lambda topic, payload: False
            await world.pass_time(1)
        on_record = [json.loads(each.payload) for each in world.journal.noted if each.topic == TOPICS.events]
        told = [{**event, "as_of": None} for event in on_record if event["event"] not in FROM_STANDINGS]
        assert told == events_of(*NIGHT)
        assert {event["id"] for event in said(world)} == {event["id"] for event in told}

    async def test_hands_events_that_wait_over_without_waiting_for_the_answer_to_each(self) -> None:
        world = World(broker_fails=lambda topic, payload: topic == TOPICS.events)
        async with Running(world):
            world.link.bring(*NIGHT)
            await world.pass_time(1)
            world.link.gate.clear()
            world.broker_fails = lambda topic, payload: False
            before = len(world.link.handed)
            await world.pass_time(1)
            assert world.link.handed[before:].count(TOPICS.events) == len(events_of(*NIGHT)) > 1

    async def test_has_receipts_that_do_not_wait_for_events(self) -> None:
        world = World(broker_fails=lambda topic, payload: topic == TOPICS.events)
        async with Running(world):
            world.link.bring(*NIGHT)
            await world.pass_time(1)
            receipts = [topic for topic in world.link.retained if topic.startswith(f"{TOPICS.base}/receipts/")]
            assert len(receipts) == len(NIGHT)
            world.broker_fails = lambda topic, payload: False

    async def test_empties_a_settled_quarantine_when_the_broker_did_not_take_that_at_first(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(WRONG)
            await world.pass_time(1)
            assert json.loads(world.link.retained[QUARANTINE])["waiting"] == 1
            world.broker_fails = lambda topic, payload: topic == QUARANTINE
            world.link.bring(count(votes=VOTES, revision=2))
            await world.pass_time(1)
            world.broker_fails = lambda topic, payload: False
            await world.pass_time(1)
            assert world.link.retained[QUARANTINE] == b""

    async def test_empties_a_quarantine_that_was_settled_just_before_a_crash(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(WRONG)
            await world.pass_time(1)
            retained = dict(world.link.retained)
            world.link.bring(count(votes=VOTES, revision=2), SOUTH)
            await world.pass_time(1)
        world.link.retained = retained  # as if it had never been said that the quarantine is settled
        world.restart()
        async with Running(world):
            await world.pass_time(1)
        assert world.link.retained[QUARANTINE] == b""

    async def test_is_told_again_in_full_to_a_broker_that_is_met_anew(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(*NIGHT, WRONG)
            await world.pass_time(2)
            retained = world.retained()
            world.link.retained.clear()
            world.link.connections += 1
            await world.pass_time(2)
            assert world.retained() == retained
        assert said(world) == events_of(*NIGHT, WRONG)


class TestAfterARestart:
    @pytest.mark.parametrize("unsaid_from", range(1, 6))
    async def test_every_event_that_was_perhaps_not_published_is_and_under_the_same_name(
        self, unsaid_from: int
    ) -> None:
        world = World()
        expected = events_of(*NIGHT, WRONG)
        world.broker_fails = lambda topic, payload: topic == TOPICS.events and len(said(world)) >= unsaid_from - 1
        running = asyncio.create_task(world.pipeline.run())
        world.link.bring(*NIGHT, WRONG)
        await world.pass_time(1)
        running.cancel()  # a crash, as far as what is said is concerned
        await asyncio.gather(running, return_exceptions=True)
        assert said(world) == expected[: unsaid_from - 1]
        world.broker_fails = lambda topic, payload: False
        world.restart()
        async with Running(world):
            await world.pass_time(1)
        assert {event["id"]: event for event in said(world)} == {event["id"]: event for event in expected}
        again = said(world)[unsaid_from - 1 :]
        assert again == expected[len(expected) - len(again) :]

    async def test_nothing_is_said_again_after_a_stop(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(*NIGHT, WRONG)
            await world.pass_time(1)
        world.restart()
        async with Running(world):
            await world.pass_time(1)
        assert said(world) == events_of(*NIGHT, WRONG)

    async def test_a_flood_of_events_is_said_again_by_few_only(self) -> None:
        world = World()
        flood = [sent(b"%d" % number) for number in range(200)]
        expected = events_of(*flood)
        assert len(expected) == 200
        world.broker_fails = lambda topic, payload: topic == TOPICS.events and len(said(world)) >= 100
        running = asyncio.create_task(world.pipeline.run())
        world.link.bring(*flood)
        await world.pass_time(1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        world.broker_fails = lambda topic, payload: False
        world.restart()
        async with Running(world):
            await world.pass_time(1)
        twice = len(said(world)) - len(expected)
        assert 0 < twice <= EVENTS_AT_ONCE
        assert {event["id"]: event for event in said(world)} == {event["id"]: event for event in expected}

    async def test_the_night_is_the_one_on_record(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(*NIGHT, WRONG)
            await world.pass_time(1)
        before = world.night
        world.restart()
        assert world.night is not before
        for body in BOROUGH.bodies:
            assert world.night.standings(body) == before.standings(body)


class TestStatus:
    async def test_is_online_as_soon_as_the_broker_is_met(self) -> None:
        world = World()
        async with Running(world):
            assert json.loads(world.link.retained[TOPICS.status])["status"] == "online"

    async def test_follows_the_counts_at_most_every_second_and_comes_every_ten_in_a_silent_night(self) -> None:
        world = World()
        async with Running(world):
            await world.pass_time(1)
            for number in range(1, 31):
                world.link.bring(partial(number))
                await world.pass_time(0.1)
            times = [at for at, topic, _ in world.link.published if topic == TOPICS.status]
            assert 3 <= len(times) <= 6
            await world.pass_time(2)
            assert json.loads(world.link.retained[TOPICS.status])["sequence"] == 31
            before = len(world.link.on(TOPICS.status))
            await world.pass_time(35)
            assert 3 <= len(world.link.on(TOPICS.status)) - before <= 4

    async def test_is_offline_at_the_very_end(self) -> None:
        world = World()
        async with Running(world):
            world.link.bring(*NIGHT)
        assert world.steps[-1] == ("published", TOPICS.status)
        assert json.loads(world.link.retained[TOPICS.status])["status"] == "offline"


class TestAStop:
    async def test_publishes_what_a_slow_broker_had_not_yet_taken(self) -> None:
        world = World()
        async with Running(world):
            await world.pass_time(1)
            world.link.gate.clear()
            world.link.bring(*NIGHT)
            await world.pass_time(1)
            world.pipeline.stop()
            await world.settle()
        assert json.loads(world.link.retained[COUNCIL])["sequence"] == 4
        assert said(world) == events_of(*NIGHT)
        assert {place for place in world.link.retained if "/results/" in place} == {
            TOPICS.result(*place) for place in night_of(*NIGHT).results_in()
        }

    async def test_says_offline_though_the_broker_does_not_take_all_the_rest(self) -> None:
        world = World(broker_fails=lambda topic, payload: topic == TOPICS.events)
        async with Running(world):
            world.link.bring(*NIGHT)
            await world.pass_time(1)
            world.pipeline.stop()
            await asyncio.sleep(0)
        assert json.loads(world.link.retained[TOPICS.status])["status"] == "offline"
