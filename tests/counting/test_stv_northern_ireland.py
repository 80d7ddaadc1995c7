"""Northern Ireland's STV clause by clause: Electoral Law Act (NI) 1962 Sch 5 r. 47-52, worked by hand."""

from fractions import Fraction

import pytest

from service.counting.outcome import Lot
from service.counting.stv import NorthernIrelandStv, Transfer, count_stv
from tests.counting.stv.papers import papers, stages, votes


class TestTransferOfSurplus:
    """r. 49, 50."""

    # A surplus in West Tyrone in 2005 as published: 1,471 first preferences, quota 1,078, 1,427 transferable papers at
    # 0.27, 170 of them worth 45.90 to one candidate (fromtheheartofeurope.eu/26311). The rest is made up for the quota.
    WEST_TYRONE = papers("170 MD, 1257 MK, 44 M, 1060 D, 900 K, 880 B, 850 C, 800 E, 505 F")

    def test_a_surplus_is_shared_by_the_transferable_papers_to_two_decimal_places(self) -> None:
        first, second = stages(count_stv(NorthernIrelandStv(5), self.WEST_TYRONE))[:2]
        assert first.quota == 1078
        assert first.elected == ("M",)
        assert second.transfers == (
            Transfer("M", "D", 170, Fraction("0.27"), Fraction("45.90")),
            Transfer("M", "K", 1257, Fraction("0.27"), Fraction("339.39")),
            Transfer("M", None, 44, None, Fraction("7.71")),
        )

    def test_what_is_not_transferred_is_non_transferable_and_nothing_is_lost_to_rounding(self) -> None:
        second = stages(count_stv(NorthernIrelandStv(5), self.WEST_TYRONE))[1]
        assert second.non_transferable == Fraction("7.71")  # 393 - 1427 x 0.27
        assert second.lost_to_rounding == 0

    def test_papers_never_go_on_at_more_than_they_came_at(self) -> None:
        # Quota 26: A has 24 too many, but only 4 papers name somebody else.
        second = stages(count_stv(NorthernIrelandStv(3), papers("4 AB, 46 A, 20 B, 18 C, 14 D")))[1]
        assert second.transfers[0] == Transfer("A", "B", 4, Fraction(1), Fraction(4))
        assert second.non_transferable == 20

    def test_a_later_surplus_is_transferred_on_the_parcel_last_received_alone(self) -> None:
        # Quota 26. A's surplus of 14 comes to B at 0.35. B's surplus of 8 goes on with these 40 papers only,
        # at 8/40 = 0.20; B's own 20 for D stay where they are.
        outcome = count_stv(NorthernIrelandStv(3), papers("40 ABC, 20 BD, 21 C, 22 D"))
        third = stages(outcome)[2]
        assert third.transfers == (
            Transfer("B", "C", 40, Fraction("0.20"), Fraction(8)),
            Transfer("B", None, 0, None, Fraction(0)),
        )
        assert votes(third) == {"A": "26", "B": "26", "C": "29", "D": "22"}

    def test_a_surplus_without_a_transferable_paper_is_lost_in_a_stage_of_its_own(self) -> None:
        second = stages(count_stv(NorthernIrelandStv(3), papers("50 A, 20 B, 19 C, 18 D")))[1]
        assert (second.action, second.sources) == ("surplus", ("A",))
        assert second.transfers == (Transfer("A", None, 50, None, Fraction(23)),)

    def test_surpluses_wait_that_could_not_save_the_lowest(self) -> None:
        # Quota 26. A's surplus of 2 is less than E lacks to D, and then than D lacks to C: it is never transferred.
        outcome = count_stv(NorthernIrelandStv(3), papers("28 AB, 25 B, 24 C, 15 D, 9 E"))
        assert [stage.sources for stage in stages(outcome)] == [(), ("E",), ("D",)]
        assert stages(outcome)[-1].votes["A"] == 28

    def test_the_largest_surplus_goes_first(self) -> None:
        outcome = count_stv(NorthernIrelandStv(4), papers("40 AC, 45 BC, 12 C, 11 D, 10 E"))
        assert [stage.sources for stage in stages(outcome)[1:3]] == [("B",), ("A",)]


