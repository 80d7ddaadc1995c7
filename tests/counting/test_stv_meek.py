"""Meek's method, step by step: Local Electoral Regulations 2001 (New Zealand) Sch 1A, worked by hand."""

from fractions import Fraction

from hypothesis import assume, given, settings

from service.counting.outcome import Lot
from service.counting.stv import MeekStv, count_stv
from service.counting.stv.meek import UNIT, next_keep_values, share_out
from service.counting.stv.record import Record
from service.counting.votes import Papers
from tests.counting.stv.meek_without_rounding import TooClose, count_meek
from tests.counting.stv.papers import cast_papers, one_by_one, papers, stages, votes


class TestQuota:
    """Cl. 5, 11."""

    def test_the_quota_has_nine_places_cut_off_and_the_smallest_fraction_on_top(self) -> None:
        first = stages(count_stv(MeekStv(2), papers("60 AB, 21 B, 19 C")))[0]
        assert first.quota == Fraction("33.333333334")

    def test_the_quota_falls_as_votes_become_non_transferable(self) -> None:
        outcome = count_stv(MeekStv(2), papers("60 A, 21 B, 19 C"))
        quotas = [stage.quota for stage in stages(outcome)]
        assert quotas == sorted(quotas, reverse=True)
        assert quotas[-1] < quotas[0]
        last = stages(outcome)[-1]
        assert last.quota == (100 - last.non_transferable) * UNIT // 3 / Fraction(UNIT) + Fraction(1, UNIT)


class TestKeepValues:
    """Cl. 7 to 10."""

    def test_whoever_is_over_the_quota_keeps_the_share_that_makes_it_rounded_up(self) -> None:
        # 33.333333334 / 60 = 0.5555555556, and 0.555555556 at nine places.
        outcome = count_stv(MeekStv(2), papers("60 AB, 21 B, 19 C"))
        second = stages(outcome)[1]
        assert second.keep_values == {"A": Fraction("0.555555556"), "B": 1, "C": 1}
        assert votes(second) == {"A": "33.33333336", "B": "47.66666664", "C": "19"}
        assert [(seat.option, seat.stage) for seat in outcome.seats] == [("A", 1), ("B", 2)]

    def test_papers_reach_those_elected_later_too(self) -> None:
        # Unlike under Gregory's method, B, elected from the start, has a share of what A does not keep.
        outcome = count_stv(MeekStv(3), papers("50 ABC, 40 BAC, 15 C, 14 D"))
        last = stages(outcome)[-1]
        assert last.keep_values is not None
        assert last.keep_values["A"] < 1
        assert last.keep_values["B"] < 1

    def test_a_paper_passing_through_two_candidates_is_worth_what_the_official_calculator_made_of_it(self) -> None:
        # Dunedin, Cargill ward, 2004, iteration 9: 0.308948430 and 0.059775757 of a vote went on, both: 0.018467626.
        # (The regulations, which round every product up, would have 0.018467627.)
        cast = papers("1 ABC", "ABC")
        record = Record(MeekStv(2), cast, (), unit=UNIT, back="earliest stage first")
        share_out(record, cast.papers, {"A": UNIT - 308_948_430, "B": UNIT - 59_775_757, "C": UNIT})
        assert record.votes["C"] == 18_467_626
        assert sum(record.votes.values()) == UNIT

    def test_no_keep_value_rises_though_rounding_up_would_raise_it(self) -> None:
        # 0.300000001 x 2.000000001 / 2.000000002 is below 0.300000001, but rounded up twice 0.300000002.
        record = Record(MeekStv(2), papers("1 A", "AB"), (), unit=UNIT, back="earliest stage first")
        record.quota, record.votes["A"] = 2 * UNIT + 1, 2 * UNIT + 2
        record.elect(("A",))
        assert next_keep_values(record, {"A": 300_000_001, "B": UNIT}) == {"A": 300_000_001, "B": UNIT}

    def test_excluded_candidates_keep_nothing_from_the_next_step_on(self) -> None:
        outcome = count_stv(MeekStv(2), papers("40 A, 28 B, 17 CB, 10 DC"))
        all_stages = stages(outcome)
        step = next(stage for stage in all_stages if stage.excluded == ("D",))
        after = all_stages[step.number]
        assert after.keep_values is not None
        assert after.keep_values["D"] == 0
        assert after.votes["C"] == 27


