"""What is published at one moment: laws that always hold, and figures worked out by hand."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ids import BodyId, PartyId
from service.night import Night
from service.records import Message
from service.standings import control_of
from service.standings.shares import butler_swing, figure_out, rounded
from service.standings.wire import encode
from tests.core.borough import (
    BASELINE_CSV,
    BOROUGH,
    CANDIDATES_CSV,
    ELECTION_TOML,
    apply,
    content_of,
    count,
    desk,
    election_of,
    night_of,
    place,
    without_stamp,
)
from tests.core.messages_drawn import Drawn, examples, nights

CON, LAB = PartyId("con"), PartyId("lab")
NORTH = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
SOUTH = {"dell-con": 310, "elm-lab": 290}
EAST = {"fern-con": 200, "gorse-con": 180, "hazel-lab": 120, "ivy-lab": 100}
LISTS = {"con": 40, "lab": 30, "ld": 20, "alone": 5, "others": 5}
FIRST = {"king-con": 50, "lane-lab": 40, "mead-ld": 6, "nash-alone": 4}


def standings(night: Night, body: str = "council") -> Any:
    return night.standings(BodyId(body))


def result(night: Night, contest: str = "ward", area: str = "north") -> Any:
    return night.result(place(contest, area))


def row(night: Night, party: str = "con", body: str = "council") -> Any:
    return next(each for each in standings(night, body)["parties"] if each["party"] == party)


def seats(night: Night, body: str = "council") -> dict[str, int]:
    return {each["party"]: each["seats"] for each in standings(night, body)["parties"] if each["seats"]}


def lot(*order: str, contest: str = "ward", area: str | None = "north", **fields: Any) -> Message:
    return desk("lot", contest=contest, area=area, options=sorted(order), order=list(order), **fields)


class TestLaws:
    @examples(60)
    @given(nights())
    def test_hold_of_every_standings(self, drawn: Drawn) -> None:
        night = night_of(*drawn.messages)
        for body in night.election.bodies:
            self.check(standings(night, body))

    def check(self, found: Any) -> None:
        parties = found["parties"]
        known = [party["seats"] for party in parties if party["seats"] is not None]
        assert len(known) in (0, len(parties)), "seats are known of all parties or of none"
        assert sum(known) <= found["seats"]["total"]
        assert 0 <= found["seats"]["filled"] <= found["seats"]["total"]
        assert found["seats"]["filled"] <= sum(known) if known else found["seats"]["filled"] == 0
        assert 0 <= found["areas"]["declared"] <= found["areas"]["total"]
        assert found["complete"] == (found["status"] == "complete")
        if found["complete"]:
            assert found["seats"]["filled"] == found["seats"]["total"] == sum(known)
            assert not found["ties"]
        for party in parties:
            by_contest = [number or 0 for number in party["seats_by_contest"].values()]
            assert sum(by_contest) == (party["seats"] or 0)
            if party["gains"] is not None:
                assert party["gains"] - party["losses"] == party["change"]
        for contest in found["contests"]:
            name = contest["contest"]
            shares = [party["votes"][name]["share"] for party in parties if party["votes"][name]["share"] is not None]
            assert not shares or abs(sum(shares) - 1) <= len(shares) / 2_000_000
            votes = [party["votes"][name]["votes"] for party in parties if party["votes"][name]["votes"] is not None]
            assert bool(votes) or not shares
            assert contest["turnout"] is None or 0 <= contest["turnout"] <= 1
        listed = [seat["seat"] for seat in found["allocation"]]
        assert listed == list(range(1, len(listed) + 1))

    @examples(60)
    @given(nights())
    def test_hold_of_every_result(self, drawn: Drawn) -> None:
        night = night_of(*drawn.messages)
        for contest in night.election.contests.values():
            for area in contest.areas:
                found = result(night, contest.id, area)
                assert not (found["elected"] and found["leading"])
                assert bool(found["elected"]) <= found["declared"]
                assert sum(found["seats_by_party"].values()) <= (night.election.seats_in(contest.id, area) or 0)
                assert found["majority"] is None or found["majority"] >= 0
                assert found["swing"] is None or found["swing"]["points"] >= 0
                assert len({who["candidate"] for who in found["candidates"]}) == len(found["candidates"])
                shares = [who["share"] for who in found["candidates"] if who["share"] is not None]
                assert not shares or abs(sum(shares) - 1) <= len(shares) / 2_000_000
                encode(found)


class TestNothingIn:
    @pytest.mark.parametrize("body", sorted(BOROUGH.bodies))
    def test_is_not_known_and_never_nothing(self, body: str) -> None:
        found = standings(night_of(), body)
        assert (found["status"], found["control"], found["elected"]) == ("waiting", None, None)
        for party in found["parties"]:
            assert (party["seats"], party["change"], party["gains"], party["losses"]) == (None, None, None, None)
            assert set(party["seats_by_contest"].values()) == {None}
            for votes in party["votes"].values():
                assert set(votes.values()) == {None}
        for contest in found["contests"]:
            figures = {name: contest[name] for name in ("valid", "rejected", "ballots", "electorate", "turnout")}
            assert set(figures.values()) == {None}
        assert (found["allocation"], found["next_in_line"], found["rounds"], found["ties"]) == ([], [], [], [])

    def test_lists_every_area_as_expected(self) -> None:
        pending = standings(night_of())["pending"]
        assert {each["state"] for each in pending} == {"expected"}
        assert len(pending) == 6

    def test_of_an_area_is_not_known_either(self) -> None:
        found = result(night_of())
        figures = {name: found[name] for name in ("majority", "turnout", "valid", "rejected", "ballots", "swing")}
        assert set(figures.values()) == {None}
        assert (found["status"], found["winner"], found["holder"], found["electorate"]) == (
            "expected",
            None,
            "con",
            1000,
        )
        assert {who["votes"] for who in found["candidates"]} == {None}

    def test_of_votes_is_nobody_ahead(self) -> None:
        night = night_of(count(votes=dict.fromkeys(NORTH, 0)))
        assert (result(night)["winner"], seats(night), row(night)["seats"]) == (None, {}, None)


class TestAnArea:
    @pytest.fixture
    def north(self) -> Any:
        return result(night_of(count(votes=NORTH, rejected=10, declared_at="2024-05-03T01:00:00Z")))

    def test_has_a_majority_of_the_winner_over_the_runner_up(self, north: Any) -> None:
        assert (north["winner"]["candidate"], north["majority"]) == ("ash-con", 50)
        assert north["majority_share"] == 0.076923  # 50 of 650

    def test_has_a_swing_by_butlers_formula(self, north: Any) -> None:
        """From 50, 33.33 and 16.67 to 46.15, 38.46 and 15.38 per cent: ((38.46 - 33.33) + (50 - 46.15)) / 2."""
        assert north["swing"] == {"from": "con", "to": "lab", "points": 4.49}

    def test_has_a_turnout_of_all_papers_over_the_electorate(self, north: Any) -> None:
        assert (north["ballots"], north["turnout"], north["turnout_change_points"]) == (660, 0.66, 5.0)

    def test_has_shares_and_changes_of_everybody(self, north: Any) -> None:
        found = [(who["candidate"], who["share"], who["change_points"], who["elected"]) for who in north["candidates"]]
        assert found == [
            ("ash-con", 0.461538, -3.85, True),
            ("birch-lab", 0.384615, 5.13, False),
            ("cedar-ld", 0.153846, -1.28, False),
        ]

    def test_is_held_by_the_party_that_won_last_time(self, north: Any) -> None:
        assert (north["holder"], north["hold_or_gain"], north["gain_from"]) == ("con", "hold", None)
        assert north["defeated_incumbents"] == []

    def test_is_gained_from_the_party_that_did_not(self) -> None:
        found = result(night_of(count("ward", "south", votes=SOUTH)), area="south")
        assert (found["holder"], found["hold_or_gain"], found["gain_from"]) == ("lab", "gain", "lab")
        assert [who["candidate"] for who in found["defeated_incumbents"]] == ["elm-lab"]

    def test_is_neither_held_nor_gained_before_it_has_declared(self) -> None:
        found = result(night_of(count("ward", "south", votes=SOUTH, kind="partial")), area="south")
        assert (found["hold_or_gain"], found["defeated_incumbents"], found["majority"]) == (None, [], None)
        assert ([who["candidate"] for who in found["leading"]], found["elected"]) == (["dell-con"], [])

    def test_of_two_seats_has_a_majority_of_the_last_elected_over_the_first_not(self) -> None:
        found = result(night_of(count("ward", "east", votes=EAST)), area="east")
        assert [who["candidate"] for who in found["elected"]] == ["fern-con", "gorse-con"]
        assert (found["majority"], found["seats_by_party"]) == (60, {"con": 2})
        assert (found["winner"], found["hold_or_gain"]) == (None, None)
        assert [who["candidate"] for who in found["defeated_incumbents"]] == ["hazel-lab"]

    def test_without_somebodys_votes_has_no_shares_swing_or_majority(self) -> None:
        found = result(night_of(count(votes={"ash-con": 300, "birch-lab": 250})))
        assert (found["swing"], found["majority"], found["valid"]) == (None, None, None)
        assert {who["share"] for who in found["candidates"]} == {None}
        assert (found["winner"], found["certain"]) == (None, [])

    def test_without_somebodys_votes_has_a_winner_once_no_votes_left_of_the_valid_ones_can_overtake(self) -> None:
        undecided = result(night_of(count(votes={"ash-con": 300, "birch-lab": 250}, valid=850)))
        assert undecided["winner"] is None
        decided = result(night_of(count(votes={"ash-con": 300, "birch-lab": 250}, valid=849)))
        assert decided["winner"]["candidate"] == "ash-con"

    def test_has_no_majority_where_somebody_else_was_declared_elected(self) -> None:
        found = result(night_of(count(votes=NORTH, elected=["birch-lab"])))
        assert (found["winner"]["candidate"], found["majority"]) == ("birch-lab", None)

    def test_shows_what_several_sources_agree_on(self) -> None:
        found = result(night_of(count(votes=NORTH), count(votes=NORTH, source="press")))
        assert (found["sources"], found["source"]) == (2, "north-count")

    def test_that_is_unopposed_has_its_member(self) -> None:
        night = night_of(count(kind="state", state="unopposed", elected=["ash-con"]))
        assert (result(night)["winner"]["candidate"], result(night)["status"]) == ("ash-con", "unopposed")
        assert (seats(night), standings(night)["seats"]["filled"]) == ({"con": 1}, 1)


class TestSwing:
    @pytest.mark.parametrize(
        "now, before, expected",
        [
            ({CON: (4, 10), LAB: (5, 10)}, {CON: (5, 10), LAB: (4, 10)}, (CON, LAB, Fraction(10))),
            ({CON: (5, 10), LAB: (4, 10)}, {CON: (5, 10), LAB: (4, 10)}, (LAB, CON, Fraction(0))),
            ({CON: (45, 100), LAB: (35, 100)}, {CON: (40, 100), LAB: (50, 100)}, (LAB, CON, Fraction(10))),
            # Both gain, one more than the other: swing goes to it all the same.
            ({CON: (48, 100), LAB: (46, 100)}, {CON: (40, 100), LAB: (44, 100)}, (LAB, CON, Fraction(3))),
        ],
    )
    def test_is_half_the_sum_of_one_partys_rise_and_the_others_fall(
        self, now: Any, before: Any, expected: tuple[PartyId, PartyId, Fraction]
    ) -> None:
        shares_now = {party: Fraction(*share) for party, share in now.items()}
        shares_before = {party: Fraction(*share) for party, share in before.items()}
        ahead, behind = sorted(shares_now, key=lambda party: -shares_now[party])
        found = butler_swing(shares_now, shares_before, ahead, behind)
        assert found is not None
        assert (found.giver, found.taker, found.points) == expected

    def test_is_not_known_of_a_party_that_did_not_stand_both_times(self) -> None:
        assert butler_swing({CON: Fraction(1, 2), LAB: Fraction(1, 2)}, {CON: Fraction(1)}, CON, LAB) is None

    def test_is_between_the_two_ahead_now_even_if_others_were_then(self) -> None:
        found = result(night_of(count(votes={"ash-con": 300, "birch-lab": 100, "cedar-ld": 250})))
        assert {found["swing"]["from"], found["swing"]["to"]} == {"con", "ld"}


class TestSeatsAndControl:
    def test_as_things_stand_are_apart_from_those_declared(self) -> None:
        found = standings(night_of(count(votes=NORTH, kind="partial"), count("ward", "south", votes=SOUTH)))
        assert {each["party"]: each["seats"] for each in found["parties"] if each["seats"]} == {"con": 2}
        assert (found["seats"]["filled"], found["areas"]) == (1, {"declared": 1, "total": 3})

    def test_change_area_by_area(self) -> None:
        night = night_of(count(votes=NORTH), count("ward", "south", votes=SOUTH))
        assert (row(night, "con")["gains"], row(night, "con")["losses"], row(night, "con")["change"]) == (1, 0, 1)
        assert (row(night, "lab")["gains"], row(night, "lab")["losses"], row(night, "lab")["change"]) == (0, 1, -1)

    def test_of_a_list_follow_the_wards_as_they_stand(self) -> None:
        """40, 30 and 20 votes: without wards the Conservatives have two of three, with three wards they have one."""
        alone = night_of(count("list", "borough", votes=LISTS))
        assert [seat["party"] for seat in standings(alone)["allocation"]] == ["con", "lab", "con"]
        assert [seat["figure"] for seat in standings(alone)["allocation"]] == ["40", "30", "20"]

    def test_of_a_list_are_declared_only_with_the_wards_they_follow(self) -> None:
        night = night_of(count("list", "borough", votes=LISTS), count(votes=NORTH))
        assert standings(night)["seats"]["filled"] == 1
        night = night_of(
            count("list", "borough", votes=LISTS),
            count(votes=NORTH),
            count("ward", "south", votes=SOUTH),
            count("ward", "east", votes=EAST),
        )
        assert (standings(night)["seats"]["filled"], standings(night)["complete"]) == (7, True)
        assert seats(night) == {"con": 4, "lab": 2, "ld": 1}
        assert standings(night)["control"] == "con"
        assert (standings(night)["control_before"], standings(night)["control_change"]) == ("con", "held")

    def test_of_somebody_standing_alone_on_a_list_are_one_at_most(self) -> None:
        night = night_of(count("list", "borough", votes={"con": 1, "lab": 1, "ld": 1, "alone": 97, "others": 0}))
        assert [seat["party"] for seat in standings(night)["allocation"]].count("alone") == 1

    def test_never_go_to_others(self) -> None:
        night = night_of(count("list", "borough", votes={"con": 10, "lab": 5, "ld": 5, "alone": 5, "others": 75}))
        assert "others" not in seats(night)
        assert standings(night)["contests"][1]["valid"] == 100

    @pytest.mark.parametrize(
        "total, seats, control",
        [
            (25, {CON: 13, LAB: 12}, "con"),
            (25, {CON: 12, LAB: 13}, "lab"),
            (25, {CON: 12, LAB: 12}, "none"),
            (24, {CON: 12, LAB: 12}, "none"),
            (24, {CON: 12}, "none"),
            (24, {CON: 13}, "con"),
            (1, {CON: 1}, "con"),
            (25, {}, "none"),
            (25, None, None),
        ],
    )
    def test_are_controlled_with_more_than_half_of_all_of_them(
        self, total: int, seats: dict[PartyId, int] | None, control: str | None
    ) -> None:
        assert control_of(total, seats) == control

    def test_that_are_not_up_count_towards_control(self) -> None:
        toml = ELECTION_TOML.replace(b"seats = 7\n", b"seats = 9\nseats_not_up = { lab = 2 }\n")
        night = night_of(
            count(votes={"ash-con": 100, "birch-lab": 250, "cedar-ld": 100}),
            count("ward", "south", votes={"dell-con": 1, "elm-lab": 2}),
            count("ward", "east", kind="partial", votes={"fern-con": 1, "gorse-con": 1, "hazel-lab": 9, "ivy-lab": 3}),
            election=election_of(toml=toml),
        )
        assert (seats(night), standings(night)["control"]) == ({"lab": 6}, "lab")
        assert standings(night)["seats"]["filled"] == 4

    def test_are_not_compared_where_last_time_is_not_on_record(self) -> None:
        baseline = b"\n".join(line for line in BASELINE_CSV.split(b"\n") if not line.startswith(b"last,ward,north"))
        night = night_of(
            count(votes=NORTH), count("ward", "south", votes=SOUTH), election=election_of(baseline=baseline)
        )
        assert (row(night)["change"], row(night)["gains"], row(night)["seats"]) == (None, None, 2)
        assert result(night)["hold_or_gain"] is None


class TestTies:
    LEVEL = count(votes={"ash-con": 250, "birch-lab": 250, "cedar-ld": 100})

    def test_are_results(self) -> None:
        night = night_of(self.LEVEL)
        expected = {
            "contest": "ward",
            "area": "north",
            "seats": 1,
            "options": ["ash-con", "birch-lab"],
            "figure": "250",
            "at": "seat",
        }
        assert result(night)["ties"] == standings(night)["ties"] == [expected]
        assert (result(night)["winner"], result(night)["elected"], result(night)["majority"]) == (None, [], None)
        assert (seats(night), standings(night)["seats"]["filled"]) == ({}, 0)
        assert result(night)["hold_or_gain"] is None

    @pytest.mark.parametrize("drawn", ["ash-con", "birch-lab"])
    def test_are_settled_by_a_lot_drawn_before_or_after(self, drawn: str) -> None:
        other = {"ash-con": "birch-lab", "birch-lab": "ash-con"}[drawn]
        for night in (night_of(self.LEVEL, lot(drawn, other)), night_of(lot(drawn, other), self.LEVEL)):
            assert (result(night)["winner"]["candidate"], result(night)["ties"]) == (drawn, [])
            assert (result(night)["majority"], standings(night)["seats"]["filled"]) == (0, 1)

    def test_are_not_settled_by_a_lot_among_others(self) -> None:
        night = night_of(self.LEVEL, lot("ash-con", "birch-lab", "cedar-ld"))
        assert (result(night)["winner"], len(result(night)["ties"])) == (None, 1)

    def test_are_not_settled_by_two_lots_under_one_number(self) -> None:
        night = night_of(self.LEVEL, lot("ash-con", "birch-lab"), lot("birch-lab", "ash-con"))
        assert (result(night)["winner"], len(result(night)["ties"])) == (None, 1)

    def test_are_settled_by_the_lot_with_the_highest_number(self) -> None:
        lots = [lot("ash-con", "birch-lab", decision=2), lot("birch-lab", "ash-con", decision=1)]
        assert result(night_of(self.LEVEL, *lots))["winner"]["candidate"] == "ash-con"

    def test_need_no_lot_where_it_was_drawn_at_the_declaration(self) -> None:
        votes = {"ash-con": 250, "birch-lab": 250, "cedar-ld": 100}
        night = night_of(count(votes=votes, elected=["birch-lab"]))
        assert (result(night)["winner"]["candidate"], result(night)["ties"]) == ("birch-lab", [])

    def test_are_shown_though_a_winner_had_been_announced(self) -> None:
        night = night_of(count(kind="rush", winner="ash-con"), count(votes={**NORTH, "birch-lab": 300}, revision=2))
        assert (result(night)["winner"], len(result(night)["ties"])) == (None, 1)
        assert [finding["code"] for finding in result(night)["findings"]] == ["W102"]

    def test_are_not_shown_while_a_winner_is_announced(self) -> None:
        night = night_of(
            count(kind="rush", winner="ash-con"), count(votes={**NORTH, "birch-lab": 300}, revision=2, kind="partial")
        )
        assert (result(night)["winner"]["candidate"], result(night)["ties"]) == ("ash-con", [])

    def test_for_the_last_of_two_seats_leave_the_first_filled(self) -> None:
        night = night_of(count("ward", "east", votes={**EAST, "gorse-con": 150, "hazel-lab": 150}))
        found = result(night, area="east")
        assert [who["candidate"] for who in found["elected"]] == ["fern-con"]
        assert [tie["options"] for tie in found["ties"]] == [["gorse-con", "hazel-lab"]]
        assert standings(night)["seats"]["filled"] == 1

    def test_of_lists_are_settled_by_a_lot_for_the_whole(self) -> None:
        votes = {"con": 50, "lab": 50, "ld": 50, "alone": 50, "others": 0}
        night = night_of(count("list", "borough", votes=votes))
        (tie,) = standings(night)["ties"]
        assert (tie["contest"], tie["area"], tie["seats"], tie["options"]) == (
            "list",
            None,
            3,
            ["alone", "con", "lab", "ld"],
        )
        drawn = night_of(
            count("list", "borough", votes=votes), lot("ld", "alone", "con", "lab", contest="list", area=None)
        )
        assert [seat["party"] for seat in standings(drawn)["allocation"]] == ["ld", "alone", "con"]
        assert all(seat["by_lot"] for seat in standings(drawn)["allocation"])

    def test_of_a_mayor_are_settled_by_a_lot(self) -> None:
        level = count("mayor", "borough", votes={**FIRST, "lane-lab": 50}, transfers={"king-con": 5, "lane-lab": 5})
        night = night_of(level)
        assert (standings(night, "mayor")["elected"], len(standings(night, "mayor")["ties"])) == (None, 1)
        drawn = night_of(level, lot("lane-lab", "king-con", contest="mayor", area=None))
        assert standings(drawn, "mayor")["elected"] == "lane-lab"


class TestTheMayor:
    def test_with_more_than_half_of_first_preferences_is_elected_at_once(self) -> None:
        night = night_of(count("mayor", "borough", votes={**FIRST, "king-con": 51}))
        assert (standings(night, "mayor")["elected"], len(standings(night, "mayor")["rounds"])) == ("king-con", 1)

    def test_with_exactly_half_waits_for_second_preferences(self) -> None:
        night = night_of(count("mayor", "borough", votes=FIRST))
        assert standings(night, "mayor")["elected"] is None
        assert standings(night, "mayor")["contests"][0]["awaiting_second_preferences"] is True
        final = night_of(
            count("mayor", "borough", votes=FIRST),
            count("mayor", "borough", votes=FIRST, transfers={"king-con": 0, "lane-lab": 10}, revision=2),
        )
        assert len(standings(final, "mayor")["ties"]) == 1

    def test_is_elected_alike_from_transfers_and_from_tables(self) -> None:
        table = {"mead-ld": {"king-con": 2, "lane-lab": 3, "nash-alone": 1}, "king-con": {"lane-lab": 50}}
        areas = ["north", "south", "east"]
        by_table = night_of(*(count("mayor", area, votes=FIRST, second_preferences=table) for area in areas))
        by_transfers = night_of(
            *(count("mayor", area, votes=FIRST, transfers={"king-con": 2, "lane-lab": 3}) for area in areas)
        )
        for night in (by_table, by_transfers):
            _, last = standings(night, "mayor")["rounds"]
            assert {who["candidate"]: who["votes"] for who in last["candidates"]} == {"king-con": 156, "lane-lab": 129}
            assert standings(night, "mayor")["elected"] == "king-con"

    def test_waits_until_the_last_area_has_sent_second_preferences(self) -> None:
        night = night_of(
            count("mayor", "north", votes=FIRST, transfers={"king-con": 2, "lane-lab": 3}),
            count("mayor", "south", votes=FIRST, transfers={"king-con": 2, "lane-lab": 3}),
            count("mayor", "east", votes=FIRST),
        )
        assert standings(night, "mayor")["elected"] is None

    def test_is_elected_as_announced_for_the_whole(self) -> None:
        night = night_of(count("mayor", "borough", kind="rush", winner="lane-lab"))
        assert (standings(night, "mayor")["elected"], standings(night, "mayor")["complete"]) == ("lane-lab", True)

    def test_is_not_elected_by_an_announcement_for_a_part(self) -> None:
        night = night_of(count("mayor", "riverside", kind="rush", winner="lane-lab"))
        assert standings(night, "mayor")["elected"] is None

    def test_is_elected_as_announced_where_one_area_is_the_whole(self) -> None:
        town = ELECTION_TOML.replace(
            b'rule = "supplementary-vote"\nscope = "whole"\nareas = ["*", "borough", "riverside"]',
            b'rule = "supplementary-vote"\nscope = "whole"\nareas = ["north"]',
        )
        night = night_of(count("mayor", "north", kind="rush", winner="lane-lab"), election=election_of(toml=town))
        assert standings(night, "mayor")["elected"] == "lane-lab"


class TestTheBoardAndTheQuestion:
    def test_a_board_is_elected_by_stages(self) -> None:
        """Ten papers, two seats: quota 10 // 3 + 1 = 4. Oak has 5, and its surplus of 1 goes to Rowan."""
        papers = [[5, ["oak-con", "rowan-ld"]], [3, ["pine-lab"]], [2, ["rowan-ld", "pine-lab"]]]
        night = night_of(count("board", "north", papers=papers))
        found = result(night, "board")
        assert found["stages"][0]["votes"] == {"oak-con": "5", "pine-lab": "3", "rowan-ld": "2"}
        assert found["stages"][0]["quota"] == "4"
        assert [who["candidate"] for who in found["elected"]] == ["oak-con", "pine-lab"]
        assert found["valid"] == 10
        assert standings(night, "board")["seats"]["filled"] == 2

    def test_several_seats_at_large_are_several_votes_for_everybody(self) -> None:
        toml = ELECTION_TOML.replace(
            b'rule = "referendum"\nscope = "whole"', b'rule = "plurality"\nseats = 2\nscope = "whole"'
        )
        areas = ("north", "south", "east")
        messages = [count("question", area, votes={"yes": 300, "no": 260}, valid=300) for area in areas]
        night = night_of(*messages, election=election_of(toml=toml))
        assert (night.quarantine(), standings(night, "question")["contests"][0]["valid"]) == ([], 900)
        too_many = count("question", "north", votes={"yes": 300, "no": 301}, valid=300)
        assert night_of(too_many, election=election_of(toml=toml)).quarantined == 1

    def test_an_answer_without_a_line_has_no_votes_where_the_contest_says_so(self) -> None:
        night = night_of(*(count("question", area, votes={"yes": 3}) for area in ("north", "south", "east")))
        assert standings(night, "question")["elected"] == "yes"
        assert standings(night, "question")["candidates"][1]["votes"] == 0

    def test_equal_answers_stay_open(self) -> None:
        level = [count("question", area, votes={"yes": 3, "no": 3}) for area in ("north", "south", "east")]
        night = night_of(*level, lot("yes", "no", contest="question", area=None))
        assert (standings(night, "question")["elected"], len(standings(night, "question")["ties"])) == (None, 1)


