"""Certainty by brute force: what is said to be certain holds in every completion of the count, however it goes on."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.counting import (
    AdditionalMembersLondon,
    AveragesRule,
    CertainControl,
    DHondt,
    ListTally,
    PreferenceTally,
    SeatRange,
    Tally,
    certain_control,
    certain_list_seats,
    certain_supplementary_winner,
    certain_winners,
    count_contest,
    possible_list_seats,
    possible_winners,
    rule_named,
    seat_ranges,
)

brute_force = settings(max_examples=150, deadline=None)


def shared_out(papers: int, among: int) -> Iterator[tuple[int, ...]]:
    """Every way to give up to so many papers to so many options."""
    if among == 0:
        yield ()
        return
    for own in range(papers + 1):
        for others in shared_out(papers - own, among - 1):
            yield own, *others


class TestPlurality:
    def test_a_lead_of_more_than_the_papers_outstanding_is_certain(self) -> None:
        assert certain_winners(Tally({"a": 100, "b": 60}), 39) == {"a"}

    def test_a_lead_of_as_many_is_not_since_a_lot_may_be_drawn(self) -> None:
        assert certain_winners(Tally({"a": 100, "b": 60}), 40) == frozenset()
        assert possible_winners(Tally({"a": 100, "b": 60}), 40) == {"a", "b"}

    def test_without_votes_nothing_is_certain(self) -> None:
        assert certain_winners(Tally({"a": 0}), 0) == frozenset()
        assert possible_winners(Tally({"a": 0}), 0) == frozenset()

    @brute_force
    @given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(1, 3), st.integers(0, 2))
    def test_exactly_those_seated_in_every_completion_are_certain(
        self, votes: list[int], seats: int, outstanding: int
    ) -> None:
        tally = Tally(dict(zip("abcd", votes, strict=False)))
        rule = rule_named("plurality", seats=seats)
        papers = [marks for marks in product((0, 1), repeat=len(votes)) if sum(marks) <= seats]
        always, sometimes = set(tally.votes), set()
        for coming in combinations_with_replacement(papers, outstanding):
            final = {o: tally.votes[o] + sum(paper[i] for paper in coming) for i, o in enumerate(tally.votes)}
            outcome = count_contest(rule, Tally(final))
            always &= outcome.won().keys()
            sometimes |= outcome.won().keys() | {option for tie in outcome.ties for option in tie.options}
        assert certain_winners(tally, outstanding, seats) == always
        assert possible_winners(tally, outstanding, seats) == sometimes


class TestSupplementaryVote:
    RULE = rule_named("supplementary-vote", seats=1)

    def winners(self, first: Mapping[str, int], seconds: Mapping[str, Mapping[str, int]]) -> set[str] | None:
        """Who wins, None where a lot would have to decide."""
        won = count_contest(self.RULE, PreferenceTally(first, second=seconds)).won()
        return set(won) or None

    def completions(
        self, options: Sequence[str], outstanding: int
    ) -> Iterator[tuple[dict[str, int], dict[str, dict[str, int]]]]:
        """Every batch of up to so many papers, as first preferences and table."""
        kinds = [(a, b) for a in options for b in (*options, None)]
        for number in range(outstanding + 1):
            for batch in combinations_with_replacement(kinds, number):
                first = dict.fromkeys(options, 0)
                second = {option: dict.fromkeys(options, 0) for option in options}
                for a, b in batch:
                    first[a] += 1
                    if b is not None:
                        second[a][b] += 1
                yield first, second

    def certain_by_brute_force(
        self, first: Mapping[str, int], second: Mapping[str, Mapping[str, int]], outstanding: int
    ) -> str | None:
        options = list(first)
        ever: set[str] = set()
        for more_first, more_second in self.completions(options, outstanding):
            all_first = {o: first[o] + more_first[o] for o in options}
            table = {o: {p: second.get(o, {}).get(p, 0) + more_second[o][p] for p in options} for o in options}
            won = self.winners(all_first, table)
            if won is None:
                return None
            ever |= won
        return ever.pop() if len(ever) == 1 else None

    @settings(max_examples=120, deadline=None)
    @given(st.lists(st.integers(0, 9), min_size=3, max_size=4), st.integers(0, 2), st.data())
    def test_with_the_table_what_is_certain_holds_in_every_completion(
        self, votes: list[int], outstanding: int, data: st.DataObject
    ) -> None:
        first = dict(zip("abcd", votes, strict=False))
        second: dict[str, dict[str, int]] = {}
        for option, papers in first.items():
            row = data.draw(st.lists(st.integers(0, papers), min_size=len(first), max_size=len(first)))
            second[option] = dict(zip(first, row, strict=True)) if sum(row) <= papers else {}
        said = certain_supplementary_winner(PreferenceTally(first, second=second), outstanding)
        found = self.certain_by_brute_force(first, second, outstanding)
        assert said in (None, found)
        lowest_remaining, highest_out = sorted(first.values())[-2], sorted(first.values())[-3]
        if highest_out + outstanding < lowest_remaining or outstanding == 0:
            assert said == found

    @settings(max_examples=120, deadline=None)
    @given(st.lists(st.integers(0, 6), min_size=3, max_size=3), st.integers(0, 2))
    def test_without_second_preferences_exactly_what_holds_whatever_they_are_is_certain(
        self, votes: list[int], outstanding: int
    ) -> None:
        first = dict(zip("abc", votes, strict=True))
        ever: set[str | None] = set()
        for choice in product(*([o for o in first if o != own] for own in first)):
            # All papers of a candidate with one second choice, or none: the extremes of what they can be.
            for known in product((0, 1), repeat=3):
                second = {own: {choice[i]: first[own] * known[i]} for i, own in enumerate(first) if first[own]}
                ever.add(self.certain_by_brute_force(first, second, outstanding))
        found = ever.pop() if len(ever) == 1 else None
        assert certain_supplementary_winner(PreferenceTally(first), outstanding) == found

    def test_transfers_to_those_remaining_make_it_certain_when_the_lead_exceeds_what_is_outstanding(self) -> None:
        tally = PreferenceTally({"a": 40, "b": 30, "c": 10}, {"a": 2, "b": 5})
        assert certain_supplementary_winner(tally, 6) == "a"
        assert certain_supplementary_winner(tally, 7) is None

    def test_second_preferences_still_to_come_count_as_outstanding(self) -> None:
        tally = PreferenceTally({"a": 40, "b": 30, "c": 10}, {"a": 2, "b": 0})
        assert certain_supplementary_winner(tally, 0, second_outstanding=11) == "a"
        assert certain_supplementary_winner(tally, 0, second_outstanding=12) is None

    def test_while_others_may_still_remain_transfers_say_nothing(self) -> None:
        tally = PreferenceTally({"a": 40, "b": 30, "c": 28}, {"a": 20, "b": 1})
        assert certain_supplementary_winner(tally, 1) == "a"
        assert certain_supplementary_winner(tally, 2) is None

    def test_more_than_half_of_all_that_can_come_is_certain_at_the_first_count(self) -> None:
        tally = PreferenceTally({"a": 60, "b": 20, "c": 10})
        assert certain_supplementary_winner(tally, 29) == "a"
        assert certain_supplementary_winner(tally, 30) is None

    def test_of_two_candidates_the_lead_decides(self) -> None:
        assert certain_supplementary_winner(PreferenceTally({"a": 6, "b": 4}), 1) == "a"
        assert certain_supplementary_winner(PreferenceTally({"a": 6, "b": 4}), 2) is None


@st.composite
def list_contests(draw: st.DrawFn) -> tuple[AveragesRule, ListTally, int]:
    options = "abc"[: draw(st.integers(2, 3))]
    name = draw(
        st.sampled_from(
            [
                "dhondt",
                "sainte-lague",
                "modified-sainte-lague",
                "additional-members-london",
                "additional-members-scotland",
                "additional-members-wales",
            ]
        )
    )
    parameters: dict[str, object] = {}
    if name not in ("additional-members-scotland", "additional-members-wales"):
        parameters["threshold"] = draw(st.sampled_from(["0", "1/20", "1/5", "1/3"]))
    if not name.startswith("additional"):
        parameters["inclusive"] = draw(st.booleans())
    tally = ListTally(
        votes={option: draw(st.integers(0, 10)) for option in options},
        constituency_seats={option: draw(st.integers(0, 2)) for option in options},
        individuals=frozenset(option for option in options if draw(st.integers(0, 6)) == 0),
        aggregates=frozenset({"a"} if draw(st.integers(0, 6)) == 0 else ()),
        places={option: draw(st.integers(0, 3)) for option in options if draw(st.booleans())},
    )
    rule = rule_named(name, seats=draw(st.integers(1, 4)), **parameters)
    assert isinstance(rule, AveragesRule)
    return rule, tally, draw(st.integers(0, 4))


def fewest_and_most(rule: AveragesRule, tally: ListTally, outstanding: int) -> tuple[dict[str, int], dict[str, int]]:
    """Over every completion: list seats without a lot, and list seats with any lot won."""
    fewest = dict.fromkeys(tally.votes, rule.seats)
    most = dict.fromkeys(tally.votes, 0)
    for more in shared_out(outstanding, len(tally.votes)):
        votes = {option: tally.votes[option] + papers for option, papers in zip(tally.votes, more, strict=True)}
        final = ListTally(votes, tally.constituency_seats, tally.individuals, tally.aggregates, tally.places)
        outcome = count_contest(rule, final)
        for option in votes:
            won = outcome.won().get(option, 0)
            fewest[option] = min(fewest[option], won)
            most[option] = max(most[option], won + any(option in tie.options for tie in outcome.ties))
    return fewest, most


class TestListSeats:
    @settings(max_examples=300, deadline=None)
    @given(list_contests())
    def test_exactly_the_seats_of_every_completion_are_certain(
        self, contest: tuple[AveragesRule, ListTally, int]
    ) -> None:
        rule, tally, outstanding = contest
        fewest, _ = fewest_and_most(rule, tally, outstanding)
        assert certain_list_seats(rule, tally, outstanding) == fewest

    @settings(max_examples=300, deadline=None)
    @given(list_contests())
    def test_no_completion_goes_beyond_what_is_possible(self, contest: tuple[AveragesRule, ListTally, int]) -> None:
        rule, tally, outstanding = contest
        _, most = fewest_and_most(rule, tally, outstanding)
        possible = possible_list_seats(rule, tally, outstanding)
        for option in tally.votes:
            assert possible[option] >= most[option]
            if not rule.name.startswith("additional"):
                assert possible[option] == most[option]

    def test_the_last_seat_of_london_2004_was_certain_with_so_many_papers_outstanding(self) -> None:
        votes = {"Con": 533_696, "Lab": 468_247, "LD": 316_218, "Green": 160_445, "UKIP": 156_780, "BNP": 90_365}
        tally = ListTally({**votes, "others": 147_415}, {"Con": 9, "Lab": 5}, aggregates=frozenset({"others"}))
        rule = AdditionalMembersLondon()
        closest = min(near.votes_short or 0 for near in count_contest(rule, tally).next_in_line if near.votes_short)
        assert certain_list_seats(rule, tally, closest - 1)["LD"] == 5
        assert certain_list_seats(rule, tally, closest)["LD"] == 4


class TestSeatRanges:
    @settings(max_examples=150, deadline=None)
    @given(
        list_contests(),
        st.lists(st.frozensets(st.sampled_from("abz"), min_size=1), max_size=2),
    )
    def test_no_way_the_night_can_go_leaves_the_range(
        self, contest: tuple[AveragesRule, ListTally, int], open_constituencies: list[frozenset[str]]
    ) -> None:
        rule, tally, outstanding = contest
        ranges = seat_ranges(rule, tally, outstanding, open_constituencies)
        for winners in product(*open_constituencies):
            held = {o: tally.constituency_seats.get(o, 0) + winners.count(o) for o in ranges}
            final = ListTally(tally.votes, held, tally.individuals, tally.aggregates, tally.places)
            fewest, most = fewest_and_most(rule, final, outstanding)
            for option, seats in ranges.items():
                assert seats.at_least <= held[option] + fewest.get(option, 0)
                assert seats.at_most >= held[option] + most.get(option, 0)

    @settings(max_examples=100, deadline=None)
    @given(list_contests())
    def test_with_every_constituency_decided_the_fewest_are_exact(
        self, contest: tuple[AveragesRule, ListTally, int]
    ) -> None:
        rule, tally, outstanding = contest
        fewest, _ = fewest_and_most(rule, tally, outstanding)
        for option, seats in seat_ranges(rule, tally, outstanding).items():
            assert seats.at_least == tally.constituency_seats.get(option, 0) + fewest[option]


class TestControl:
    def test_more_than_half_of_all_seats_is_control(self) -> None:
        seats = {"a": SeatRange(13, 14), "b": SeatRange(11, 12)}
        assert certain_control(25, seats) == CertainControl("a")

    def test_exactly_half_is_not(self) -> None:
        seats = {"a": SeatRange(12, 12), "b": SeatRange(12, 12)}
        assert certain_control(24, seats) == CertainControl(None)

    def test_while_somebody_may_still_get_there_nothing_is_certain(self) -> None:
        assert certain_control(25, {"a": SeatRange(11, 13), "b": SeatRange(5, 12)}) is None

    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=3), st.integers(1, 14))
    def test_what_is_certain_holds_wherever_the_seats_end(self, drawn: list[tuple[int, int]], total: int) -> None:
        seats = {option: SeatRange(low, low + more) for option, (low, more) in zip("abc", drawn, strict=False)}
        ends = {
            next((option for option, held in zip(seats, final, strict=True) if 2 * held > total), None)
            for final in product(*(range(held.at_least, held.at_most + 1) for held in seats.values()))
            if sum(final) <= total
        }
        said = certain_control(total, seats)
        if said is not None and ends:
            assert ends == {said.option}


@pytest.mark.parametrize("outstanding", [0, 1, 10**6])
def test_without_any_votes_no_list_seat_is_certain(outstanding: int) -> None:
    rule = DHondt(seats=3)
    assert certain_list_seats(rule, ListTally({"a": 0, "b": 0}), outstanding) == {"a": 0, "b": 0}
