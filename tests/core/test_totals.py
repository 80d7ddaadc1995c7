"""Which figures stand, clause by clause: derived from the set of what was said, never from the order in which it came.

1. Within a source, everything up to its highest withdrawal is gone; figures rank by class, then by revision; a rush
   adds a declared winner until a declaration stands.
2. Two different contents at the same place of one source dispute it: the highest undisputed place stands.
3. Across sources the highest-ranked one with standing figures wins; others that agree are told, others that disagree
   are a finding; equal ranks that disagree dispute the area.
"""

import json
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from service.election import Candidate, Contest
from service.ids import AreaId, CandidateId, ContestId, PartyId, SourceId
from service.messages import Count
from service.totals import AreaStanding, Figures, Statement, add_up, areas_that_count, figures_of, stand
from tests.core.borough import said

RANKS = {SourceId("returning-officer"): 2, SourceId("north-count"): 1, SourceId("second-count"): 1}

LOW, HIGH = {"ash-con": 10, "birch-lab": 20}, {"ash-con": 30, "birch-lab": 40}


def stated(**fields: Any) -> Statement:
    count = Count.model_validate_json(json.dumps(said(**fields)))
    return Statement(count.content(), count)


def partial(revision: int, votes: dict[str, int] = LOW, **fields: Any) -> Statement:
    return stated(kind="partial", revision=revision, votes=votes, **fields)


def declaration(revision: int, votes: dict[str, int] = LOW, **fields: Any) -> Statement:
    return stated(kind="declaration", revision=revision, votes=votes, **fields)


def recount(revision: int, votes: dict[str, int] = LOW, **fields: Any) -> Statement:
    return stated(kind="recount", revision=revision, votes=votes, **fields)


def withdrawal(revision: int, **fields: Any) -> Statement:
    return stated(kind="withdrawal", revision=revision, **fields)


def rush(revision: int, winner: str = "ash-con", **fields: Any) -> Statement:
    return stated(kind="rush", revision=revision, winner=winner, **fields)


def state(revision: int, state: str = "delayed", **fields: Any) -> Statement:
    return stated(kind="state", revision=revision, state=state, **fields)


def standing(*statements: Statement) -> AreaStanding:
    """What stands, after making sure that neither order nor repetition changes it."""
    found = stand(statements, RANKS)
    for order in permutations(statements):
        assert _known_by_content(stand(order, RANKS)) == _known_by_content(found)
        assert _known_by_content(stand((*order, *order), RANKS)) == _known_by_content(found)
    return found


def _known_by_content(found: AreaStanding) -> AreaStanding:
    """Equal contents may have been issued at different times, at which nobody looks."""
    return replace(found, figures=None)


def codes(found: AreaStanding) -> list[str]:
    return [finding.code for finding in found.findings]


def test_nothing_said_is_nothing_standing() -> None:
    assert standing() == AreaStanding()