class TestExclusion:
    """Cl. 3, 13."""

    def test_the_lowest_is_excluded_early_if_no_surplus_could_help(self) -> None:
        outcome = count_stv(MeekStv(2), papers("50 A, 20 B, 18 C, 1 D"))
        step = next(stage for stage in stages(outcome) if stage.excluded)
        assert step.excluded == ("D",)
        surplus = step.votes["A"] - step.quota
        assert Fraction(1, 10_000) < surplus < step.votes["C"] - step.votes["D"]

    def test_surpluses_are_shared_out_until_they_come_to_less_than_a_ten_thousandth(self) -> None:
        # D and E are level, so that neither can be excluded while A and B still pass on what is over.
        stopped = count_stv(MeekStv(3), papers("30 ABC, 26 BAC, 14 CA, 13 D, 13 E"))
        over = [
            sum(max(Fraction(0), stage.votes[option] - stage.quota) for option in "AB") for stage in stages(stopped)
        ]
        assert stopped.ties[0].options == ("D", "E")
        assert over[-1] < Fraction(1, 10_000) <= over[-2]

    def test_without_a_valid_paper_nobody_is_elected(self) -> None:
        outcome = count_stv(MeekStv(2), papers("", "AB"))
        assert (outcome.seats, outcome.unfilled) == ((), 2)

    def test_too_few_candidates_leave_seats_unfilled(self) -> None:
        outcome = count_stv(MeekStv(3), papers("5 A, 1 B"))
        assert (outcome.won(), outcome.unfilled) == ({"A": 1, "B": 1}, 1)


class TestTies:
    """Cl. 19, 40."""

    def test_equal_lowest_candidates_are_told_apart_by_the_first_step_at_which_they_differed(self) -> None:
        # B starts ahead of C, E's papers put C ahead, D's make them level.
        outcome = count_stv(MeekStv(2), papers("60 P, 11 B, 10 C, 4 DB, 2 DC, 4 EC, 1 EB"))
        step = next(stage for stage in stages(outcome) if stage.tie_breaks)
        assert [(tie.level, tie.chosen, tie.looked_back_to) for tie in step.tie_breaks] == [(("B", "C"), "C", 1)]

    def test_a_tie_at_every_step_stops_the_count_until_the_lot_is_drawn(self) -> None:
        cast = papers("60 P, 10 B, 10 C")
        stopped = count_stv(MeekStv(2), cast)
        (tie,) = stopped.ties
        assert (tie.options, tie.at, tie.stage) == (("B", "C"), "exclusion", len(stages(stopped)))
        assert stopped.won() == {"P": 1}
        outcome = count_stv(MeekStv(2), cast, [Lot(("B", "C"), ("C", "B"))])
        assert outcome.won() == {"P": 1, "C": 1}
        assert [seat.by_lot for seat in outcome.seats] == [False, True]
        assert (stages(outcome)[-1].excluded, stages(outcome)[-1].elected) == (("B",), ("C",))


class TestPrecision:
    def test_counts_beyond_any_machine_number_end(self) -> None:
        many = 10**22
        cast = papers(f"{4 * many} AB, {3 * many} BC, {2 * many} CA, {many} D")
        outcome = count_stv(MeekStv(2), cast)
        assert outcome.won() == {"A": 1, "B": 1}
        for stage in stages(outcome):
            assert sum(stage.votes.values()) + stage.non_transferable == 10 * many

    @given(cast=cast_papers())
    @settings(max_examples=150, deadline=None)
    def test_the_same_happens_in_the_same_order_without_any_rounding(self, cast: Papers) -> None:
        for seats in range(1, len(cast.candidates) + 1):
            try:
                events, elected = count_meek(one_by_one(cast), list(cast.candidates), seats)
            except TooClose:
                assume(len(cast.candidates) > 2)
                continue
            outcome = count_stv(MeekStv(seats), cast)
            assert frozenset(outcome.won()) == elected
            excluded = [frozenset(stage.excluded) for stage in stages(outcome) if stage.excluded]
            assert excluded == [who for what, who in events if what == "excluded"]
