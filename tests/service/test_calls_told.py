"""Suggestions and certainty as the service tells them: once each, through restarts and crashes, in nobody's way."""

import asyncio
import json
import math
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from service.app import forecaster_at_start
from service.election import Election
from service.ids import BodyId
from service.night import Forecaster, Night
from service.night.forecast import Question
from service.pipeline.answers import FAILED, LATE
from service.pipeline.projecting import ANSWER_S_MAX
from service.projection import CandidateProjection, PartyProjection, Projection, Range
from service.projection.calls import CALLED_FROM, KEPT_FROM
from service.standings import NOT_YET, Outlook, Said
from tests.brokers import eventually
from tests.core.borough import BOROUGH, count, desk, place
from tests.service.doubles import TOPICS, Running, World

COUNCIL, MAYOR = BodyId("council"), BodyId("mayor")
SURE, LIKELY, UNSURE = (1 + CALLED_FROM) / 2, (CALLED_FROM + KEPT_FROM) / 2, KEPT_FROM / 2
SOUTH = count("ward", "south", source="south-count", votes={"dell-con": 310, "elm-lab": 300})
EAST = count("ward", "east", source="east-count", elected=["fern-con", "gorse-con"])
NORTH = count(votes={"ash-con": 300, "birch-lab": 250, "cedar-ld": 100})
KING = count("mayor", "borough", kind="partial", votes={"king-con": 6, "lane-lab": 4, "mead-ld": 2, "nash-alone": 1})
CALL = desk("call", of="area", contest="ward", area="north", candidate="ash-con")


OFFICE = CandidateProjection(chance=0.5, finalist=0.5, first=None, final=None)
NEVER = replace(OFFICE, chance=-1.0)


def said_of(north: float) -> Said:
    line = PartyProjection("con", 1, 2, 3, 2.0, UNSURE, UNSURE, None, {2: 1.0})
    areas = {"north": {"con": north, "lab": round(1 - north, 4)}}
    return Said(Projection({"con": line}, areas, turnout=None, unheard=(), draws=1000, seed=1))


class Model(Forecaster):
    """A model that says of North what it is told to; `asking` and `answering` are done while it does so, by body.

    It says what `instead` gives, if that is set.
    """

    def __init__(self, north: float, answering: Callable[[], None] = lambda: None, *others: BodyId) -> None:
        self.north = north
        self.asking: Callable[[BodyId], None] = lambda _: None
        self.answering = answering
        self.hanging: dict[BodyId, threading.Event] = {}
        self.instead: Callable[[], Outlook] | None = None
        self._bodies = frozenset({COUNCIL, *others})

    @property
    def bodies(self) -> frozenset[BodyId]:
        return self._bodies

    def ask(self, night: Night, body: BodyId) -> Question:
        self.asking(body)
        north = self.north
        return Question(body, night.stamp.sequence, 1, lambda _: said_of(north))

    def answer(self, question: Question) -> Outlook:
        self.answering()
        if question.body in self.hanging:
            self.hanging[question.body].wait(60)
        if self.instead is not None:
            return self.instead()
        return Outlook(question.sequence, question.seed, question.answer(question.seed).projection)


def withheld(world: World, body: BodyId) -> str | None:
    """Why a body's standings carry no projection."""
    standings = json.loads(world.link.retained[TOPICS.standings(body)])
    return None if standings["projection"] is not None else str(standings["withheld"])


def projected_from(world: World, body: BodyId) -> int:
    return int(json.loads(world.link.retained[TOPICS.standings(body)])["projection"]["sequence"])


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
        asked, answered = threading.Event(), threading.Event()

        def wait() -> None:
            asked.set()
            answered.wait(60)

        world = World(model=Model(SURE, answering=wait))
        try:
            async with Running(world):
                await eventually(asked.is_set)
                world.link.bring(NORTH)
                await world.pass_time(1)
                assert json.loads(world.link.retained[TOPICS.result(*place())])["declared"] is True
                standings = json.loads(world.link.retained[TOPICS.standings(COUNCIL)])
                assert (standings["areas"]["declared"], standings["projection"]) == (1, None)
                answered.set()
        finally:
            answered.set()
        assert kinds(world) == ["declared"]

    async def test_is_late_and_keeps_no_other_body_from_being_projected(self) -> None:
        model = Model(SURE, lambda: None, MAYOR)
        answered = model.hanging[COUNCIL] = threading.Event()
        world = World(model=model)
        try:
            async with Running(world):
                await world.pass_time(2)
                assert withheld(world, COUNCIL) == NOT_YET
                await world.pass_time(ANSWER_S_MAX)
                assert withheld(world, COUNCIL) == LATE
                assert withheld(world, MAYOR) is None
                world.link.bring(SOUTH, KING)
                await world.pass_time(ANSWER_S_MAX)
                assert projected_from(world, MAYOR) == world.night.stamp.sequence
                threads = [thread.name for thread in threading.enumerate() if thread.name.startswith("projection of")]
                assert threads == ["projection of council"]
                answered.set()
                await world.pass_time(3)
                assert withheld(world, COUNCIL) is None
                assert projected_from(world, COUNCIL) == world.night.stamp.sequence
        finally:
            answered.set()

    async def test_does_not_hold_up_the_stop(self) -> None:
        model = Model(SURE)
        answered = model.hanging[COUNCIL] = threading.Event()
        world = World(model=model)
        try:
            async with Running(world):
                await world.pass_time(1)
            assert json.loads(world.link.retained[TOPICS.status])["status"] == "offline"
            assert not answered.is_set()
        finally:
            answered.set()