class TestClause1WithinASource:
    @pytest.mark.parametrize(
        "statements, kind, revision",
        [
            pytest.param([partial(1)], "partial", 1, id="a partial count alone"),
            pytest.param([partial(1), partial(2)], "partial", 2, id="a later revision over an earlier one"),
            pytest.param([partial(2), partial(10)], "partial", 10, id="ten is later than two"),
            pytest.param([partial(1), declaration(2)], "declaration", 2, id="a declaration over a partial count"),
            pytest.param([declaration(1), partial(2)], "declaration", 1, id="a declaration over a later partial count"),
            pytest.param([declaration(1), recount(2)], "recount", 2, id="a recount over the declaration"),
            pytest.param([recount(1), declaration(2)], "declaration", 2, id="a later declaration over a recount"),
            pytest.param([rush(3), partial(1)], "partial", 1, id="a rush brings no figures"),
            pytest.param([state(3), declaration(1)], "declaration", 1, id="a state brings no figures"),
        ],
    )
    def test_figures_rank_by_class_and_then_by_revision(
        self, statements: list[Statement], kind: str, revision: int
    ) -> None:
        figures = standing(*statements).figures
        assert figures is not None
        assert (figures.kind, figures.revision) == (kind, revision)

    @pytest.mark.parametrize(
        "statements, revision",
        [
            pytest.param([declaration(1), withdrawal(2)], None, id="what came before it"),
            pytest.param([declaration(2), withdrawal(2)], None, id="what has its own revision"),
            pytest.param([declaration(3), withdrawal(2)], 3, id="not what came after it"),
            pytest.param([declaration(1), declaration(3), withdrawal(2)], 3, id="only what came before it"),
            pytest.param(
                [partial(3), declaration(1), withdrawal(2)], 3, id="a declaration, and a partial stands again"
            ),
            pytest.param([declaration(1), declaration(3), withdrawal(2), withdrawal(4)], None, id="up to the highest"),
            pytest.param([withdrawal(1)], None, id="nothing, where there is nothing"),
        ],
    )
    def test_a_withdrawal_takes_away(self, statements: list[Statement], revision: int | None) -> None:
        figures = standing(*statements).figures
        assert (figures.revision if figures else None) == revision

    def test_a_withdrawal_takes_rushes_and_states_away_too(self) -> None:
        found = standing(rush(1), state(2), withdrawal(3))
        assert (found.announced, found.state) == ((), None)

    def test_a_withdrawal_takes_nothing_of_another_source(self) -> None:
        found = standing(declaration(1), withdrawal(9, source="returning-officer"))
        assert found.declared

    def test_a_withdrawal_takes_a_dispute_away(self) -> None:
        found = standing(declaration(1, LOW), declaration(1, HIGH), withdrawal(2))
        assert (found.figures, found.disputed) == (None, False)

    def test_a_rush_adds_a_winner_to_partial_figures(self) -> None:
        found = standing(partial(1), rush(2))
        assert (found.announced, found.declared, found.figures is not None) == (("ash-con",), False, True)

    def test_a_rush_stays_on_record_beside_a_declaration(self) -> None:
        found = standing(rush(1), declaration(2))
        assert (found.announced, found.declared) == (("ash-con",), True)

    def test_the_later_rush_is_the_one(self) -> None:
        assert standing(rush(1), rush(2, "birch-lab")).announced == ("birch-lab",)

    def test_votes_that_fell_are_told(self) -> None:
        assert codes(standing(partial(1, HIGH), partial(2, LOW))) == ["W101", "W101"]
        assert codes(standing(partial(1, HIGH), declaration(2, LOW))) == ["W101", "W101"]

    def test_votes_that_stayed_are_not(self) -> None:
        assert codes(standing(partial(1, LOW), partial(2, LOW, note="again"))) == []

    def test_votes_that_fell_and_rose_again_are_not(self) -> None:
        assert codes(standing(partial(1, HIGH), partial(2, LOW), partial(3, HIGH))) == []


class TestClause1States:
    @pytest.mark.parametrize(
        "statements, expected",
        [
            pytest.param([state(1)], "delayed", id="alone"),
            pytest.param([state(1, "expected"), state(2, "delayed")], "delayed", id="the later"),
            pytest.param([state(1), partial(2)], "delayed", id="partial figures settle nothing"),
            pytest.param([state(1), declaration(2)], None, id="a declaration settles it"),
            pytest.param([state(1), rush(2)], None, id="an announced winner settles it"),
            pytest.param([declaration(1), state(2, "recount_ordered")], "recount_ordered", id="not an earlier one"),
            pytest.param([rush(1), state(2, "recount_ordered")], "recount_ordered", id="nor an earlier rush"),
            pytest.param([declaration(1), state(2, "recount_ordered"), recount(3)], None, id="the recount does"),
            pytest.param(
                [state(9, source="second-count"), declaration(1)], None, id="another source's declaration settles it"
            ),
        ],
    )
    def test_a_state_stands_until_a_later_declaration(self, statements: list[Statement], expected: str | None) -> None:
        assert standing(*statements).state == expected

    def test_a_state_of_the_higher_rank_stands(self) -> None:
        found = standing(state(9, "delayed"), state(1, "tied", source="returning-officer"))
        assert found.state == "tied"

    def test_unopposed_says_who_is_elected(self) -> None:
        found = standing(state(1, "unopposed", elected=["ash-con"]))
        assert (found.unopposed, found.figures) == (("ash-con",), None)


