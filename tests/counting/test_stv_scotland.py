"""Scottish STV clause by clause: SSI 2007/42 Sch 1 r. 45-52 (r. 46-53 of SSI 2011/399), worked by hand."""

from fractions import Fraction

import pytest

from service.counting.errors import RuleError, VotesError
from service.counting.outcome import Lot
from service.counting.stv import ScottishStv, Transfer, count_stv
from service.counting.votes import Papers
from tests.counting.stv.papers import papers, stages, votes

# The surplus example: quota 90 / 3 + 1 = 31, A has 14 too many, each of A's 45 papers goes on at 14/45 = 0.31111.
SURPLUS = papers("30 AB, 9 AC, 6 A, 20 B, 25 C")


class TestFirstStage:
    """r. 45, 46, 47."""

    @pytest.mark.parametrize(
        "valid, seats, quota", [(6480, 3, 1621), (6864, 3, 1717), (90, 2, 31), (3, 3, 1), (1, 4, 1), (8, 3, 3)]
    )
    def test_the_quota_is_the_papers_over_seats_and_one_in_whole_numbers_and_one_more(
        self, valid: int, seats: int, quota: int
    ) -> None:
        outcome = count_stv(ScottishStv(seats), Papers(((valid, ("A",)),), ("A", "B", "C", "D", "E", "F")))
        assert stages(outcome)[0].quota == quota

    def test_whoever_has_exactly_the_quota_is_elected_and_has_nothing_to_transfer(self) -> None:
        outcome = count_stv(ScottishStv(2), papers("31 AB, 30 B, 29 C"))
        first, second = stages(outcome)
        assert first.elected == ("A",)
        assert second.action == "exclusion"

    def test_several_can_be_elected_at_one_stage_and_are_numbered_by_votes(self) -> None:
        outcome = count_stv(ScottishStv(3), papers("30 A, 40 B, 5 C, 10 D"))
        assert [(seat.number, seat.option, seat.stage) for seat in outcome.seats[:2]] == [(1, "B", 1), (2, "A", 1)]

    def test_a_paper_without_a_first_preference_is_refused(self) -> None:
        with pytest.raises(VotesError, match="without a first preference"):
            count_stv(ScottishStv(1), Papers(((3, ("A",)), (1, ())), ("A", "B")))


class TestTransferOfSurplus:
    """r. 48, 49."""

    def test_every_paper_goes_on_at_the_same_part_of_its_value_cut_off_after_five_places(self) -> None:
        first, second, _ = stages(count_stv(ScottishStv(2), SURPLUS))
        assert votes(first) == {"A": "45", "B": "20", "C": "25"}
        assert votes(second) == {"A": "31", "B": "29.3333", "C": "27.79999"}
        value = Fraction(31111, 100_000)
        assert second.transfers == (
            Transfer("A", "B", 30, value, 30 * value),
            Transfer("A", "C", 9, value, 9 * value),
            Transfer("A", None, 6, value, 6 * value),
        )

    def test_what_cannot_be_transferred_and_what_is_cut_off_are_kept_apart(self) -> None:
        second = stages(count_stv(ScottishStv(2), SURPLUS))[1]
        assert second.non_transferable == Fraction("1.86666")
        assert second.lost_to_rounding == Fraction("0.00005")

    def test_papers_that_came_at_less_than_one_go_on_at_less(self) -> None:
        # Quota 26. A: 14/40 = 0.35 on 40 papers takes B to 34. B's surplus of 8: its own papers at 8/34 = 0.23529,
        # those from A at 8 x 0.35 / 34 = 0.08235.
        outcome = count_stv(ScottishStv(3), papers("40 ABC, 20 BD, 15 C, 25 D"))
        _, second, third = stages(outcome)
        assert votes(second) == {"A": "26", "B": "34", "C": "15", "D": "25"}
        assert votes(third) == {"A": "26", "B": "26", "C": "18.294", "D": "29.7058"}
        assert third.lost_to_rounding == Fraction("0.0002")
        assert [(t.target, t.papers, t.value) for t in third.transfers] == [
            ("D", 20, Fraction("0.23529")),
            ("C", 40, Fraction("0.08235")),
        ]
        assert [seat.option for seat in outcome.seats] == ["A", "B", "D"]

    def test_the_largest_surplus_goes_first_even_if_it_came_up_later(self) -> None:
        # Quota 21: A (45) and B (28) are elected, and A's surplus gives C one of 22, more than B's 7.
        outcome = count_stv(ScottishStv(4), papers("45 AC, 28 BD, 20 C, 6 D, 4 E"))
        assert [stage.sources for stage in stages(outcome)[:3]] == [(), ("A",), ("C",)]

    def test_papers_pass_over_those_elected_already(self) -> None:
        second = stages(count_stv(ScottishStv(3), papers("50 ABC, 40 B, 20 C, 8 D")))[1]
        assert [transfer.target for transfer in second.transfers] == ["C"]

    def test_papers_worth_nothing_are_still_passed_on(self) -> None:
        # A surplus of 1 on 400,002 papers: 0.000002 each, and that is 0.00000.
        second = stages(count_stv(ScottishStv(2), papers("400002 AB, 400000 B, 399999 C")))[1]
        assert second.transfers == (Transfer("A", "B", 400_002, Fraction(0), Fraction(0)),)
        assert second.lost_to_rounding == 1


