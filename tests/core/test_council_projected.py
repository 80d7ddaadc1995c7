"""A council's night from a folder, made up since none on record has its wards' last votes on the same boundaries."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from service.adapters.library import read_parameters
from service.counting import RULES
from service.election import Election
from service.folder import read_election
from service.ids import BodyId
from service.night import Forecaster, Night, opening_of
from service.projection import parameters_for
from service.records import follow
from tests.core.borough import sent

COUNCIL = BodyId("council")
WARDS, PARTIES, SEATS = 18, ("con", "lab", "ld"), 2
RNG = np.random.default_rng(1973)
LAST = np.rint(RNG.dirichlet((5, 5, 2), size=WARDS) * 6000).astype(int)
NOW = np.maximum(LAST + np.array([-500, 450, 50]) + RNG.normal(size=LAST.shape) * 150, 40).astype(int)

TOML = """
id = "made-up"
name = "A council by halves"
date = 2024-05-02
time_zone = "Europe/London"

[[contests]]
id = "ward"
name = "Councillors"
rule = "plurality"
seats = 2
scope = "area"
areas = ["*"]

[[bodies]]
id = "council"
name = "The council"
contests = ["ward"]
seats = 72
seats_not_up = { con = 16, lab = 14, ld = 6 }
"""


@cache
def made_up(*, baseline: bool = True, each: int = SEATS) -> Election:
    parties = "".join(
        f'\n[[parties]]\nid = "{party}"\nname = "{party}"\nshort = "{party}"\ncolour = "#123456"\n' for party in PARTIES
    )
    wards = "id,name\n" + "".join(f"w{number},Ward {number}\n" for number in range(WARDS))
    candidates = "contest,area,candidate,name,party,incumbent\n" + "".join(
        f"ward,w{ward},{party}-{place},Somebody,{party},\n"
        for ward in range(WARDS)
        for party in PARTIES
        for place in range(each)
    )
    last = "baseline,contest,area,party,votes,seats,electorate,ballots\n" + "".join(
        f"last,ward,w{ward},{party},{LAST[ward, column]},,,\n"
        for ward in range(WARDS)
        for column, party in enumerate(PARTIES)
    )
    toml = TOML.replace("seats = 2", f"seats = {each}").replace("seats = 72", f"seats = {36 + each * WARDS}")
    files = {"election.toml": toml + parties, "areas.csv": wards, "candidates.csv": candidates}
    if baseline:
        files["baseline.csv"] = last
    return read_election({name: text.encode() for name, text in files.items()}, rules=RULES)


def declared(ward: int, each: int) -> dict[str, Any]:
    votes = {
        f"{party}-{place}": int(NOW[ward, column] // each - 20 * place)
        for column, party in enumerate(PARTIES)
        for place in range(each)
    }
    return {
        "contest": "ward",
        "area": f"w{ward}",
        "revision": 1,
        "kind": "declaration",
        "issued_at": "2024-05-03T01:00:00+01:00",
        "source": "town-hall",
        "votes": votes,
    }


@cache
def after(count: int, *, baseline: bool = True, each: int = SEATS) -> Any:
    election = made_up(baseline=baseline, each=each)
    night = Night(election)
    record = follow(None, opening_of(election, test=False))
    night.apply(record)
    for ward in range(count):
        record = follow(record, sent(declared(ward, each), f"elections/made-up/counts/ward/w{ward}"))
        night.apply(record)
    forecaster = Forecaster(election, parameters_for(election.id, read_parameters()))
    return night.standings(COUNCIL, forecaster.outlooks(night).get(COUNCIL))


def seats(row: Any) -> tuple[int, int, int]:
    projected = row["projection"]["seats"]
    return projected["low"], projected["median"], projected["high"]


def test_it_is_withheld_before_five_wards_are_in() -> None:
    said = after(4)
    assert said["withheld"] == "too few wards: 4 of 18 are in with figures, 5 are needed"


@pytest.mark.parametrize("count", [5, 9, 14])
def test_ranges_hold_what_came(count: int) -> None:
    final = {row["party"]: row["seats"] for row in after(WARDS)["parties"]}
    assert sum(final.values()) == 72
    for row in after(count)["parties"]:
        low, _, high = seats(row)
        assert low <= final[row["party"]] <= high


def test_control_and_its_absence_have_their_chances() -> None:
    said = after(7)
    majority = [row["projection"]["majority"] for row in said["parties"]]
    assert sum(majority) + said["projection"]["no_majority"] == pytest.approx(1, abs=0.001)
    assert said["projection"]["no_majority"] < 1


def test_the_end_is_one_number_for_each_party() -> None:
    said = after(WARDS)
    assert all(seats(row) == (row["seats"],) * 3 for row in said["parties"])
    assert said["projection"]["no_majority"] == float(said["control"] == "none")


def test_without_any_baseline_it_says_so() -> None:
    said = after(9, baseline=False)
    assert said["withheld"] == "no baseline: what any of its 18 areas voted last time is not on record"


def test_single_member_wards_are_projected_with_the_seats_that_are_not_up() -> None:
    """Wards elected by thirds: the model of a parliament, and 36 members who stay."""
    final = {row["party"]: row["seats"] for row in after(WARDS, each=1)["parties"]}
    said = after(12, each=1)
    for row in said["parties"]:
        low, _, high = seats(row)
        assert {"con": 16, "lab": 14, "ld": 6}[row["party"]] <= low <= final[row["party"]] <= high
    assert sum(row["projection"]["mean"] for row in said["parties"]) == pytest.approx(36 + WARDS, abs=0.1)
