"""Laws of the single transferable vote, held against small contests of every shape."""

from fractions import Fraction
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.counting.outcome import Lot, Option, Outcome
from service.counting.stv import MeekStv, NorthernIrelandStv, ScottishStv, StvRule, count_stv
from service.counting.votes import Papers
from tests.counting.stv import paper_by_paper
from tests.counting.stv.papers import cast_papers, count_to_the_end, one_by_one, papers, stages

SEATS = st.integers(1, 5)
RULE_BOOKS = [ScottishStv, NorthernIrelandStv, MeekStv]
BY_QUOTA = [ScottishStv, MeekStv]  # a surplus there leaves on all papers, in proportion
MANY = settings(max_examples=150, deadline=None)

every_rule_book = pytest.mark.parametrize("rule_book", RULE_BOOKS)


def renamed(cast: Papers, names: dict[Option, Option]) -> Papers:
    """The same papers with other names on them."""
    return Papers(
        tuple((count, tuple(names[option] for option in preferences)) for count, preferences in cast.papers),
        tuple(names[option] for option in cast.candidates),
    )


def what_happened(outcome: Outcome, names: dict[Option, Option] | None = None) -> list[object]:
    """Everything in a count that names do not order, told with other names if given."""
    say = (names or {}).get
    return [
        [(frozenset(say(option, option) for option in tie.options), tie.figure, tie.at) for tie in outcome.ties],
        {(say(seat.option, seat.option), seat.figure, seat.stage) for seat in outcome.seats},
        [{say(option, option): figure for option, figure in stage.votes.items()} for stage in stages(outcome)],
        [(stage.non_transferable, stage.lost_to_rounding, stage.quota) for stage in stages(outcome)],
        [
            {
                (say(t.source, t.source), t.target and say(t.target, t.target), t.papers, t.value)
                for t in stage.transfers
            }
            for stage in stages(outcome)
        ],
    ]


def solid_support(cast: Papers, coalition: frozenset[Option]) -> int:
    """Papers that put all of a group before everybody else."""
    size = len(coalition)
    return sum(count for count, preferences in cast.papers if frozenset(preferences[:size]) == coalition)


def coalitions(cast: Papers) -> set[frozenset[Option]]:
    """Every group that some paper puts before everybody else."""
    return {frozenset(preferences[:size]) for _, preferences in cast.papers for size in range(1, len(preferences) + 1)}


class TestConservation:
    @every_rule_book
    @given(cast=cast_papers(), seats=SEATS)
    @MANY
    def test_every_stage_adds_up_to_the_valid_papers(self, rule_book: type[StvRule], cast: Papers, seats: int) -> None:
        valid = sum(count for count, _ in cast.papers)
        for stage in stages(count_to_the_end(rule_book(seats), cast)):
            assert sum(stage.votes.values()) + stage.non_transferable + stage.lost_to_rounding == valid
            assert min(stage.votes.values()) >= 0
            assert stage.non_transferable >= 0
            assert stage.lost_to_rounding >= 0

    @pytest.mark.parametrize("rule_book", [ScottishStv, NorthernIrelandStv])
    @given(cast=cast_papers(), seats=SEATS)
    @MANY
    def test_votes_change_by_what_was_transferred_and_by_nothing_else(
        self, rule_book: type[StvRule], cast: Papers, seats: int
    ) -> None:
        all_stages = stages(count_to_the_end(rule_book(seats), cast))
        for before, after in pairwise(all_stages):
            for option in cast.candidates:
                received = sum(transfer.votes for transfer in after.transfers if transfer.target == option)
                if option not in after.sources:
                    assert after.votes[option] == before.votes[option] + received
            gone = sum(before.votes[option] - after.votes[option] for option in after.sources)
            cut_off = after.lost_to_rounding - before.lost_to_rounding
            assert gone == sum(transfer.votes for transfer in after.transfers) + cut_off

    @every_rule_book
    @given(cast=cast_papers(), seats=SEATS)
    @MANY
    def test_seats_are_filled_one_a_candidate_and_no_more_than_there_are(
        self, rule_book: type[StvRule], cast: Papers, seats: int
    ) -> None:
        outcome = count_to_the_end(rule_book(seats), cast)
        elected = [seat.option for seat in outcome.seats]
        assert len(set(elected)) == len(elected) == min(seats, len(cast.candidates))
        assert outcome.unfilled == seats - len(elected)
        assert [seat.number for seat in outcome.seats] == list(range(1, len(elected) + 1))
        waiting = [line.option for line in outcome.next_in_line]
        assert sorted(elected + waiting) == sorted(cast.candidates)


