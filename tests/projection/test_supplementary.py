"""Before second preferences are counted, first ones and the last contest say how an office may go.

Figures of the Mayor of London: first and second preferences as London Elects published them.
"""

from csv import DictReader
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from service.projection import (
    NOBODY,
    OfficeEvidence,
    OfficeProjection,
    OfficeRace,
    Withheld,
    nothing_in,
    project_office,
)
from service.projection.race import Ints
from tests.projection.kingdom import PARAMETERS, PARTIES, kingdom

NIGHT = kingdom(mainland=14, island=0)
FEW = replace(PARAMETERS, areas_min=2)
AS_LAST_TIME = np.array([0.2, 0.2, 0.2, 0.2, 0.3, 0.1, 0.1, 0.1])
OFFICE = OfficeRace(NIGHT.race, PARTIES, AS_LAST_TIME)
OUT = replace(nothing_in(NIGHT.race))


def say(evidence: OfficeEvidence, office: OfficeRace = OFFICE, *, seed: int = 1) -> OfficeProjection:
    said = project_office(office, evidence, FEW, seed=seed, draws=2_000)
    assert isinstance(said, OfficeProjection)
    return said


def first_of(*votes: int) -> OfficeEvidence:
    """The first count of all areas together, by the order of the kingdom's parties."""
    return OfficeEvidence(OUT, whole=np.array([*votes, *[0] * (len(PARTIES) - len(votes))]))


class TestTheMayorOfLondon:
    """Three contests whose first count was known before the second: with what the contest before had said."""

    @pytest.mark.parametrize(
        "first, transfers, final",
        [
            # 2004: after 2000, when 18.7 and 17.1 % of the other papers helped Livingstone and Norris
            ((685_541, 542_423, 284_645, 351_062), (0.179, 0.171), (828_380, 667_178)),
            # 2012: after 2008, when 26.1 and 28.2 % helped Johnson and Livingstone
            ((971_931, 889_918, 98_913, 247_713), (0.261, 0.282), (1_054_811, 992_273)),
            # 2021: after 2016, when 30.0 and 15.8 % helped Khan and Goldsmith
            ((1_013_721, 893_051, 197_976, 426_609), (0.300, 0.158), (1_206_034, 977_601)),
        ],
    )
    def test_the_final_votes_lie_in_the_range(
        self, first: tuple[int, ...], transfers: tuple[float, float], final: tuple[int, int]
    ) -> None:
        expected = np.append(transfers, np.full(6, np.mean(transfers)))
        said = say(first_of(*first), replace(OFFICE, transfers=expected))
        for name, votes in zip(PARTIES[:2], final, strict=True):
            reached = said.candidates[name].final
            assert reached is not None
            assert reached.low <= votes <= reached.high
        assert said.candidates[PARTIES[0]].chance > 0.98
        assert all(said.candidates[name].finalist == 0 for name in PARTIES[2:])


