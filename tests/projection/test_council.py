"""A council of three-member wards, made up with its truth: seats not up are added, ranges hold, ends are exact."""

from dataclasses import replace
from functools import cache
from itertools import repeat

import numpy as np
import pytest

from service.projection import (
    CouncilEvidence,
    CouncilRace,
    Projection,
    Withheld,
    nothing_in,
    project_council,
)
from service.projection.council import SLATE
from service.projection.race import Ints
from tests.projection.kingdom import PARAMETERS, PARTIES, kingdom

SEATS = 3
WARDS = 24
KEPT = np.array([10, 0, 0, 4, 9, 0, 0, 0])


class Borough:
    """A council and how it ended: each party's slate of three, whose votes differ a little."""

    def __init__(self, seed: int) -> None:
        night = kingdom(mainland=WARDS, island=0, seed=seed)
        standing = night.race.standing & (night.votes > 0)
        self.race = CouncilRace(
            replace(night.race, standing=standing, seats_not_up=KEPT),
            np.full(WARDS, SEATS),
            np.where(standing, SEATS, 0),
        )
        rng = np.random.default_rng(seed)
        each = (night.votes / SEATS)[:, :, None] * (1 + SLATE * rng.normal(size=(*night.votes.shape, SEATS)))
        self.votes: Ints = np.rint(np.maximum(each, 0)).astype(np.int64).sum(axis=2)
        best = np.argsort(-each.reshape(WARDS, -1), axis=1)[:, :SEATS] // SEATS
        self.elected = np.array([np.bincount(row, minlength=len(PARTIES)) for row in best])
        self.order = rng.permutation(WARDS)

    def after(self, count: int) -> CouncilEvidence:
        """What is in when so many wards have declared."""
        declared = np.isin(np.arange(WARDS), self.order[:count])
        wards = replace(
            nothing_in(self.race.wards),
            votes=np.where(declared[:, None], self.votes, 0),
            outstanding=np.where(declared, 0.0, 1.0),
        )
        return CouncilEvidence(wards, np.where(declared[:, None], self.elected, 0))

    @property
    def final(self) -> dict[str, int]:
        return dict(zip(PARTIES, (self.elected.sum(axis=0) + KEPT).tolist(), strict=True))


@cache
def borough(seed: int = 1) -> Borough:
    return Borough(seed)


def say(evidence: CouncilEvidence, of: Borough | None = None, *, draws: int = 500) -> Projection:
    said = project_council((of or borough()).race, evidence, PARAMETERS, seed=4, draws=draws)
    assert isinstance(said, Projection)
    return said


def test_with_every_ward_declared_it_is_the_council() -> None:
    said = say(borough().after(WARDS))
    for party, seats in borough().final.items():
        line = said.parties.get(party)
        assert seats == 0 if line is None else line.low == line.median == line.high == seats


def test_every_draw_fills_every_seat_and_those_not_up_are_added() -> None:
    for count in (5, 12, 20):
        said = say(borough().after(count))
        assert sum(line.mean for line in said.parties.values()) == pytest.approx(WARDS * SEATS + KEPT.sum(), abs=0.1)
        assert all(said.parties[party].low >= KEPT[PARTIES.index(party)] for party in ("blue", "orange", "red"))


def test_no_party_has_fewer_seats_than_it_has_been_declared() -> None:
    evidence = borough().after(12)
    for column, party in enumerate(PARTIES):
        if (line := say(evidence).parties.get(party)) is not None:
            assert line.low >= evidence.elected[:, column].sum() + KEPT[column]


def test_ranges_hold_about_as_often_as_they_say() -> None:
    inside = []
    for seed in range(12):
        of = borough(seed)
        for count in (6, 12, 18):
            for party, line in say(of.after(count), of).parties.items():
                if max(of.final[party], line.high) > 2:
                    inside.append(line.low <= of.final[party] <= line.high)
    assert 0.85 <= np.mean(inside) <= 1.0


def test_the_range_narrows_as_wards_come_in() -> None:
    widths = [
        sum(line.high - line.low for line in say(borough().after(count)).parties.values()) for count in (6, 14, 24)
    ]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == 0


def test_control_is_more_than_half_of_all_seats() -> None:
    """Of 75 seats that it has 23 before the count, one party needs fifteen more: here it gets them."""
    of = borough()
    race = replace(of.race, wards=replace(of.race.wards, seats_not_up=np.where(KEPT.max() == KEPT, 400, 0)))
    said = project_council(race, of.after(6), PARAMETERS, seed=4, draws=200)
    assert isinstance(said, Projection)
    assert said.parties["blue"].majority == said.parties["blue"].largest == 1.0
    end = say(of.after(WARDS))
    most = max(of.final.values())
    assert {party: line.majority for party, line in end.parties.items()} == {
        party: float(2 * of.final[party] > sum(of.final.values())) for party in end.parties
    }
    assert [party for party, line in end.parties.items() if line.largest] == [
        party for party, seats in of.final.items() if seats == most
    ]


class TestItIsWithheld:
    def test_with_too_few_wards(self) -> None:
        said = project_council(borough().race, borough().after(4), PARAMETERS, seed=1)
        assert said == Withheld("too few wards: 4 of 24 are in with figures, 5 are needed")

    def test_without_a_baseline(self) -> None:
        last_votes = borough().race.wards.last_votes.copy()
        last_votes[:2] = 0
        race = replace(borough().race, wards=replace(borough().race.wards, last_votes=last_votes))
        said = project_council(race, borough().after(8), PARAMETERS, seed=1)
        assert said == Withheld("no baseline for 2 of 24 wards")


class TestAWardIsShared:
    def test_by_parties_that_are_level(self) -> None:
        """Wards of two level slates go two to one and one to two, sometimes three to none."""
        of = borough()
        level = np.zeros_like(of.votes)
        level[:, [0, 4]] = 3000
        wards = replace(of.race.wards, last_votes=level, standing=level > 0, seats_not_up=np.zeros(8, dtype=np.int64))
        race = replace(of.race, wards=wards, candidates=np.where(level > 0, SEATS, 0))
        in_now = np.arange(WARDS) < WARDS - 1
        evidence = CouncilEvidence(
            replace(
                nothing_in(wards), votes=np.where(in_now[:, None], level, 0), outstanding=np.where(in_now, 0.0, 1.0)
            ),
            np.where(in_now[:, None], level // 3000 * 2, 0),
        )
        said = project_council(race, evidence, PARAMETERS, seed=2, draws=2_000)
        assert isinstance(said, Projection)
        declared = 2 * (WARDS - 1)
        chances = said.parties["blue"].distribution
        assert set(chances) == {declared + seats for seats in range(4)}
        assert chances[declared + 1] + chances[declared + 2] > 0.2

    def test_and_a_party_with_one_candidate_takes_one_seat_at_most(self) -> None:
        of = borough()
        candidates = np.where(of.race.candidates > 0, 1, 0)
        said = project_council(replace(of.race, candidates=candidates), of.after(8), PARAMETERS, seed=2, draws=200)
        assert isinstance(said, Projection)
        for column, party in enumerate(PARTIES):
            if (line := said.parties.get(party)) is not None:
                declared = of.after(8).elected[:, column].sum() + KEPT[column]
                assert line.high <= declared + WARDS - 8


def test_the_same_seed_says_the_same() -> None:
    first, second = (say(evidence).parties for evidence in repeat(borough().after(9), 2))
    assert first == second