class TestClause2TheSamePlaceTwice:
    @pytest.mark.parametrize(
        "statements, revision, told",
        [
            pytest.param([declaration(1, LOW), declaration(1, HIGH)], None, ["W104"], id="neither stands"),
            pytest.param(
                [declaration(1, LOW), declaration(2, LOW), declaration(2, HIGH)], 1, ["W104"], id="the one below stands"
            ),
            pytest.param(
                [declaration(1, LOW), declaration(1, HIGH), declaration(2, HIGH)], 2, [], id="the one above settles"
            ),
            pytest.param(
                [declaration(1, LOW), recount(1, HIGH)], None, ["W104"], id="declaration and recount share a place"
            ),
            pytest.param([partial(1, LOW), declaration(1, HIGH)], 1, [], id="partial and declaration do not"),
            pytest.param(
                [partial(1), declaration(2, LOW), declaration(2, HIGH)], 1, ["W104"], id="a partial below stands"
            ),
            pytest.param(
                [declaration(1, LOW), declaration(1, LOW, issued_at="2024-05-03T09:00:00+01:00")],
                1,
                [],
                id="the same at another time is the same",
            ),
            pytest.param(
                [declaration(1, LOW), declaration(1, LOW, note="checked")],
                None,
                ["W104"],
                id="any other content disputes",
            ),
        ],
    )
    def test_is_disputed_while_undecided(
        self, statements: list[Statement], revision: int | None, told: list[str]
    ) -> None:
        found = standing(*statements)
        assert (found.figures.revision if found.figures else None) == revision
        assert codes(found) == told
        assert found.disputed is bool(told)

    def test_of_rushes_is_disputed(self) -> None:
        found = standing(rush(1, "ash-con"), rush(1, "birch-lab"))
        assert (found.announced, found.disputed) == ((), True)

    def test_of_states_is_disputed(self) -> None:
        found = standing(state(1, "delayed"), state(1, "tied"))
        assert (found.state, found.disputed) == (None, True)

    def test_below_what_stands_is_not_told(self) -> None:
        assert codes(standing(partial(1, LOW), partial(1, HIGH), partial(2, HIGH))) == []

    def test_leaves_other_sources_to_stand(self) -> None:
        found = standing(
            declaration(1, LOW, source="returning-officer"),
            declaration(1, HIGH, source="returning-officer"),
            declaration(1, HIGH),
        )
        assert found.figures is not None
        assert (found.figures.source, found.disputed) == ("north-count", True)


