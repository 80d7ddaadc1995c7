"""Every night on record, every body, from the first message to the last in steps: a projection, or why there is none.

What is said is held against arithmetic, which knows what is certain, and against the end, which leaves nothing open.
"""

from collections.abc import Iterator
from functools import cache
from re import fullmatch
from typing import Any, Final

import pytest

from service.app import as_records, forecaster_of
from service.ids import AreaId, BodyId
from service.night import Night
from tests.nights.nights_on_record import CONFIG, on_record

NIGHTS: Final = sorted(path.name for path in (CONFIG / "nights").iterdir())
BODIES_MAX: Final = 5
"""Of 32 councils some are enough: they are all of one kind."""
STEPS: Final = (0.1, 0.25, 0.4, 0.5, 0.75, 0.9)
"""Of the messages, in the order in which they came; and before the first, after it, before and after the last."""

every_night = pytest.mark.parametrize("name", NIGHTS)


@cache
def through(name: str) -> tuple[dict[BodyId, Any], ...]:
    """What stood of each body, with what was projected of it, at each step of a night."""
    return tuple(_through(name))


def _through(name: str) -> Iterator[dict[BodyId, Any]]:
    recorded = on_record(name)
    election, forecaster = recorded.election, forecaster_of(recorded.election)
    records = list(as_records(election, recorded.messages, test=False))
    number = len(recorded.messages)
    opening = len(records) - number
    steps = {0, 1, number - 1, number, *(round(number * step) for step in STEPS)}
    night = Night(election)
    for count, record in enumerate(records, start=1 - opening):
        night.apply(record)
        if count in steps:
            outlooks = {
                body: forecaster.answer(forecaster.ask(night, body)) if body in forecaster.bodies else None
                for body in sorted(election.bodies)[:BODIES_MAX]
            }
            yield {body: night.standings(body, outlook) for body, outlook in outlooks.items()}


def moments(name: str) -> Iterator[Any]:
    """The standings of every step and body."""
    for said in through(name):
        yield from said.values()


def ranges(of: Any) -> Iterator[Any]:
    """Every range in a projection, wherever it stands."""
    if isinstance(of, dict):
        if {"low", "high", "level"} <= of.keys():
            yield of
        for each in of.values():
            yield from ranges(each)
    elif isinstance(of, list):
        for each in of:
            yield from ranges(each)


def projected(at: Any) -> list[Any]:
    """All that is projected at a moment."""
    lines = [*at["parties"], *at["candidates"]]
    return [at["projection"], *(line.get("projection") for line in lines)]


@every_night
class TestEveryNight:
    def test_says_a_projection_or_why_there_is_none(self, name: str) -> None:
        for at in moments(name):
            assert (at["projection"] is None) == bool(at["withheld"])
            for row in at["parties"]:
                assert (row["projection"] is None) == bool(at["withheld"])
                assert row.get("withheld") == at["withheld"]

    def test_gives_figures_in_its_reasons_that_are_so(self, name: str) -> None:
        for at in moments(name):
            reason = at["withheld"] or ""
            if few := fullmatch(r"too few (?:areas|wards): (\d+) of (\d+) are in.*, (\d+) are needed", reason):
                seen, total, needed = map(int, few.groups())
                assert seen < needed <= total == at["areas"]["total"]
                if not at["candidates"]:
                    assert seen <= at["areas"]["declared"]
            if without := fullmatch(r"no baseline.* (\d+) of (?:its )?(\d+) areas", reason):
                assert int(without[1]) <= int(without[2]) == at["areas"]["total"]

    def test_gives_ranges_in_order(self, name: str) -> None:
        for at in moments(name):
            for of in ranges(projected(at)):
                assert 0 <= of["low"] <= of["median"] <= of["high"]

    def test_contradicts_nothing_that_is_certain(self, name: str) -> None:
        for at in moments(name):
            if at["projection"] is None:
                continue
            for row in at["parties"]:
                certain, line = at["certain"]["seats"].get(row["party"]), row["projection"]
                if certain is None:
                    continue
                assert certain["at_least"] <= line["seats"]["low"]
                assert line["seats"]["high"] <= certain["at_most"]
                if certain["at_least"] * 2 > at["seats"]["total"]:
                    assert line["majority"] == 1
                if certain["at_most"] * 2 <= at["seats"]["total"]:
                    assert line["majority"] == 0
            if at["certain"]["control"] not in (None, "none"):
                assert at["projection"]["no_majority"] == 0
            for row in at["candidates"]:
                if at["certain"]["elected"] is not None:
                    assert row["projection"]["chance"] == float(row["candidate"] == at["certain"]["elected"])

    def test_takes_back_nothing_that_is_counted(self, name: str) -> None:
        for at in moments(name):
            for row in at["candidates"]:
                first = (row.get("projection") or {}).get("first")
                if first is not None and row["votes"] is not None:
                    assert first["low"] >= row["votes"]

    def test_says_of_open_areas_alone_who_may_win_them(self, name: str) -> None:
        for at in moments(name):
            open_areas = {pending["area"] for pending in at["pending"]}
            for area, chances in (at["projection"] or {"areas": {}})["areas"].items():
                assert AreaId(area) in open_areas
                assert sum(chances.values()) == pytest.approx(1, abs=0.001)

    def test_leaves_nothing_open_at_its_end(self, name: str) -> None:
        for at in through(name)[-1].values():
            if not at["complete"] or at["projection"] is None:
                continue
            assert at["projection"]["areas"] == {}
            assert all(of["low"] == of["median"] == of["high"] for of in ranges(projected(at)))
            for row in at["parties"]:
                assert row["projection"]["seats"]["low"] == (row["seats"] or 0)
                assert {row["projection"]["majority"], row["projection"]["largest"]} <= {0.0, 1.0}
            assert all(row["projection"]["chance"] == float(row["elected"]) for row in at["candidates"])


def test_each_kind_of_body_is_projected_in_the_course_of_some_night() -> None:
    """So that the promises above are no promises about nothing."""
    kinds = {
        (name, body)
        for name in NIGHTS
        for said in through(name)
        for body, at in said.items()
        if at["projection"] is not None and not at["complete"]
    }
    assert {
        ("commons-2017", BodyId("commons")),
        ("london-2004", BodyId("mayor")),
        ("london-2012", BodyId("assembly")),
        ("london-2021", BodyId("mayor")),
        ("london-2021", BodyId("assembly")),
    } <= kinds
