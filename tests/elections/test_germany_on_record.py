"""Germany 2021, as files: held against the published result, and its seats against two published calculations."""

from collections import Counter
from fractions import Fraction

import pytest

from tests.elections.bundestag import counted_again, second_votes, winners
from tests.elections.night_files import Night, read


def germany() -> Night:
    return read("germany-2021")


SEATS_BY_LAND = """
Schleswig-Holstein      cdu 6 spd 7 afd 2 fdp 3 linke 1 gruene 5 ssw 1
Hamburg                 cdu 2 spd 4 afd 1 fdp 2 linke 1 gruene 4
Niedersachsen           cdu 16 spd 22 afd 5 fdp 7 linke 2 gruene 11
Bremen                  cdu 1 spd 2 gruene 1
Nordrhein-Westfalen     cdu 38 spd 43 afd 11 fdp 17 linke 6 gruene 24
Hessen                  cdu 11 spd 14 afd 4 fdp 6 linke 2 gruene 8
Rheinland-Pfalz         cdu 9 spd 10 afd 3 fdp 4 linke 1 gruene 4
Baden-Württemberg       cdu 22 spd 19 afd 8 fdp 14 linke 3 gruene 15
Bayern                  spd 20 afd 10 fdp 12 linke 3 gruene 16 csu 36
Saarland                cdu 2 spd 3 afd 1 fdp 1 linke 1
Berlin                  cdu 4 spd 6 afd 2 fdp 2 linke 3 gruene 6
Brandenburg             cdu 4 spd 7 afd 4 fdp 2 linke 2 gruene 2
Mecklenburg-Vorpommern  cdu 2 spd 4 afd 2 fdp 1 linke 2 gruene 1
Sachsen                 cdu 6 spd 7 afd 9 fdp 4 linke 3 gruene 3
Sachsen-Anhalt          cdu 4 spd 5 afd 4 fdp 2 linke 2 gruene 1
Thüringen               cdu 3 spd 4 afd 5 fdp 2 linke 2 gruene 1
"""
"""Seats by Land under the law of 2023 as another program has them.

Source: Paul Keydel, Sitzverteilung_BT, BTW21_reform2024.txt, https://github.com/PaulKeydel/Sitzverteilung_BT.
"""


class TestTheVotes:
    def test_come_from_299_constituencies_in_sixteen_lands(self) -> None:
        lands = Counter(row["region"] for row in germany().areas.values())
        assert (lands.total(), len(lands)) == (299, 16)
        assert (lands["Nordrhein-Westfalen"], lands["Bayern"], lands["Bremen"]) == (64, 46, 2)

    @pytest.mark.parametrize(
        "contest, valid, invalid", [("erststimme", 46_362_013, 492_495), ("zweitstimme", 46_442_023, 412_485)]
    )
    def test_add_up_to_the_published_totals(self, contest: str, valid: int, invalid: int) -> None:
        counts = list(germany().counts(contest))
        assert sum(count["valid"] for count in counts) == valid == sum(sum(count["votes"].values()) for count in counts)
        assert sum(count["rejected"] for count in counts) == invalid
        assert sum(count["ballots"] for count in counts) == 46_854_508
        assert sum(int(row["electorate"]) for row in germany().areas.values()) == 61_181_072

    def test_are_the_published_ones_of_each_party(self) -> None:
        votes = sum(second_votes(germany()).values(), Counter[str]())
        assert dict(votes.most_common(8)) == {
            "spd": 11_955_434,
            "cdu": 8_775_471,
            "gruene": 6_852_206,
            "fdp": 5_319_952,
            "afd": 4_803_902,
            "csu": 2_402_827,
            "linke": 2_270_906,
            "freie-waehler": 1_127_784,
        }
        assert votes["ssw"] == 55_578

    def test_win_constituencies_as_published(self) -> None:
        assert Counter(party for _, party, _ in winners(germany()).values()) == {
            "spd": 121,
            "cdu": 98,
            "csu": 45,
            "gruene": 16,
            "afd": 16,
            "linke": 3,
        }

    def test_were_cast_in_2017_for_the_winners_of_that_year(self) -> None:
        held = Counter(row["party"] for row in germany().baseline if row["seats"] == "1")
        assert held == {"cdu": 185, "spd": 59, "csu": 46, "linke": 5, "afd": 3, "gruene": 1}

    @pytest.mark.parametrize("contest, valid", [("erststimme", 46_389_615), ("zweitstimme", 46_515_492)])
    def test_add_up_to_the_published_totals_of_2017(self, contest: str, valid: int) -> None:
        rows = [row for row in germany().baseline if row["contest"] == contest]
        assert sum(int(row["votes"] or 0) for row in rows) == valid
        assert sum(int(row["electorate"] or 0) for row in rows) == 61_688_485


class TestTheSeats:
    def test_are_630_and_those_of_the_outcome_kept_with_the_night(self) -> None:
        lists, _ = counted_again(germany(), 630)
        seats = sum((Counter(there) for there in lists.values()), Counter[str]())
        assert seats.total() == 630
        assert seats == germany().about["outcome"]["bundestag"]["seats"]

    def test_are_in_each_land_those_of_the_other_program(self) -> None:
        lists, _ = counted_again(germany(), 630)
        published = {}
        for line in SEATS_BY_LAND.strip().splitlines():
            land, *pairs = line.split()
            published[land] = {party: int(seats) for party, seats in zip(pairs[::2], pairs[1::2], strict=True)}
        assert {
            land: {party: seats for party, seats in there.items() if seats} for land, there in lists.items()
        } == published

    def test_under_the_bill_with_598_seats_leave_35_winners_without_as_published(self) -> None:
        # Source: Jan Lorenz, Modellrechnungen Wahlrechtsreform Bundestag 2023, 1 February 2023: 35 winners, 28.7% of
        # first votes on average, 35.1% at most.
        _, without = counted_again(germany(), 598)
        assert len(without) == 35
        assert round(100 * sum(without.values()) / len(without), 1) == Fraction(287, 10)
        assert round(100 * max(without.values()), 1) == Fraction(351, 10)