class TestClause3AcrossSources:
    @pytest.mark.parametrize(
        "statements, source, agreeing",
        [
            pytest.param(
                [declaration(1, LOW, source="returning-officer"), declaration(5, HIGH)],
                "returning-officer",
                ["returning-officer"],
                id="the higher rank, whatever the revisions",
            ),
            pytest.param(
                [partial(1, LOW, source="returning-officer"), declaration(5, HIGH)],
                "returning-officer",
                ["returning-officer"],
                id="the higher rank, whatever the classes",
            ),
            pytest.param(
                [declaration(1, LOW), partial(5, HIGH, source="second-count")],
                "north-count",
                ["north-count"],
                id="of equal ranks the declaration",
            ),
            pytest.param(
                [declaration(1, LOW), declaration(5, LOW, source="second-count")],
                "north-count",
                ["north-count", "second-count"],
                id="of equal ranks that agree both",
            ),
            pytest.param(
                [declaration(1, LOW), declaration(1, LOW, source="press")],
                "north-count",
                ["north-count", "press"],
                id="a lower rank that agrees is told",
            ),
            pytest.param(
                [declaration(1, LOW), declaration(1, {**LOW, "cedar-ld": 0}, source="press")],
                "north-count",
                ["north-count", "press"],
                id="no votes and no line are the same",
            ),
            pytest.param(
                [declaration(1, LOW), declaration(1, LOW, rejected=3, source="press")],
                "north-count",
                ["north-count", "press"],
                id="papers that only one of them gives are no disagreement",
            ),
            pytest.param(
                [withdrawal(1, source="returning-officer"), declaration(1, LOW)],
                "north-count",
                ["north-count"],
                id="a source without figures is none",
            ),
            pytest.param(
                [declaration(1, LOW, source="unknown-to-the-folder")], "unknown-to-the-folder", None, id="any"
            ),
        ],
    )
    def test_the_highest_rank_with_figures_stands(
        self, statements: list[Statement], source: str, agreeing: list[str] | None
    ) -> None:
        found = standing(*statements)
        assert found.figures is not None
        assert (found.figures.source, found.disputed) == (source, False)
        assert list(found.agreeing) == (agreeing or [source])

    @pytest.mark.parametrize(
        "one, other",
        [
            pytest.param(declaration(1, LOW), declaration(1, HIGH, source="second-count"), id="votes"),
            pytest.param(declaration(1, LOW), declaration(7, HIGH, source="second-count"), id="at any revision"),
            pytest.param(
                declaration(1, LOW, rejected=3), declaration(1, LOW, rejected=4, source="second-count"), id="rejected"
            ),
            pytest.param(declaration(1, LOW), recount(1, HIGH, source="second-count"), id="of one class"),
            pytest.param(partial(1, LOW), partial(1, HIGH, source="second-count"), id="partial ones"),
        ],
    )
    def test_equal_ranks_that_disagree_dispute_the_area(self, one: Statement, other: Statement) -> None:
        found = standing(one, other)
        assert (found.figures, found.disputed, codes(found)) == (None, True, ["W104"])

    def test_a_disputed_area_is_not_given_to_a_lower_rank(self) -> None:
        found = standing(
            declaration(1, LOW), declaration(1, HIGH, source="second-count"), declaration(1, HIGH, source="press")
        )
        assert (found.figures, found.disputed) == (None, True)

    def test_a_higher_rank_settles_a_dispute_below_it(self) -> None:
        found = standing(
            declaration(1, LOW),
            declaration(1, HIGH, source="second-count"),
            declaration(1, HIGH, source="returning-officer"),
        )
        assert found.figures is not None
        assert (found.figures.source, found.disputed) == ("returning-officer", False)
        assert list(found.agreeing) == ["returning-officer", "second-count"]
        assert codes(found) == ["W103"]

    def test_a_lower_rank_that_disagrees_is_told(self) -> None:
        assert codes(standing(declaration(1, LOW), declaration(1, HIGH, source="press"))) == ["W103"]

    def test_a_lower_rank_that_is_only_further_behind_is_not(self) -> None:
        assert codes(standing(declaration(1, HIGH), partial(1, LOW, source="press"))) == []

    def test_rushes_of_equal_ranks_that_disagree_dispute_the_area(self) -> None:
        found = standing(rush(1, "ash-con"), rush(2, "birch-lab", source="second-count"))
        assert (found.announced, found.disputed) == ((), True)

    def test_rushes_that_agree_in_another_order_agree(self) -> None:
        one = stated(kind="rush", elected=["fern-con", "hazel-lab"])
        other = stated(kind="rush", elected=["hazel-lab", "fern-con"], source="second-count")
        assert standing(one, other).disputed is False

    def test_seats_of_nobody_and_no_line_are_the_same(self) -> None:
        one, other = stated(seats={"con": 2, "lab": 0}), stated(seats={"con": 2}, source="second-count")
        assert standing(one, other).disputed is False

    def test_elected_in_another_order_are_the_same(self) -> None:
        one = stated(elected=["fern-con", "hazel-lab"])
        other = stated(elected=["hazel-lab", "fern-con"], source="second-count")
        assert standing(one, other).disputed is False

    def test_a_rush_of_the_higher_rank_is_the_one(self) -> None:
        found = standing(rush(1, "ash-con", source="returning-officer"), rush(2, "birch-lab"))
        assert (found.announced, found.disputed) == (("ash-con",), False)