class TestRounding:
    @pytest.mark.parametrize(
        "value, decimals, expected",
        [
            (Fraction(1, 2), 0, 1.0),
            (Fraction(-1, 2), 0, -1.0),
            (Fraction(3, 2), 0, 2.0),
            (Fraction(5, 2), 0, 3.0),
            (Fraction(1, 2_000_000), 6, 0.000001),
            (Fraction(-1, 2_000_000), 6, -0.000001),
            (Fraction(1, 2_000_001), 6, 0.0),
            (Fraction(5, 1000), 2, 0.01),
            (Fraction(-5, 1000), 2, -0.01),
            (Fraction(4_999, 1_000_000), 2, 0.0),
            (Fraction(2675, 1000), 2, 2.68),
            (Fraction(1, 3), 6, 0.333333),
            (Fraction(2, 3), 6, 0.666667),
            (None, 6, None),
        ],
    )
    def test_goes_half_away_from_zero(self, value: Fraction | None, decimals: int, expected: float | None) -> None:
        assert rounded(value, decimals) == expected

    @examples(200)
    @given(st.fractions(-100, 100), st.integers(0, 6))
    def test_is_as_near_as_can_be_and_odd(self, value: Fraction, decimals: int) -> None:
        near = rounded(value, decimals)
        assert near is not None
        assert abs(Fraction(str(near)) - value) <= Fraction(1, 2 * 10**decimals)
        assert rounded(-value, decimals) == -near

    @pytest.mark.parametrize("figure, text", [(Fraction(7), "7"), (Fraction(6, 4), "3/2"), (Fraction(-1, 3), "-1/3")])
    def test_is_not_done_to_figures(self, figure: Fraction, text: str) -> None:
        assert figure_out(figure) == text