class TestExclusion:
    """r. 50."""

    def test_the_lowest_goes_and_the_papers_keep_their_value(self) -> None:
        # Quota 31, A's surplus of 9 goes to C at 0.225: C has 10 papers at one and 40 of those.
        outcome = count_stv(ScottishStv(3), papers("40 AC, 30 B, 5 CB, 5 CD, 22 D, 20 E"))
        third = stages(outcome)[2]
        assert third.excluded == ("C",)
        assert [(transfer.target, transfer.papers, transfer.value) for transfer in third.transfers] == [
            ("B", 5, 1),
            ("D", 5, 1),
            (None, 40, Fraction("0.225")),
        ]

    def test_nobody_is_excluded_while_a_surplus_is_left(self) -> None:
        outcome = count_stv(ScottishStv(3), papers("40 A, 38 B, 10 C, 9 D"))
        assert [stage.action for stage in stages(outcome)] == ["first preferences", "surplus", "surplus", "exclusion"]

    def test_one_candidate_is_excluded_at_a_time(self) -> None:
        outcome = count_stv(ScottishStv(2), papers("30 A, 28 B, 27 C, 1 D, 1 EA, 1 EB, 1 F, 1 F, 1 F"))
        assert [stage.excluded for stage in stages(outcome) if stage.excluded] == [("D",), ("E",), ("F",), ("C",)]


class TestLastVacancies:
    """r. 52."""

    def test_as_many_continuing_as_vacancies_are_elected_without_another_transfer(self) -> None:
        outcome = count_stv(ScottishStv(2), SURPLUS)
        last = stages(outcome)[-1]
        assert last.excluded == ("C",)
        assert last.transfers == ()
        assert last.elected == ("B",)
        assert outcome.seats[1].figure == Fraction("29.3333")

    def test_the_counting_machines_transfer_the_last_papers_all_the_same(self) -> None:
        cast = papers("30 AB, 9 AC, 6 A, 20 B, 25 CB")
        outcome = count_stv(ScottishStv(2, last_transfer=True), cast)
        assert votes(stages(outcome)[-1]) == {"A": "31", "B": "54.3333"}
        assert outcome.won() == count_stv(ScottishStv(2), cast).won()

    def test_fewer_candidates_than_seats_leave_seats_unfilled(self) -> None:
        outcome = count_stv(ScottishStv(3), papers("5 A, 1 BA"))
        assert [seat.option for seat in outcome.seats] == ["A", "B"]
        assert (outcome.unfilled, outcome.next_in_line, len(stages(outcome))) == (1, (), 1)

    def test_as_many_candidates_as_seats_are_all_elected_at_the_first_stage(self) -> None:
        outcome = count_stv(ScottishStv(3), papers("5 A, 1 B", "ABC"))
        assert [(seat.option, seat.stage) for seat in outcome.seats] == [("A", 1), ("B", 1), ("C", 1)]

    def test_without_a_valid_paper_nobody_is_elected(self) -> None:
        outcome = count_stv(ScottishStv(3), papers("0 A, 0 B", "ABCD"))
        assert (outcome.seats, outcome.ties, outcome.unfilled, stages(outcome)) == ((), (), 3, ())


class TestNextInLine:
    """House rules."""

    def test_the_others_stand_in_the_order_in_which_they_fell_the_last_first(self) -> None:
        outcome = count_stv(ScottishStv(2), papers("40 A, 30 B, 25 C, 6 D, 3 E"))
        assert [line.option for line in outcome.next_in_line] == ["C", "D", "E"]
        assert [line.figure for line in outcome.next_in_line] == [25, 6, 3]
        assert [seat.runner_up for seat in outcome.seats] == [None, "C"]
        assert {seat.votes_short for seat in outcome.seats} == {None}

    def test_those_never_excluded_stand_before_those_who_were(self) -> None:
        outcome = count_stv(ScottishStv(1), papers("40 A, 20 B, 15 C, 2 DA"))
        assert [line.option for line in outcome.next_in_line] == ["B", "C", "D"]