NORTH, SOUTH, EAST = AreaId("north"), AreaId("south"), AreaId("east")
BOROUGH, RIVERSIDE, HARBOUR = AreaId("borough"), AreaId("riverside"), AreaId("harbour")
COVERS = {
    BOROUGH: frozenset((NORTH, SOUTH, EAST)),
    RIVERSIDE: frozenset((SOUTH, EAST)),
    HARBOUR: frozenset((NORTH, SOUTH)),
}
LIST = Contest(
    ContestId("list"), "List", "dhondt", 3, "whole", "parties", (NORTH, SOUTH, EAST, BOROUGH, RIVERSIDE, HARBOUR)
)


class TestCoveringAreas:
    @pytest.mark.parametrize(
        "partials, declarations, chosen",
        [
            pytest.param([], [], [], id="nothing in"),
            pytest.param([NORTH], [SOUTH], [NORTH, SOUTH], id="parts alone"),
            pytest.param([NORTH], [SOUTH, BOROUGH], [BOROUGH], id="a covering declaration replaces its parts"),
            pytest.param([], [NORTH, SOUTH, RIVERSIDE], [RIVERSIDE, NORTH], id="only its own parts"),
            pytest.param([BOROUGH], [], [BOROUGH], id="a covering partial without parts"),
            pytest.param([BOROUGH, NORTH], [], [NORTH], id="a covering partial beside a part of it"),
            pytest.param([RIVERSIDE, NORTH], [], [NORTH, RIVERSIDE], id="a covering partial beside another's part"),
            pytest.param([], [BOROUGH, RIVERSIDE], [BOROUGH], id="of declarations that overlap the wider"),
            pytest.param(
                [], [HARBOUR, RIVERSIDE, EAST], [HARBOUR, EAST], id="of equals that overlap the first by name"
            ),
            pytest.param([BOROUGH], [RIVERSIDE, NORTH], [RIVERSIDE, NORTH], id="a declaration over a wider partial"),
            pytest.param([BOROUGH, RIVERSIDE], [], [BOROUGH], id="of partials that overlap the wider"),
            pytest.param([RIVERSIDE], [HARBOUR], [HARBOUR], id="no partial that overlaps a declaration"),
        ],
    )
    def test_no_area_counts_twice(
        self, partials: list[AreaId], declarations: list[AreaId], chosen: list[AreaId]
    ) -> None:
        standings = {
            area: stand(
                [partial(1, source="a")] * (area in partials) + [declaration(1, source="a")] * (area in declarations),
                {},
            )
            for area in LIST.areas
        }
        assert sorted(areas_that_count(LIST, COVERS, standings)) == sorted(chosen)


PEOPLE = [CandidateId(name) for name in ("ash-con", "birch-lab", "others")]
STANDING = {person: Candidate(person, person, PartyId("con")) for person in PEOPLE}


def figures(
    aggregates: list[CandidateId] | None = None, *, zero: bool = False, votes_each: int = 1, **fields: Any
) -> Figures:
    return figures_of(
        stated(**fields).count,
        STANDING,
        unlisted_is_zero=zero,
        aggregates=aggregates or [],
        votes_each=votes_each,
        electorate=1000,
    )