class TestFiguresBeyondAFloat:
    """2 ** 53 is where floats begin to skip whole numbers; a vote must count there too."""

    MOST = 2**53 - 1

    def test_decide_by_a_single_vote_when_added_up(self) -> None:
        areas = [("north", self.MOST), ("south", self.MOST), ("east", self.MOST - 1)]
        files = {"toml": ELECTION_TOML.replace(b"electorate = 1000\n", b""), "candidates": CANDIDATES_CSV}
        night = night_of(
            *(count("question", area, votes={"yes": votes, "no": self.MOST}) for area, votes in areas),
            election=election_of(**files),
        )
        found = standings(night, "question")
        assert {who["candidate"]: who["votes"] for who in found["candidates"]} == {
            "no": 3 * self.MOST,
            "yes": 3 * self.MOST - 1,
        }
        assert (found["elected"], found["contests"][0]["valid"]) == ("no", 6 * self.MOST - 1)
        assert float(3 * self.MOST) == float(3 * self.MOST - 1), "a float would have called it a tie"

    def test_are_written_as_whole_numbers(self) -> None:
        night = night_of(count("ward", "east", votes=dict.fromkeys(EAST, self.MOST), rejected=1))
        assert b'"votes":9007199254740991,' in encode(result(night, area="east"))


