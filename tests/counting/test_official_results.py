"""Real elections counted again: the outcome must be the one that was declared. Figures and sources are in vectors/."""

import csv
from collections import defaultdict
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import pytest

from service.counting import (
    AveragesWorking,
    ConstituencyWinner,
    GermanyWorking,
    LandTally,
    ListTally,
    NewZealandWorking,
    PluralityWorking,
    PreferenceTally,
    SupplementaryWorking,
    Tally,
    count_contest,
    rule_named,
)

VECTORS = Path(__file__).parent / "vectors"


def rows(name: str) -> list[dict[str, str]]:
    lines = (VECTORS / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


LONDON = rule_named("additional-members-london", seats=11)
SUPPLEMENTARY = rule_named("supplementary-vote", seats=1)


class TestLondonAssembly:
    @pytest.mark.parametrize("year", ["2000", "2004", "2008", "2012", "2016", "2021"])
    def test_every_list_seat_goes_where_the_returning_officer_declared(self, year: str) -> None:
        lines = [row for row in rows("london_assembly.csv") if row["year"] == year]
        tally = ListTally(
            votes={row["party"]: int(row["votes"]) for row in lines},
            constituency_seats={row["party"]: int(row["constituency_seats"]) for row in lines},
            aggregates=frozenset({"Others"} & {row["party"] for row in lines}),
        )
        outcome = count_contest(LONDON, tally)
        declared = {row["party"]: int(row["list_seats"]) for row in lines if int(row["list_seats"])}
        assert outcome.won() == declared
        assert (outcome.ties, outcome.unfilled) == ((), 0)

    def test_the_seats_of_2008_fall_in_the_order_of_the_official_table_of_rounds(self) -> None:
        outcome = count_contest(LONDON, self.tally_of_2008())
        order = ["LD", "Green", "LD", "BNP", "Green", "Lab", "Con", "LD", "Con", "Lab", "Con"]
        assert [seat.option for seat in outcome.seats] == order
        assert [seat.number for seat in outcome.seats] == list(range(1, 12))
        assert isinstance(outcome.working, AveragesWorking)
        assert [played.taken_by for played in outcome.working.rounds] == order

    def test_the_threshold_of_2008_is_five_percent_of_everybodys_votes_exactly(self) -> None:
        working = count_contest(LONDON, self.tally_of_2008()).working
        assert isinstance(working, AveragesWorking)
        assert working.valid == 2_412_607
        assert working.needed == Fraction("120630.35")
        assert working.kept_out == {"Others": "aggregate", "UKIP": "threshold"}

    def test_every_round_shows_the_figure_of_every_party_that_could_take_the_seat(self) -> None:
        working = count_contest(LONDON, self.tally_of_2008()).working
        assert isinstance(working, AveragesWorking)
        first, last = working.rounds[0], working.rounds[-1]
        assert first.figures == {
            "LD": 275_272,
            "Green": 203_465,
            "BNP": 130_714,
            "Lab": Fraction(665_443, 7),
            "Con": Fraction(835_535, 9),
        }
        assert list(first.figures) == ["LD", "Green", "BNP", "Lab", "Con"]
        assert last.figures["Con"] == Fraction(835_535, 11)

    def test_the_bnp_of_2004_needed_3467_votes_more_since_they_raise_the_threshold_too(self) -> None:
        others = 147_415 - 87_533 - 54_914
        votes = {
            "Con": 533_696,
            "Lab": 468_247,
            "LD": 316_218,
            "Green": 160_445,
            "UKIP": 156_780,
            "BNP": 90_365,
            "Respect": 87_533,
            "CPA": 54_914,
            "others": others,
        }
        tally = ListTally(votes, {"Con": 9, "Lab": 5}, aggregates=frozenset({"others"}))
        outcome = count_contest(LONDON, tally)
        assert outcome.won() == {"LD": 5, "Green": 2, "UKIP": 2, "Lab": 2}
        nearest = outcome.next_in_line[0]
        assert (nearest.option, nearest.votes_short) == ("BNP", 3_467)
        with_them = count_contest(
            LONDON, ListTally({**votes, "BNP": 90_365 + 3_467}, {"Con": 9, "Lab": 5}, aggregates=frozenset({"others"}))
        )
        one_less = count_contest(
            LONDON, ListTally({**votes, "BNP": 90_365 + 3_466}, {"Con": 9, "Lab": 5}, aggregates=frozenset({"others"}))
        )
        assert with_them.won().get("BNP") == 1
        assert "BNP" not in one_less.won()

    def tally_of_2008(self) -> ListTally:
        lines = [row for row in rows("london_assembly.csv") if row["year"] == "2008"]
        return ListTally(
            votes={row["party"]: int(row["votes"]) for row in lines},
            constituency_seats={row["party"]: int(row["constituency_seats"]) for row in lines},
            aggregates=frozenset({"Others"}),
        )


class TestMayorOfLondon:
    @pytest.mark.parametrize("year", ["2000", "2004", "2008", "2012", "2016"])
    def test_transfers_to_the_two_remaining_give_the_declared_totals(self, year: str) -> None:
        lines = [row for row in rows("london_mayors.csv") if row["year"] == year]
        first = {row["candidate"]: int(row["first"]) for row in lines}
        totals = {row["candidate"]: int(row["total"]) for row in lines if row["total"]}
        transfers = {candidate: totals[candidate] - first[candidate] for candidate in totals}
        outcome = count_contest(SUPPLEMENTARY, PreferenceTally(first, transfers))
        assert isinstance(outcome.working, SupplementaryWorking)
        assert outcome.working.rounds[1].votes == totals
        winner, other = sorted(totals, key=lambda candidate: -totals[candidate])
        seat = outcome.seats[0]
        assert (seat.option, seat.figure, seat.runner_up) == (winner, Fraction(totals[winner]), other)
        assert seat.votes_short == totals[winner] - totals[other] + 1

    def test_the_table_of_2021_gives_the_transfers_that_were_declared(self) -> None:
        first, second = self.first_and_second_of_2021()
        outcome = count_contest(SUPPLEMENTARY, PreferenceTally(first, second=second))
        assert isinstance(outcome.working, SupplementaryWorking)
        final = outcome.working.rounds[1]
        assert final.transfers == {"Sadiq Aman KHAN": 192_313, "Shaun BAILEY": 84_550}
        assert final.votes == {"Sadiq Aman KHAN": 1_206_034, "Shaun BAILEY": 977_601}
        assert outcome.seats[0].option == "Sadiq Aman KHAN"

    def test_transfers_and_table_of_2021_say_the_same(self) -> None:
        first, second = self.first_and_second_of_2021()
        transfers = {"Sadiq Aman KHAN": 192_313, "Shaun BAILEY": 84_550}
        by_table = count_contest(SUPPLEMENTARY, PreferenceTally(first, second=second))
        assert count_contest(SUPPLEMENTARY, PreferenceTally(first, transfers)) == by_table

    def test_papers_without_a_usable_second_preference_are_counted_apart(self) -> None:
        first, second = self.first_and_second_of_2021()
        working = count_contest(SUPPLEMENTARY, PreferenceTally(first, second=second)).working
        assert isinstance(working, SupplementaryWorking)
        final = working.rounds[1]
        assert sum(final.votes.values()) + final.not_transferred == working.valid == 2_531_357
        assert len(final.eliminated) == 18

    def test_before_second_preferences_nobody_is_elected_and_the_two_remaining_are_named(self) -> None:
        first, _ = self.first_and_second_of_2021()
        outcome = count_contest(SUPPLEMENTARY, PreferenceTally(first))
        assert isinstance(outcome.working, SupplementaryWorking)
        assert (outcome.seats, outcome.ties) == ((), ())
        assert outcome.working.awaiting_second_preferences
        assert outcome.working.remaining == ("Sadiq Aman KHAN", "Shaun BAILEY")

    def first_and_second_of_2021(self) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
        first: dict[str, int] = {}
        second: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for row in rows("london_mayor_2021.csv"):
            if row["second"]:
                second[row["first"]][row["second"]] = int(row["papers"])
            else:
                first[row["first"]] = int(row["papers"])
        return first, dict(second)


class TestEnglishMayors:
    def test_all_76_elections_elect_whom_the_source_lists_first(self) -> None:
        lines = rows("english_mayors.csv")
        counted = 0
        for election, candidates in groupby(lines, key=lambda row: row["election"]):
            stood = list(candidates)
            first = {row["candidate"]: int(row["first"]) for row in stood}
            transfers = {row["candidate"]: int(row["transfers"]) for row in stood if row["transfers"]}
            outcome = count_contest(SUPPLEMENTARY, PreferenceTally(first, transfers or None))
            assert [seat.option for seat in outcome.seats] == [stood[0]["candidate"]], election
            assert isinstance(outcome.working, SupplementaryWorking)
            assert len(outcome.working.rounds) == (2 if transfers else 1), election
            counted += 1
        assert counted == 76


class TestReferendums:
    def test_all_58_on_having_a_mayor_carry_as_declared(self) -> None:
        lines = rows("english_mayor_referendums.csv")
        assert len(lines) == 58
        for row in lines:
            tally = Tally({"Yes": int(row["for"]), "No": int(row["against"])})
            outcome = count_contest(rule_named("referendum", seats=1), tally)
            assert outcome.won() == {row["result"]: 1}, row["council"]
            assert isinstance(outcome.working, PluralityWorking)
            assert outcome.working.majority == abs(int(row["for"]) - int(row["against"])), row["council"]

    def test_scotland_2014_says_no_by_383937(self) -> None:
        outcome = count_contest(rule_named("referendum", seats=1), Tally({"Yes": 1_617_989, "No": 2_001_926}))
        assert outcome.won() == {"No": 1}
        assert isinstance(outcome.working, PluralityWorking)
        assert outcome.working.majority == 383_937


class TestNewZealand2008:
    def test_lists_get_their_seats_and_the_house_grows_by_two(self) -> None:
        lines = rows("new_zealand_2008.csv")
        tally = ListTally(
            votes={row["party"]: int(row["votes"]) for row in lines},
            constituency_seats={row["party"]: int(row["electorates"]) for row in lines},
            aggregates=frozenset({"Others"}),
        )
        outcome = count_contest(rule_named("mixed-member-new-zealand", seats=120), tally)
        declared = {row["party"]: int(row["list_seats"]) for row in lines if int(row["list_seats"])}
        assert outcome.won() == declared
        assert isinstance(outcome.working, NewZealandWorking)
        assert outcome.working.overhang == {"Māori": 2}
        assert outcome.working.house == 122
        assert outcome.working.allocation.kept_out["NZ First"] == "threshold"


class TestGermany2021UnderTheRulesOf2023:
    """No such count was declared; second votes and winners are official, and what follows is our own working."""

    def test_630_seats_go_to_the_parties_by_their_second_votes(self) -> None:
        outcome = count_contest(rule_named("mixed-member-germany-2023", seats=630), self.tally())
        assert outcome.won() == {
            "SPD": 177,
            "CDU": 130,
            "GRÜNE": 102,
            "FDP": 79,
            "AfD": 71,
            "CSU": 36,
            "DIE LINKE": 34,
            "SSW": 1,
        }
        assert (outcome.ties, outcome.unfilled) == ((), 0)

    def test_the_lands_seats_of_every_party_add_up_to_its_own(self) -> None:
        outcome = count_contest(rule_named("mixed-member-germany-2023", seats=630), self.tally())
        assert isinstance(outcome.working, GermanyWorking)
        by_option: defaultdict[str, int] = defaultdict(int)
        for land_seats in outcome.working.by_land:
            by_option[land_seats.option] += land_seats.seats
            assert land_seats.seats == len(land_seats.seated) + land_seats.from_list
        assert by_option == outcome.won()

    def test_28_constituency_winners_go_without_a_seat(self) -> None:
        outcome = count_contest(rule_named("mixed-member-germany-2023", seats=630), self.tally())
        assert isinstance(outcome.working, GermanyWorking)
        without: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for winner in outcome.working.without_seat:
            without[winner.option, winner.land].append(winner.constituency)
        assert {key: len(constituencies) for key, constituencies in without.items()} == {
            ("CDU", "Baden-Württemberg"): 11,
            ("CSU", "Bayern"): 9,
            ("SPD", "Brandenburg"): 3,
            ("SPD", "Mecklenburg-Vorpommern"): 2,
            ("SPD", "Schleswig-Holstein"): 1,
            ("SPD", "Saarland"): 1,
            ("AfD", "Sachsen"): 1,
        }
        assert without["SPD", "Schleswig-Holstein"] == ["005 Kiel"]
        assert without["AfD", "Sachsen"] == ["154 Leipzig-Land"]

    def test_of_one_party_and_land_nobody_without_a_seat_has_a_higher_share_than_somebody_seated(self) -> None:
        outcome = count_contest(rule_named("mixed-member-germany-2023", seats=630), self.tally())
        assert isinstance(outcome.working, GermanyWorking)
        for land_seats in outcome.working.by_land:
            seated = [Fraction(w.first_votes, w.valid_first_votes) for w in land_seats.seated]
            without = [Fraction(w.first_votes, w.valid_first_votes) for w in land_seats.without_seat]
            assert not without or min(seated) > max(without)

    def test_as_enacted_in_2023_three_constituencies_would_not_have_helped_the_left(self) -> None:
        tally = self.tally()
        lone = tuple(winner for winner in tally.winners if winner.option != "DIE LINKE")
        without_them = LandTally(tally.second, lone, tally.minorities)
        outcome = count_contest(rule_named("mixed-member-germany-2023", seats=630), without_them)
        assert "DIE LINKE" not in outcome.won()
        assert sum(outcome.won().values()) == 630

    def tally(self) -> LandTally:
        second: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for row in rows("germany_2021_second_votes.csv"):
            second[row["land"]][row["party"]] = int(row["votes"])
        winners = tuple(
            ConstituencyWinner(
                constituency=f"{row['number']} {row['constituency']}",
                land=row["land"],
                option=row["party"],
                first_votes=int(row["first_votes"]),
                valid_first_votes=int(row["valid_first_votes"]),
            )
            for row in rows("germany_2021_winners.csv")
        )
        assert len(winners) == 299
        return LandTally(dict(second), winners, minorities=frozenset({"SSW"}))