class TestAModelThatFailsToBeAsked:
    async def test_is_withheld_and_ends_nothing(self) -> None:
        model = Model(SURE, lambda: None, MAYOR)
        world = World(model=model)

        def fail(body: BodyId) -> None:
            if body == COUNCIL:
                raise LookupError("no question")

        model.asking = fail
        async with Running(world) as running:
            await world.pass_time(3)
            assert not running.done()
            assert (withheld(world, COUNCIL), withheld(world, MAYOR)) == (FAILED, None)
            model.asking = lambda _: None
            world.link.bring(SOUTH)
            await world.pass_time(3)
            assert withheld(world, COUNCIL) is None


def party(**fields: Any) -> PartyProjection:
    """What is projected of a party, some of it as given."""
    usual: dict[str, Any] = {"party": "con", "low": 1, "median": 2, "high": 3, "mean": 2.0, "share": None}
    return PartyProjection(**{**usual, "largest": UNSURE, "majority": UNSURE, "distribution": {2: 1.0}, **fields})


def projection(**fields: Any) -> Projection:
    """A projection of the council, some of it as given."""
    usual: dict[str, Any] = {"parties": {"con": party()}, "areas": {"north": {"con": SURE}}, "turnout": None}
    return Projection(**{**usual, "unheard": (), "draws": 1000, "seed": 1, **fields})


NONSENSE: dict[str, Any] = {
    "nothing": None,
    "a word": "con",
    "an outlook of nothing": Outlook(1, 1, None),  # type: ignore[arg-type]  # what no type can keep a model from
    "a projection without parties": Outlook(1, 1, projection(parties=None)),
    "no number for a chance": Outlook(1, 1, projection(areas={"north": {"con": math.nan}})),
    "a chance above one": Outlook(1, 1, projection(areas={"north": {"con": 1.5}})),
    "a word for a chance": Outlook(1, 1, projection(parties={"con": party(largest="likely")})),
    "a party that nobody knows": Outlook(1, 1, projection(areas={"north": {"whigs": SURE}})),
    "an area that nobody knows": Outlook(1, 1, projection(areas={"atlantis": {"con": SURE}})),
    "a range the wrong way round": Outlook(1, 1, projection(parties={"con": party(low=3, high=1)})),
    "half a seat": Outlook(1, 1, projection(parties={"con": party(median=1.5)})),
    "an endless mean": Outlook(1, 1, projection(parties={"con": party(mean=math.inf)})),
    "an endless turnout": Outlook(1, 1, projection(turnout=Range(0.1, 0.2, math.inf))),
    "an unknown candidate": Outlook(1, 1, projection(), candidates={"whittington": OFFICE}),
    "a chance at an office below none": Outlook(
        1, 1, projection(), candidates={"king-con": replace(OFFICE, chance=-1)}
    ),
    "a threshold cleared twice": Outlook(1, 1, projection(), clears_threshold={"con": 2.0}),
    "what cannot be written": Outlook(1, 1, projection(), prior=b"bytes"),  # type: ignore[arg-type]  # as above
}


class TestAModelThatAnswersNonsense:
    @pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
    async def test_is_withheld_and_keeps_no_standings_from_being_written(self, nonsense: Outlook) -> None:
        model = Model(SURE)
        model.instead = lambda: nonsense
        world = World(model=model)
        with capture_logs() as logged:
            async with Running(world) as running:
                await world.pass_time(3)
                world.link.bring(SOUTH)
                await world.pass_time(3)
                assert not running.done()
                standings = json.loads(world.link.retained[TOPICS.standings(COUNCIL)])
                assert (standings["areas"]["declared"], standings["withheld"]) == (1, FAILED)
                model.instead = None
                world.link.bring(EAST)
                await world.pass_time(3)
                assert withheld(world, COUNCIL) is None
        assert kinds(world) == ["declared", "declared", "call_suggested"]
        failures = [line for line in logged if line["event"] == "projection_failed"]
        assert {line["body"] for line in failures} == {COUNCIL}
        assert all(line["reason"] for line in failures)

    async def test_is_withheld_like_one_that_would_end_the_process(self) -> None:
        def end() -> Outlook:
            raise SystemExit(1)

        model = Model(SURE)
        model.instead = end
        world = World(model=model)
        async with Running(world) as running:
            await world.pass_time(3)
            assert not running.done()
            assert withheld(world, COUNCIL) == FAILED


class TestAModelThatCannotBeMade:
    async def test_leaves_a_night_that_counts_and_says_why_nothing_is_projected(self) -> None:
        def fail(_: Election) -> Forecaster:
            raise ValueError("no parameters")

        with capture_logs() as logged:
            world = World(model=forecaster_at_start(BOROUGH, fail))
        assert [(line["event"], line["log_level"]) for line in logged if "forecaster" in line["event"]] == [
            ("forecaster_failed", "error")
        ]
        async with Running(world):
            world.link.bring(NORTH)
            await world.pass_time(3)
            assert json.loads(world.link.retained[TOPICS.result(*place())])["declared"] is True
            for body in BOROUGH.bodies:
                assert withheld(world, body) == "no model could be made: ValueError('no parameters')"


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