class TestWhatIsInDoubt:
    def test_could_not_change_anything_where_nothing_is(self) -> None:
        assert standings(night_of(count(votes=NORTH)))["in_doubt"] == {
            "messages": 0,
            "could_change": "no",
            "changes": [],
        }

    def test_could_change_a_seat(self) -> None:
        night = night_of(count(votes=NORTH), count(votes={**NORTH, "birch-lab": 310}, valid=1, revision=2))
        doubt = standings(night)["in_doubt"]
        assert (doubt["messages"], doubt["could_change"]) == (1, "yes")
        (change,) = doubt["changes"]
        assert (change["what"], change["contest"], change["area"]) == ("seat", "ward", "north")
        assert (change["was"], change["would_be"]) == (["ash-con"], ["birch-lab"])

    def test_could_not_change_what_it_agrees_with(self) -> None:
        night = night_of(count(votes=NORTH), count(votes={**NORTH, "birch-lab": 251}, valid=1, revision=2))
        assert standings(night)["in_doubt"]["could_change"] == "no"

    def test_is_not_known_of_what_cannot_be_read(self) -> None:
        night = night_of(count(votes={"nobody": 1}))
        assert standings(night)["in_doubt"]["could_change"] == "unknown"

    @pytest.mark.parametrize("fields", [{}, {"valid": 1}], ids=["held", "held in quarantine"])
    def test_is_not_told_of_what_is_held_whatever_it_says(self, fields: dict[str, Any]) -> None:
        """A flat no would be untrue of what decides a seat, and a yes would tell what is for the desk's eyes only."""
        told = []
        for birch in (310, 251):
            held = count(votes={**NORTH, "birch-lab": birch}, revision=2, **fields)
            night = night_of(count(votes=NORTH), held, desk("hold", content=content_of(held)))
            told.append(without_stamp(standings(night)))
        assert told[0] == told[1]
        assert told[0]["in_doubt"] == {"messages": 1, "could_change": "unknown", "changes": []}

    def test_is_told_of_what_is_kept_out_beside_what_is_held(self) -> None:
        held, bad = (
            count(votes=NORTH, note="seen", source="second-count"),
            count(votes={**NORTH, "birch-lab": 310}, valid=1, revision=2),
        )
        doubt = standings(night_of(count(votes=NORTH), held, desk("hold", content=content_of(held)), bad))["in_doubt"]
        assert (doubt["messages"], doubt["could_change"]) == (2, "yes")

    def test_is_none_once_what_was_held_is_decided(self) -> None:
        held = count(votes=NORTH)
        for decided in ("release", "reject"):
            night = night_of(held, desk("hold", content=content_of(held)))
            apply(night, desk(decided, content=content_of(held), decision=2))
            assert standings(night)["in_doubt"] == {"messages": 0, "could_change": "no", "changes": []}