class TestOrder:
    @every_rule_book
    @given(cast=cast_papers(), seats=SEATS, data=st.data())
    @MANY
    def test_neither_the_order_of_papers_nor_of_candidates_changes_anything(
        self, rule_book: type[StvRule], cast: Papers, seats: int, data: st.DataObject
    ) -> None:
        shuffled = Papers(
            tuple(data.draw(st.permutations(cast.papers))), tuple(data.draw(st.permutations(cast.candidates)))
        )
        assert count_stv(rule_book(seats), shuffled) == count_stv(rule_book(seats), cast)

    @every_rule_book
    @given(cast=cast_papers(), seats=SEATS)
    @MANY
    def test_papers_alike_count_the_same_together_and_one_by_one(
        self, rule_book: type[StvRule], cast: Papers, seats: int
    ) -> None:
        apart = Papers(tuple((1, preferences) for preferences in one_by_one(cast)), cast.candidates)
        assert count_stv(rule_book(seats), apart) == count_stv(rule_book(seats), cast)

    @every_rule_book
    @given(cast=cast_papers(), seats=SEATS, data=st.data())
    @MANY
    def test_other_names_change_nothing_but_the_names(
        self, rule_book: type[StvRule], cast: Papers, seats: int, data: st.DataObject
    ) -> None:
        names = dict(zip(cast.candidates, data.draw(st.permutations(cast.candidates)), strict=True))
        outcome = count_stv(rule_book(seats), cast)
        assert what_happened(outcome, names) == what_happened(count_stv(rule_book(seats), renamed(cast, names)))

    @every_rule_book
    @given(cast=cast_papers(), seats=SEATS)
    @MANY
    def test_a_lot_leaves_the_stages_before_it_as_they_were(
        self, rule_book: type[StvRule], cast: Papers, seats: int
    ) -> None:
        stopped = count_stv(rule_book(seats), cast)
        if stopped.ties:
            level = stopped.ties[0].options
            went_on = count_stv(rule_book(seats), cast, [Lot(level, level[::-1])])
            # Under Meek's method the step that the lot belongs to is the last one written down.
            kept = stages(stopped)[:-1] if rule_book is MeekStv else stages(stopped)
            assert stages(went_on)[: len(kept)] == kept
            known = [seat.option for seat in stopped.seats]
            assert [seat.option for seat in went_on.seats[: len(known)]] == known


