"""What was projected of turnout and votes on nights on record: the turnout of the standings, and one number at last."""

from functools import cache
from typing import Any

import pytest

from service.app import as_records, forecaster_of
from service.ids import BodyId
from service.night import Night
from tests.nights.nights_on_record import on_record


@cache
def said_at(name: str, body: str, left: int) -> Any:
    """The standings, projection included, when so many messages had not come yet."""
    recorded = on_record(name)
    night, models = Night(recorded.election), forecaster_of(recorded.election)
    messages = recorded.messages[: len(recorded.messages) - left]
    for record in as_records(recorded.election, messages, test=False):
        night.apply(record)
    return night.standings(BodyId(body), models.answer(models.ask(night, BodyId(body))))


@pytest.mark.parametrize(
    "name, body", [("commons-2019", "commons"), ("london-2021", "mayor"), ("london-2021", "assembly")]
)
def test_in_the_end_the_turnout_is_the_one_that_standings_say(name: str, body: str) -> None:
    said = said_at(name, body, 0)
    (turnout,) = {round(each["turnout"], 4) for each in said["contests"][:1]}
    projected = said["projection"]["turnout"]
    assert projected["low"] == projected["median"] == projected["high"] == turnout


@pytest.mark.parametrize("left", [20, 15, 12, 8, 4])
def test_of_the_mayor_of_2021_the_range_holds_what_came(left: int) -> None:
    counted = said_at("london-2021", "mayor", 0)["contests"][0]["turnout"]
    said = said_at("london-2021", "mayor", left)
    if said["projection"] is not None:
        assert said["projection"]["turnout"]["low"] <= counted <= said["projection"]["turnout"]["high"]


def test_with_all_of_parliament_in_but_one_country_s_areas_shares_stay() -> None:
    counted = {
        row["party"]: row["votes"]["constituency"]["share"] for row in said_at("commons-2019", "commons", 0)["parties"]
    }
    for left in (1, 0):
        for row in said_at("commons-2019", "commons", left)["parties"]:
            if row["party"] in {"con", "lab", "ld", "snp", "sf", "dup", "pc"}:
                share = row["projection"]["share"]
                assert share["median"] == pytest.approx(counted[row["party"]], abs=0.001)
                assert left or share["low"] == share["high"]