class TestTheMayorsOfTenTowns:
    """Twenty contests whose towns had one before that was decided on second preferences, 2005 to 2015."""

    def test_ranges_of_final_votes_hold_about_as_often_as_they_say(self) -> None:
        """In a town such a part moves more from one time to the next than in London."""
        rows = (Path(__file__).parent / "second_preferences.csv").read_text().splitlines()[1:]
        inside = []
        for row in DictReader(rows):
            first = [int(row[name]) for name in ("first_a", "first_b", "eliminated")]
            # The others stand for one that is beaten, however many they were.
            others = [min(first[:2]) - 1] * (first[2] // (min(first[:2]) - 1))
            others.append(first[2] - sum(others))
            transfers = np.full(len(PARTIES), 0.1)
            transfers[:2] = float(row["last_part_a"]), float(row["last_part_b"])
            said = say(first_of(*first[:2], *others), replace(OFFICE, transfers=transfers))
            for name, votes, second in zip(PARTIES, first[:2], ("second_a", "second_b"), strict=False):
                final = said.candidates[name].final
                assert final is not None
                inside.append(final.low <= votes + int(row[second]) <= final.high)
        assert len(inside) == 40
        assert 0.85 <= np.mean(inside) <= 0.97


class TestTheCount:
    def test_more_than_half_at_first_elects_whatever_was_transferred_last_time(self) -> None:
        said = say(first_of(60, 30, 20), replace(OFFICE, transfers=None))
        assert (said.candidates[PARTIES[0]].chance, said.candidates[PARTIES[1]].chance) == (1.0, 0.0)
        assert said.candidates[PARTIES[0]].final is None

    def test_is_withheld_where_nobody_knows_how_second_preferences_go(self) -> None:
        said = project_office(replace(OFFICE, transfers=None), first_of(40, 30, 20), FEW, seed=1)
        assert said == Withheld("how second preferences went last time is not on record")

    def test_makes_no_votes(self) -> None:
        said = say(first_of(400_000, 390_000, 300_000))
        for name, least in ((PARTIES[0], 400_000), (PARTIES[1], 390_000)):
            reached = said.candidates[name].final
            assert reached is not None
            assert least <= reached.low <= reached.high <= least + 300_000

    def test_of_a_close_third_either_may_remain(self) -> None:
        known = NIGHT.evidence(np.arange(14) < 6)
        chances = [each.finalist for each in say(OfficeEvidence(known)).candidates.values()]
        assert sum(chances) == pytest.approx(2, abs=0.01) or max(chances) == 1
        assert sum(each.chance for each in say(OfficeEvidence(known)).candidates.values()) == pytest.approx(1, abs=0.01)

    def test_once_decided_is_said_exactly(self) -> None:
        final: Ints = np.array([620, 510, 0, 0, 0, 0, 0, 0])
        first = np.array([500, 450, 300, 0, 0, 0, 0, 0])
        said = say(OfficeEvidence(OUT, whole=first, final=final, winner=0))
        elected, beaten = said.candidates[PARTIES[0]], said.candidates[PARTIES[1]]
        assert (elected.chance, beaten.chance, beaten.finalist) == (1.0, 0.0, 1.0)
        for each, votes in ((elected, 620), (beaten, 510)):
            assert each.final is not None
            assert each.final.low == each.final.median == each.final.high == votes
        line = said.body.parties[PARTIES[0]]
        assert (line.low, line.high, line.majority) == (1, 1, 1.0)


class TestSecondPreferencesOfOnlySomeAreas:
    FIRST = (400_000, 390_000, 200_000, 100_000)

    def evidence(self, papers: int, to_first: float = 0.35, to_second: float = 0.15) -> OfficeEvidence:
        second = np.zeros(len(PARTIES), dtype=np.int64)
        second[:2] = round(papers * to_first), round(papers * to_second)
        return replace(first_of(*self.FIRST), second=second, second_papers=papers)

    def width(self, evidence: OfficeEvidence) -> float:
        final = say(evidence).candidates[PARTIES[0]].final
        assert final is not None
        return final.high - final.low

    def test_are_counted_and_the_rest_follows_them(self) -> None:
        final = say(self.evidence(200_000)).candidates[PARTIES[0]].final
        assert final is not None
        counted = 400_000 + 70_000
        assert counted < final.low <= counted + 0.35 * 100_000 <= final.high < counted + 100_000

    def test_narrow_the_range_until_nothing_is_left(self) -> None:
        widths = [self.width(self.evidence(papers)) for papers in (0, 60_000, 200_000, 300_000)]
        assert widths == sorted(widths, reverse=True)
        assert widths[-1] == 0

    def test_say_enough_where_last_time_says_nothing(self) -> None:
        said = say(self.evidence(150_000), replace(OFFICE, transfers=None))
        assert said.candidates[PARTIES[0]].chance > 0.99

    def test_against_last_time_weigh_more_the_more_there_are(self) -> None:
        chances = [
            say(self.evidence(papers, to_first=0.05, to_second=0.45)).candidates[PARTIES[0]].chance
            for papers in (2_000, 20_000, 200_000)
        ]
        assert chances == sorted(chances, reverse=True)
        assert chances[-1] == 0


class TestFirstPreferencesOfOnlySomeAreas:
    def test_narrow_to_what_was_counted(self) -> None:
        widths = []
        for count in (4, 9, 14):
            said = say(OfficeEvidence(NIGHT.evidence(np.arange(14) < count)))
            widths.append(sum(each.first.high - each.first.low for each in said.candidates.values() if each.first))
        assert widths == sorted(widths, reverse=True)
        assert widths[-1] == 0

    def test_are_projected_by_the_change_on_last_time(self) -> None:
        """The areas that are out are another party's: the votes that are in would mislead."""
        said = say(OfficeEvidence(NIGHT.evidence(np.arange(14) < 8)))
        for column, party in enumerate(PARTIES):
            first = said.candidates[party].first
            assert first is not None
            slack = 0.03 * NIGHT.votes.sum()
            assert first.low - slack <= NIGHT.votes[:, column].sum() <= first.high + slack

    def test_of_too_few_areas_say_nothing(self) -> None:
        said = project_office(OFFICE, OfficeEvidence(NIGHT.evidence(np.arange(14) < 1)), FEW, seed=1)
        assert said == Withheld("too few areas: 1 of 14 are in with figures, 2 are needed")

    def test_say_nothing_of_areas_without_a_baseline(self) -> None:
        race = replace(NIGHT.race, last_votes=np.zeros_like(NIGHT.race.last_votes))
        said = project_office(replace(OFFICE, race=race), OfficeEvidence(OUT), FEW, seed=1)
        assert said == Withheld("no baseline of first preferences for 14 of 14 areas")

    def test_the_same_seed_says_the_same(self) -> None:
        evidence = OfficeEvidence(NIGHT.evidence(np.arange(14) < 6))
        assert say(evidence, seed=3).candidates == say(evidence, seed=3).candidates

    def test_nobody_has_won_before_anything_is_decided(self) -> None:
        assert OfficeEvidence(OUT).winner == NOBODY