class TestProportionality:
    @every_rule_book
    @given(cast=cast_papers(), seats=st.integers(2, 5))
    @MANY
    def test_a_quota_of_first_preferences_elects_at_once(
        self, rule_book: type[StvRule], cast: Papers, seats: int
    ) -> None:
        first = stages(count_stv(rule_book(seats), cast))[0]
        for option, figure in first.votes.items():
            if figure >= first.quota:
                assert option in first.elected

    @pytest.mark.parametrize("rule_book", BY_QUOTA)
    @given(cast=cast_papers(), seats=SEATS)
    @MANY
    def test_a_solid_coalition_has_a_seat_for_every_quota(
        self, rule_book: type[StvRule], cast: Papers, seats: int
    ) -> None:
        elected = count_to_the_end(rule_book(seats), cast).won().keys()
        quota = sum(count for count, _ in cast.papers) // (seats + 1) + 1
        for coalition in coalitions(cast):
            deserved = min(solid_support(cast, coalition) // quota, len(coalition))
            assert len(coalition & elected) >= deserved

    @given(cast=cast_papers(), seats=SEATS)
    @MANY
    def test_in_northern_ireland_a_solid_quota_has_a_seat(self, cast: Papers, seats: int) -> None:
        # What a surplus leaves behind there is gone for the coalition, so that only the first quota is safe.
        elected = count_to_the_end(NorthernIrelandStv(seats), cast).won().keys()
        quota = sum(count for count, _ in cast.papers) // (seats + 1) + 1
        for coalition in coalitions(cast):
            if solid_support(cast, coalition) >= quota:
                assert coalition & elected


class TestLaterPreferences:
    @every_rule_book
    @given(cast=cast_papers(), seats=SEATS)
    @MANY
    def test_what_stands_after_a_candidate_neither_helps_nor_harms_that_candidate(
        self, rule_book: type[StvRule], cast: Papers, seats: int
    ) -> None:
        elected = count_to_the_end(rule_book(seats), cast).won()
        for option in cast.candidates:
            cut = Papers(
                tuple(
                    (count, preferences[: preferences.index(option) + 1] if option in preferences else preferences)
                    for count, preferences in cast.papers
                ),
                cast.candidates,
            )
            assert (option in count_to_the_end(rule_book(seats), cut).won()) == (option in elected)


class TestAgainstAnotherCount:
    """The service groups papers and works in whole numbers; the other count moves slip by slip, in decimals."""

    @pytest.mark.parametrize(
        "rule_book, other",
        [
            (ScottishStv, paper_by_paper.count_scottish),
            (NorthernIrelandStv, paper_by_paper.count_northern_ireland),
        ],
    )
    @given(cast=cast_papers(), seats=SEATS)
    @settings(max_examples=300, deadline=None)
    def test_every_stage_is_the_same_to_the_last_digit(
        self,
        rule_book: type[ScottishStv] | type[NorthernIrelandStv],
        other: paper_by_paper.Count,
        cast: Papers,
        seats: int,
    ) -> None:
        outcome = count_stv(rule_book(seats), cast)
        if outcome.ties:
            with pytest.raises(paper_by_paper.LotNeeded) as needed:
                other(one_by_one(cast), list(cast.candidates), seats)
            assert needed.value.level == outcome.ties[0].options
            return
        sheet, elected = other(one_by_one(cast), list(cast.candidates), seats)
        assert [dict(stage.votes) for stage in stages(outcome)] == [
            {option: Fraction(figure) for option, figure in row.items()} for row in sheet
        ]
        assert set(outcome.won()) == set(elected)


class TestSmallContests:
    @every_rule_book
    def test_every_contest_of_three_papers_for_three_candidates_ends(self, rule_book: type[StvRule]) -> None:
        kinds = [order for size in (1, 2, 3) for order in permutations("ABC", size)]
        for one in kinds:
            for two in kinds:
                for three in kinds:
                    cast = Papers(((1, one), (1, two), (1, three)), ("A", "B", "C"))
                    for seats in (1, 2):
                        outcome = count_to_the_end(rule_book(seats), cast)
                        assert len(outcome.seats) == seats
                        for stage in stages(outcome):
                            assert sum(stage.votes.values()) + stage.non_transferable + stage.lost_to_rounding == 3


class TestSize:
    @every_rule_book
    def test_counts_beyond_any_machine_number_stay_exact(self, rule_book: type[StvRule]) -> None:
        many = 10**20
        cast = papers(f"{40 * many + 1} AB, {30 * many} BC, {20 * many} CD, {10 * many} DA")
        outcome = count_stv(rule_book(2), cast)
        assert outcome.won() == {"A": 1, "B": 1}
        for stage in stages(outcome):
            assert sum(stage.votes.values()) + stage.non_transferable + stage.lost_to_rounding == 100 * many + 1