class TestFiguresOfACount:
    def test_what_is_left_out_is_not_known(self) -> None:
        assert figures(votes={"ash-con": 1}).votes == {"ash-con": 1, "birch-lab": None, "others": None}

    def test_what_is_left_out_is_nothing_only_if_the_contest_says_so(self) -> None:
        assert figures(votes={"ash-con": 1}, zero=True).votes == {"ash-con": 1, "birch-lab": 0, "others": 0}

    def test_whoever_is_left_out_beside_others_is_among_them(self) -> None:
        found = figures([PEOPLE[2]], votes={"ash-con": 1, "others": 5})
        assert (found.votes, found.lumped, found.all_votes) == ({"ash-con": 1, "others": 5}, "others", found.votes)

    def test_valid_papers_are_the_votes_where_everybody_has_one(self) -> None:
        assert figures(votes=dict.fromkeys(PEOPLE, 7)).valid == 21

    def test_valid_papers_are_not_the_votes_where_everybody_has_several(self) -> None:
        assert figures(votes=dict.fromkeys(PEOPLE, 7), votes_each=2).valid is None
        assert figures(votes=dict.fromkeys(PEOPLE, 7), votes_each=2, ballots=14, rejected=1).valid == 13

    def test_valid_papers_are_not_known_where_more_were_rejected_than_cast(self) -> None:
        """The desk may release such a count."""
        assert figures(votes=dict.fromkeys(PEOPLE, 7), votes_each=2, ballots=14, rejected=15).valid is None

    def test_valid_papers_are_not_the_votes_where_somebody_is_missing(self) -> None:
        assert figures(votes={"ash-con": 7}).valid is None

    def test_ballots_follow_from_valid_and_rejected_papers(self) -> None:
        assert figures(votes=dict.fromkeys(PEOPLE, 7), rejected=4).ballots == 25

    def test_ballots_are_not_known_without_rejected_papers(self) -> None:
        assert figures(votes=dict.fromkeys(PEOPLE, 7)).ballots is None

    def test_the_electorate_is_the_counts_own_before_the_folders(self) -> None:
        assert (figures(votes={}).electorate, figures(votes={}, electorate=900).electorate) == (1000, 900)


class TestAddingUp:
    def test_nothing_adds_up_to_nothing(self) -> None:
        assert add_up([], STANDING) is None

    def test_votes_add_up(self) -> None:
        total = add_up([figures(votes=dict.fromkeys(PEOPLE, 7), rejected=1)] * 3, STANDING)
        assert total is not None
        assert total.votes == dict.fromkeys(PEOPLE, 21)
        assert (total.valid, total.rejected, total.ballots, total.electorate) == (63, 3, 66, 3000)

    def test_what_one_area_does_not_know_the_sum_does_not_know(self) -> None:
        total = add_up([figures(votes=dict.fromkeys(PEOPLE, 7)), figures(votes={"ash-con": 7}, rejected=1)], STANDING)
        assert total is not None
        assert total.votes == {"ash-con": 14, "birch-lab": None, "others": None}
        assert (total.valid, total.rejected, total.all_votes) == (None, None, None)

    def test_whoever_is_lumped_in_one_area_is_lumped_in_the_sum(self) -> None:
        named = figures([PEOPLE[2]], votes={"ash-con": 1, "birch-lab": 2, "others": 4})
        lumped = figures([PEOPLE[2]], votes={"ash-con": 10, "others": 20})
        total = add_up([named, lumped], STANDING)
        assert total is not None
        assert total.votes == {"ash-con": 11, "others": 26}

    def test_votes_stay_exact_beyond_what_a_float_can_hold(self) -> None:
        most = 2**53 - 1
        total = add_up([Figures({PEOPLE[0]: most, PEOPLE[1]: most - (number == 0)}) for number in range(9)], PEOPLE[:2])
        assert total is not None
        assert total.votes == {PEOPLE[0]: 9 * most, PEOPLE[1]: 9 * most - 1}

    def test_second_preferences_add_up_once_every_area_has_them(self) -> None:
        table = Figures({}, second={PEOPLE[0]: {PEOPLE[1]: 3}})
        both = add_up([table, table], [])
        assert both is not None
        assert both.second == {PEOPLE[0]: {PEOPLE[1]: 6}}
        missing = add_up([table, Figures({})], [])
        assert missing is not None
        assert missing.second is None
