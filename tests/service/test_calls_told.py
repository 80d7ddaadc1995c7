"""Suggestions and certainty as the service tells them: once each, through restarts and crashes, in nobody's way."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

from service.ids import BodyId
from service.night import Forecaster, Night
from service.night.forecast import Question
from service.projection import PartyProjection, Projection
from service.projection.calls import CALLED_FROM, KEPT_FROM
from service.standings import Outlook, Said
from tests.core.borough import count, desk, place
from tests.service.doubles import TOPICS, Running, World

COUNCIL = BodyId("council")
SURE, LIKELY, UNSURE = (1 + CALLED_FROM) / 2, (CALLED_FROM + KEPT_FROM) / 2, KEPT_FROM / 2
SOUTH = count("ward", "south", source="south-count", votes={"dell-con": 310, "elm-lab": 300})
EAST = count("ward", "east", source="east-count", elected=["fern-con", "gorse-con"])
NORTH = count(votes={"ash-con": 300, "birch-lab": 250, "cedar-ld": 100})
CALL = desk("call", of="area", contest="ward", area="north", candidate="ash-con")


def said_of(north: float) -> Said:
    line = PartyProjection("con", 1, 2, 3, 2.0, UNSURE, UNSURE, None, {2: 1.0})
    areas = {"north": {"con": north, "lab": round(1 - north, 4)}}
    return Said(Projection({"con": line}, areas, turnout=None, unheard=(), draws=1000, seed=1))


class Model(Forecaster):
    """A model of the council that says of North what it is told to; `answering` is done while it thinks."""

    def __init__(self, north: float, answering: Callable[[], None] = lambda: None) -> None:
        self.north = north
        self.answering = answering

    @property
    def bodies(self) -> frozenset[BodyId]:
        return frozenset({COUNCIL})

    def ask(self, night: Night, body: BodyId) -> Question:
        north = self.north
        return Question(body, night.stamp.sequence, 1, lambda _: said_of(north))

    def answer(self, question: Question) -> Outlook:
        self.answering()
        return Outlook(question.sequence, question.seed, question.answer(question.seed).projection)


def told(world: World) -> list[dict[str, Any]]:
    return [json.loads(payload) for payload in world.link.on(TOPICS.events)]


def kinds(world: World) -> list[str]:
    return [event["event"] for event in told(world) if event["event"] != "quarantined"]


def calls(world: World) -> list[tuple[str, str]]:
    """Area and status of each call in the council's standings as they are retained."""
    standings = json.loads(world.link.retained[TOPICS.standings(COUNCIL)])
    return [(call["area"], call["status"]) for call in standings["calls"]]


class TestASuggestion:
    async def test_goes_out_with_standings_and_as_an_event(self) -> None:
        world = World(model=Model(SURE))
        async with Running(world):
            await world.pass_time(3)
            assert calls(world) == [("north", "suggested")]
        assert kinds(world) == ["call_suggested"]

    async def test_is_neither_repeated_nor_forgotten_by_a_restart_before_somebody_airs_it(self) -> None:
        model = Model(SURE)
        world = World(model=model)
        async with Running(world):
            await world.pass_time(3)
        model.north = LIKELY  # enough to keep it, not to make it
        world.restart()
        async with Running(world):
            await world.pass_time(3)
            assert calls(world) == [("north", "suggested")]
            world.link.bring(CALL)
            await world.pass_time(3)
            assert calls(world) == [("north", "called")]
        assert kinds(world) == ["call_suggested", "called"]

    async def test_is_told_under_the_same_name_where_a_crash_left_open_whether_it_was(self) -> None:
        world = World(model=Model(SURE))
        async with Running(world):
            await world.pass_time(3)
        world.journal.noted = [said for said in world.journal.noted if said.topic != TOPICS.events]
        world.restart()
        async with Running(world):
            await world.pass_time(3)
        first, again = told(world)
        assert (first["event"], first["id"]) == (again["event"], again["id"])

    async def test_of_what_comes_to_be_in_doubt_is_dropped_at_once(self) -> None:
        world = World(model=Model(SURE))
        async with Running(world):
            await world.pass_time(3)
            world.link.bring(count(votes={"ash-con": 1, "birch-lab": 2, "cedar-ld": 0}, valid=9))
            await world.pass_time(0.5)
            assert calls(world) == []
        assert kinds(world) == ["call_suggested", "call_suggestion_dropped"]

    async def test_is_dropped_when_the_model_fails(self) -> None:
        model = Model(SURE)
        world = World(model=model)
        async with Running(world):
            await world.pass_time(3)

            def fail() -> None:
                raise ArithmeticError("no answer")

            model.answering = fail
            world.link.bring(SOUTH)
            await world.pass_time(3)
            assert calls(world) == []
        assert kinds(world) == ["call_suggested", "declared", "call_suggestion_dropped"]


class TestAModelThatDoesNotAnswer:
    async def test_holds_up_no_declaration(self) -> None:
        answered = threading.Event()

        def wait() -> None:
            answered.wait(60)

        world = World(model=Model(SURE, answering=wait))
        try:
            async with Running(world):
                await asyncio.sleep(0.05)
                world.link.bring(NORTH)
                await world.pass_time(1)
                assert json.loads(world.link.retained[TOPICS.result(*place())])["declared"] is True
                standings = json.loads(world.link.retained[TOPICS.standings(COUNCIL)])
                assert (standings["areas"]["declared"], standings["projection"]) == (1, None)
                answered.set()
        finally:
            answered.set()
        assert kinds(world) == ["declared"]


class TestWhatIsCertain:
    async def test_is_told_after_a_crash_before_it_was(self) -> None:
        """Four of seven seats are more than half, whoever wins the list."""
        world = World()
        world.broker_fails = lambda topic, payload: topic == TOPICS.events and b'"certain"' in payload
        running = asyncio.create_task(world.pipeline.run())
        world.link.bring(NORTH, SOUTH, EAST)
        await world.pass_time(2)
        running.cancel()  # a crash, as far as what is said is concerned
        await asyncio.gather(running, return_exceptions=True)
        assert "certain" not in kinds(world)
        world.broker_fails = lambda topic, payload: False
        world.restart()
        async with Running(world):
            await world.pass_time(2)
        assert kinds(world).count("certain") == 1
        world.restart()
        async with Running(world):
            await world.pass_time(2)
        assert kinds(world).count("certain") == 1
