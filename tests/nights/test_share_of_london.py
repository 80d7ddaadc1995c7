"""London's boroughs in 2022: a share of all of London from the boroughs that are in, by their change since 2019.

What it is held against is the night's own end: the votes of each party's best candidate in every ward.
"""

from collections import Counter
from functools import cache
from itertools import product
from random import Random
from typing import Any

import pytest

from service.app import as_records, forecaster_of
from service.ids import AreaId, BodyId, ContestId
from service.night import Forecaster, Night
from service.records import Message
from tests.nights.nights_on_record import on_record

NIGHT, WARD = "london-boroughs-2022", ContestId("ward")
PARTIES = ("lab", "con", "ld", "green")
PUBLISHED = {"lab": 0.425, "con": 0.258, "ld": 0.144, "green": 0.117}
"""London's shares as Wikipedia prints them, "2022 London local elections": of 984,585 to 270,750 votes each."""


@cache
def model() -> Forecaster:
    return forecaster_of(on_record(NIGHT).election)


@cache
def night(count: int) -> Night:
    recorded = on_record(NIGHT)
    found = Night(recorded.election)
    for record in as_records(recorded.election, recorded.messages[:count], test=False):
        found.apply(record)
    return found


@cache
def after(count: int, body: str = "barnet") -> Any:
    found = night(count)
    return found.standings(BodyId(body), model().answer(model().ask(found, BodyId(body))))["national_share"]


@cache
def final() -> dict[str, float]:
    election, votes = on_record(NIGHT).election, Counter[str]()
    for area, outcome in on_record(NIGHT).night().counted.areas[WARD].items():
        best: dict[str, int] = {}
        for candidate, number in ((outcome.figures.all_votes if outcome.figures else None) or {}).items():
            party = election.standing(WARD, area)[candidate].party
            best[party] = max(best.get(party, 0), number)
        votes.update(best)
    return {party: votes[party] / votes.total() for party in PARTIES}


ALL = len(on_record(NIGHT).messages)


def test_it_waits_for_ten_boroughs() -> None:
    said = after(40)
    assert said["parties"] == {}
    assert said["withheld"] == f"too few authorities: {said['authorities']['voted']} of 32 have wards in, 10 are needed"


def test_it_is_said_of_london_and_from_what() -> None:
    said = after(150)
    assert said["name"] == "London"
    assert said["authorities"] == {"voted": 15, "total": 32}
    assert said["basis"] == (
        "150 wards of 15 of 32 authorities, by their change since the general election of December 2019"
    )
    assert said["sequence"] == 151


@pytest.mark.parametrize("count", [120, 150, 200])
def test_ranges_hold_what_came_while_half_of_the_boroughs_are_out(count: int) -> None:
    said = after(count)["parties"]
    for party in PARTIES:
        assert said[party]["low"] <= final()[party] <= said[party]["high"], party


def test_ranges_hold_about_as_often_as_they_say_whichever_boroughs_come_first() -> None:
    recorded = on_record(NIGHT)
    of_borough: dict[str, list[Message]] = {}
    for message in recorded.messages:
        area = recorded.election.areas[AreaId(message.topic.rsplit("/", 1)[1])]
        of_borough.setdefault(str(area.body), []).append(message)
    inside = []
    for seed, boroughs in product(range(4), (10, 18, 26)):
        found = Night(recorded.election)
        first = Random(seed).sample(sorted(of_borough), boroughs)
        messages = tuple(message for borough in first for message in of_borough[borough])
        for record in as_records(recorded.election, messages, test=False):
            found.apply(record)
        outlook = model().answer(model().ask(found, BodyId("barnet")))
        assert outlook.national is not None
        assert outlook.national.parties is not None
        shares = outlook.national.parties
        inside += [shares[party].low <= final()[party] <= shares[party].high for party in PARTIES]
    assert sum(inside) / len(inside) >= 0.85


def test_at_the_end_it_is_one_number_near_the_votes_cast() -> None:
    """Not those votes themselves: authorities weigh as they voted in 2019. One ward's figures are not on record."""
    said = after(ALL)["parties"]
    assert all(said[party]["high"] - said[party]["low"] <= 0.0001001 for party in PARTIES)
    assert all(abs(said[party]["median"] - final()[party]) < 0.02 for party in PARTIES)


@pytest.mark.parametrize("count", [120, 150, 200, 300])
def test_ranges_hold_what_was_published_while_half_of_the_boroughs_are_out(count: int) -> None:
    """Later they are narrower than what another way of adding up makes of the same votes: see the next test."""
    said = after(count)["parties"]
    assert all(said[party]["low"] <= share <= said[party]["high"] for party, share in PUBLISHED.items())


def test_at_the_end_it_is_within_half_a_point_of_what_was_published() -> None:
    said = after(ALL)["parties"]
    assert all(abs(said[party]["median"] - share) <= 0.005 for party, share in PUBLISHED.items())


def test_it_beats_the_mean_of_the_boroughs_that_are_in() -> None:
    """The first to count were not like the others: Labour had more of their votes."""
    found, shares = night(200), []
    for area, outcome in found.counted.areas[WARD].items():
        votes = outcome.figures.all_votes if outcome.figures else None
        if votes:
            best: dict[str, int] = {}
            for candidate, number in votes.items():
                party = found.election.standing(WARD, area)[candidate].party
                best[party] = max(best.get(party, 0), number)
            shares.append(best.get(PARTIES[0], 0) / sum(best.values()))
    error = abs(sum(shares) / len(shares) - final()["lab"])
    assert abs(after(200)["parties"]["lab"]["median"] - final()["lab"]) < error


def test_every_borough_says_the_same() -> None:
    assert after(150, "sutton") == after(150, "barnet")


def test_the_councils_themselves_say_why_they_are_not_projected() -> None:
    said = night(150).standings(BodyId("barnet"), model().answer(model().ask(night(150), BodyId("barnet"))))
    assert said["projection"] is None
    assert said["withheld"] == "no baseline: what any of its 24 areas voted last time is not on record"


def test_a_folder_that_does_not_ask_for_it_has_none() -> None:
    recorded = on_record("london-2021")
    assert recorded.night().standings(BodyId("assembly"))["national_share"] is None