class TestTies:
    """r. 49(2) and (3), 51."""

    # P and Q are elected; E falls to C, then D to B and C: at first B 11 C 10, after stage 4 B 11 C 12, then 13 each.
    ALTERNATING = papers("40 P, 38 Q, 11 B, 10 C, 2 DB, 1 DC, 6 D, 2 EC, 6 E")

    def test_equal_lowest_candidates_are_told_apart_by_the_most_recent_stage_at_which_they_differed(self) -> None:
        outcome = count_stv(ScottishStv(3), self.ALTERNATING)
        last = stages(outcome)[-1]
        assert last.excluded == ("B",)
        assert [(tie.level, tie.chosen, tie.looked_back_to) for tie in last.tie_breaks] == [(("B", "C"), "B", 4)]
        assert [seat.option for seat in outcome.seats] == ["P", "Q", "C"]

    def test_equal_surpluses_go_by_who_had_more_at_the_most_recent_stage_at_which_they_differed(self) -> None:
        # Quota 26. A's surplus lifts nobody else; E brings B and C from 25 and 24 to 27 each.
        outcome = count_stv(ScottishStv(3), papers("24 A, 25 B, 24 C, 2 EB, 3 EC, 22 D"))
        third = stages(outcome)[2]
        assert third.sources == ("B",)
        assert [(tie.decision, tie.level, tie.looked_back_to) for tie in third.tie_breaks] == [
            ("surplus", ("B", "C"), 1)
        ]

    def test_a_tie_that_no_stage_tells_apart_stops_the_count_with_what_is_decided(self) -> None:
        outcome = count_stv(ScottishStv(2), papers("40 A, 20 B, 20 C"))
        (tie,) = outcome.ties
        assert (tie.options, tie.at, tie.seats, tie.first_seat) == (("B", "C"), "exclusion", 1, 0)
        assert tie.figure == 20
        assert tie.stage == 2
        assert [seat.option for seat in outcome.seats] == ["A"]
        assert (outcome.unfilled, outcome.next_in_line) == (0, ())

    @pytest.mark.parametrize("survivor, excluded", [("B", "C"), ("C", "B")])
    def test_the_lot_decides_who_survives_and_the_count_goes_on(self, survivor: str, excluded: str) -> None:
        outcome = count_stv(ScottishStv(2), papers("40 A, 20 B, 20 C"), [Lot(("B", "C"), (survivor, excluded))])
        assert not outcome.ties
        assert [(seat.option, seat.by_lot, seat.runner_up) for seat in outcome.seats] == [
            ("A", False, None),
            (survivor, True, excluded),
        ]
        (drawn,) = stages(outcome)[-1].tie_breaks
        assert (drawn.chosen, drawn.looked_back_to, drawn.drawn) == (excluded, None, ("B", "C"))

    def test_the_lot_says_whose_surplus_goes_first(self) -> None:
        cast = papers("30 AC, 30 BC, 20 C, 19 D")
        (tie,) = count_stv(ScottishStv(3), cast).ties
        assert (tie.options, tie.at, tie.stage) == (("A", "B"), "surplus", 1)
        outcome = count_stv(ScottishStv(3), cast, [Lot(("A", "B"), ("B", "A"))])
        assert [stage.sources for stage in stages(outcome)[1:3]] == [("B",), ("A",)]
        assert not any(seat.by_lot for seat in outcome.seats)

    def test_a_lot_among_others_changes_nothing(self) -> None:
        cast = papers("40 A, 20 B, 20 C")
        assert count_stv(ScottishStv(2), cast, [Lot(("A", "B"), ("B", "A"))]) == count_stv(ScottishStv(2), cast)

    def test_of_three_the_earlier_stage_takes_out_whom_it_can_and_the_lot_is_among_the_rest(self) -> None:
        # B and C had 10 each at the start, D had 11: the lot is between B and C, though all three have 12 now.
        cast = papers("60 P, 10 B, 10 C, 11 D, 2 EB, 2 EC, 1 ED")
        (tie,) = count_stv(ScottishStv(2), cast).ties
        assert tie.options == ("B", "C")
        assert tie.figure == 12

    def test_of_three_level_throughout_each_exclusion_has_its_own_lot(self) -> None:
        cast = papers("60 P, 10 B, 10 C, 10 D")
        first = Lot(("B", "C", "D"), ("D", "B", "C"))
        (tie,) = count_stv(ScottishStv(2), cast, [first]).ties
        assert tie.options == ("B", "D")
        outcome = count_stv(ScottishStv(2), cast, [first, Lot(("B", "D"), ("B", "D"))])
        assert outcome.won() == {"P": 1, "B": 1}


class TestRule:
    def test_a_rule_without_seats_is_refused(self) -> None:
        with pytest.raises(RuleError, match="stv-scotland"):
            ScottishStv(0)