class TestExclusion:
    """r. 51."""

    def test_first_preferences_go_first_and_then_what_was_transferred_by_falling_value(self) -> None:
        # Quota 132. C holds 40 first preferences, 50 papers from A at 0.40 and 20 from F at one.
        outcome = count_stv(NorthernIrelandStv(2), papers("50 ACD, 102 A, 86 B, 85 D, 25 CD, 15 C, 20 FCD, 10 F"))
        last = stages(outcome)[-1]
        assert last.excluded == ("C",)
        assert [(transfer.target, transfer.papers, transfer.value) for transfer in last.transfers] == [
            ("D", 25, 1),
            (None, 15, 1),
            ("D", 20, 1),
            ("D", 50, Fraction("0.40")),
        ]

    def test_parcels_stay_where_they_are_once_no_vacancy_is_left(self) -> None:
        # The same, but C's own papers all name D, who has 145 with the second parcel.
        outcome = count_stv(NorthernIrelandStv(2), papers("50 ACD, 102 A, 86 B, 85 D, 40 CD, 20 FCD, 10 F"))
        last = stages(outcome)[-1]
        assert [transfer.papers for transfer in last.transfers] == [40, 20]
        assert votes(last) == {"A": "132", "B": "86", "C": "20", "D": "145"}

    def test_a_candidate_who_reaches_the_quota_in_an_exclusion_receives_no_later_parcel_of_it(self) -> None:
        # Quota 123. C's first preferences bring D to 125; what came to C from F and A passes over D to E.
        outcome = count_stv(NorthernIrelandStv(3), papers("50 ACDE, 93 A, 100 B, 85 D, 90 E, 40 CDE, 20 FCDE, 10 F"))
        last = stages(outcome)[-1]
        assert [(transfer.target, transfer.papers, transfer.value) for transfer in last.transfers] == [
            ("D", 40, 1),
            ("E", 20, 1),
            ("E", 50, Fraction("0.40")),
        ]
        assert votes(last) == {"A": "123", "B": "100", "D": "125", "E": "130"}
        assert last.elected == ("D", "E")

    def test_candidates_who_together_cannot_catch_up_are_excluded_together(self) -> None:
        outcome = count_stv(NorthernIrelandStv(2), papers("30 A, 29 B, 20 C, 5 DA, 4 EB, 3 F"))
        second = stages(outcome)[1]
        assert second.excluded == ("F", "E", "D")
        assert votes(second) == {"A": "35", "B": "33", "C": "20"}
        assert second.non_transferable == 3

    def test_never_so_many_go_together_that_a_seat_stays_empty(self) -> None:
        outcome = count_stv(NorthernIrelandStv(3), papers("60 A, 3 B, 2 C, 1 D"))
        assert outcome.won() == {"A": 1, "B": 1, "C": 1}

    def test_equal_lowest_candidates_are_told_apart_by_the_earliest_stage_at_which_they_differed(self) -> None:
        # After stage 1 B 11 C 10, then B 11 C 12, then 13 each. Scotland's rule looks at the later of these.
        outcome = count_stv(NorthernIrelandStv(3), papers("40 P, 38 Q, 11 B, 10 C, 2 DB, 1 DC, 6 D, 2 EC, 6 E"))
        last = stages(outcome)[-1]
        assert last.excluded == ("C",)
        assert [(tie.chosen, tie.looked_back_to) for tie in last.tie_breaks] == [("C", 1)]

    def test_a_lot_decides_between_those_equal_at_all_stages(self) -> None:
        cast = papers("40 A, 20 B, 20 C")
        (tie,) = count_stv(NorthernIrelandStv(2), cast).ties
        assert (tie.options, tie.at) == (("B", "C"), "exclusion")
        outcome = count_stv(NorthernIrelandStv(2), cast, [Lot(("B", "C"), ("C", "B"))])
        assert outcome.won() == {"A": 1, "C": 1}


class TestLastVacancies:
    """r. 52."""

    def test_the_last_seat_goes_to_whoever_has_as_much_as_all_others_and_the_surpluses(self) -> None:
        outcome = count_stv(NorthernIrelandStv(2), papers("50 A, 20 B, 12 C, 8 D"))
        seat = outcome.seats[1]
        assert (seat.option, seat.stage) == ("B", 2)
        assert seat.figure == 20  # and C and D have 12 and 8, once A's surplus is gone
        assert [line.option for line in outcome.next_in_line] == ["C", "D"]

    def test_half_each_is_a_tie_like_any_other(self) -> None:
        outcome = count_stv(NorthernIrelandStv(2), papers("50 A, 20 B, 20 C"))
        assert outcome.ties[0].options == ("B", "C")

    def test_the_last_excluded_papers_are_not_transferred(self) -> None:
        outcome = count_stv(NorthernIrelandStv(3), papers("60 A, 30 B, 28 C, 20 DB"))
        last = stages(outcome)[-1]
        assert (last.excluded, last.elected, last.transfers) == (("D",), ("B", "C"), ())


class TestOneVacancy:
    """r. 48(3), 49(11)."""

    def test_nobody_is_elected_before_the_first_exclusion(self) -> None:
        outcome = count_stv(NorthernIrelandStv(1), papers("60 A, 20 B, 10 C, 9 D"))
        assert [(seat.option, seat.stage) for seat in outcome.seats] == [("A", 2)]

    def test_a_lone_candidate_needs_no_exclusion(self) -> None:
        assert [seat.stage for seat in count_stv(NorthernIrelandStv(1), papers("60 A")).seats] == [1]


@pytest.mark.parametrize("seats", [1, 3])
def test_without_a_valid_paper_nobody_is_elected(seats: int) -> None:
    outcome = count_stv(NorthernIrelandStv(seats), papers("", "AB"))
    assert (outcome.seats, outcome.unfilled) == ((), seats)
