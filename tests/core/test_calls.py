"""The desk's calls: what they say until the declaration, in whatever order they come, and that a wrong one is told."""

from itertools import permutations
from typing import Any

import pytest

from service.ids import BodyId
from service.night import Night
from service.records import Message
from tests.core.borough import apply, codes, content_of, count, desk, findings_at, night_of, place, without_stamp

AHEAD = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
BEHIND = {"ash-con": 240, "birch-lab": 250, "cedar-ld": 100}
FIRST = {"king-con": 60, "lane-lab": 40, "mead-ld": 6, "nash-alone": 4}
LISTS = {"con": 40, "lab": 30, "ld": 20, "alone": 5, "others": 5}
EAST = {"fern-con": 200, "gorse-con": 180, "hazel-lab": 120, "ivy-lab": 100}
SOUTH = {"dell-con": 310, "elm-lab": 290}
WHOLE_COUNCIL = (
    count("list", "borough", votes=LISTS),
    count("ward", "east", votes=EAST),
    count("ward", "south", votes=SOUTH),
    count(votes=AHEAD),
)


def call(candidate: str = "ash-con", **fields: Any) -> Message:
    return desk("call", **{"of": "area", "contest": "ward", "area": "north", "candidate": candidate, **fields})


def withdrawal(**fields: Any) -> Message:
    return desk("withdraw", **{"of": "area", "contest": "ward", "area": "north", **fields})


def of_council(of: str, party: str, **fields: Any) -> Message:
    return desk("call", **{"of": of, "body": "council", "party": party, **fields})


def of_mayor(candidate: str, **fields: Any) -> Message:
    return desk("call", **{"of": "office", "body": "mayor", "candidate": candidate, **fields})


def calls(night: Night, body: str = "council") -> list[dict[str, Any]]:
    return [dict(entry) for entry in night.standings(BodyId(body))["calls"]]


def only(*messages: Message, body: str = "council") -> dict[str, Any]:
    (entry,) = calls(night_of(*messages), body)
    return entry


def statuses(*messages: Message, body: str = "council") -> list[str]:
    return [entry["status"] for entry in calls(night_of(*messages), body)]


def told(*messages: Message) -> list[dict[str, Any]]:
    """The events of the last of these messages."""
    night = night_of(*messages[:-1])
    return list(apply(night, messages[-1]).events)


def kinds(*messages: Message) -> list[str]:
    return [event["event"] for event in told(*messages)]


class TestACall:
    def test_says_who_where_by_whom_and_why(self) -> None:
        assert only(call("birch-lab", who="A. Clerk", why="the sample says so", decision=7)) == {
            "of": "area",
            "contest": "ward",
            "area": "north",
            "body": "council",
            "name": "North",
            "status": "called",
            "candidate": "birch-lab",
            "candidate_name": "Ben Birch",
            "party": "lab",
            "chance": None,
            "by": "A. Clerk",
            "why": "the sample says so",
            "at": "2024-05-03T02:00:00+01:00",
            "decision": 7,
            "sequence": None,
            "in_doubt": False,
            "right": None,
        }

    def test_stands_with_the_result_of_its_area(self) -> None:
        called = night_of(call()).result(place())["call"]
        assert called is not None
        assert (called["status"], called["candidate"]) == ("called", "ash-con")
        assert night_of().result(place())["call"] is None

    @pytest.mark.parametrize("of, party", [("largest", "lab"), ("control", "lab"), ("control", "none")])
    def test_may_be_of_a_body(self, of: str, party: str) -> None:
        entry = only(of_council(of, party))
        assert (entry["of"], entry["name"], entry["party"], entry["status"]) == (of, "Council", party, "called")
        assert entry["candidate"] is None

    def test_may_be_of_an_office(self) -> None:
        entry = only(of_mayor("lane-lab"), body="mayor")
        assert (entry["of"], entry["candidate_name"], entry["party"]) == ("office", "Lou Lane", "lab")

    def test_changes_no_seat(self) -> None:
        with_it, without = night_of(call("birch-lab")), night_of()
        council = BodyId("council")
        ours, theirs = (without_stamp(night.standings(council)) for night in (with_it, without))
        assert {name for name in ours if ours[name] != theirs[name]} == {"calls"}

    def test_outranks_no_arithmetic(self) -> None:
        """Of 1,000 electors 900 are counted: 450 ahead of 350 is certain."""
        sure = count(kind="partial", votes={"ash-con": 500, "birch-lab": 350, "cedar-ld": 50})
        assert [(one["status"], one["by"]) for one in calls(night_of(sure))] == [("certain", None)]
        right, wrong = only(sure, call("ash-con")), only(sure, call("birch-lab"))
        assert (right["status"], right["right"]) == ("certain", True)
        assert (wrong["status"], wrong["right"], wrong["candidate"]) == ("certain", False, "birch-lab")

    def test_says_that_a_count_in_quarantine_could_change_it(self) -> None:
        bad = count(votes=AHEAD, valid=1)
        assert only(call(), bad)["in_doubt"] is True
        assert only(call(), bad, desk("reject", content=content_of(bad)))["in_doubt"] is False
        assert only(call(), count("ward", "south", votes=SOUTH, valid=1))["in_doubt"] is False


class TestADeclaration:
    def test_ends_a_call(self) -> None:
        entry = only(call(), count(votes=AHEAD))
        assert (entry["status"], entry["right"], entry["candidate"]) == ("declared", True, "ash-con")

    def test_by_a_rush_ends_it_too(self) -> None:
        assert only(call(), count(kind="rush", winner="birch-lab"))["right"] is False

    def test_without_a_call_before_it_is_none(self) -> None:
        assert calls(night_of(count(votes=AHEAD))) == []

    def test_without_anybody_called_before_it_is_none_after_a_withdrawal(self) -> None:
        assert calls(night_of(withdrawal(), count(votes=AHEAD))) == []

    def test_judges_what_was_taken_back_and_says_by_whom(self) -> None:
        """Else whoever has called wrongly could wipe it out by withdrawing the call afterwards."""
        back = withdrawal(decision=2, who="B. Chief", why="too early")
        for votes, right in [(AHEAD, True), (BEHIND, False)]:
            night = night_of(call(), back, count(votes=votes))
            (entry,) = calls(night)
            assert (entry["status"], entry["candidate"], entry["right"]) == ("withdrawn", "ash-con", right)
            assert (entry["by"], entry["why"], entry["decision"]) == ("B. Chief", "too early", 2)
            assert findings_at(night) == ([] if right else ["W108"])
            judged = night.result(place())["call"]
            assert judged is not None
            assert judged["right"] is right

    @pytest.mark.parametrize(
        "later",
        [
            pytest.param(withdrawal(decision=2), id="withdrawn"),
            pytest.param(call("birch-lab", decision=2), id="replaced by the right one"),
            pytest.param(call("birch-lab"), id="contradicted"),
        ],
    )
    def test_against_a_call_leaves_it_wrong_whatever_the_desk_says_later(self, later: Message) -> None:
        wrong = [call(), count(votes=BEHIND)]
        night = night_of(*wrong, later)
        assert [(one["candidate"], one["right"]) for one in calls(night)] == [("ash-con", False)]
        assert findings_at(night) == ["W108"]
        (event,) = told(*wrong, later)
        assert event["event"] == "without_effect"
        assert event["because"].startswith("it is declared already")
        assert repr(calls(night_of(wrong[0], later, wrong[1]))) == repr(calls(night))

    def test_against_a_call_that_was_taken_back_says_that_too(self) -> None:
        events = told(call(who="A. Clerk"), withdrawal(decision=2), count(votes=BEHIND))
        (text,) = [event["text"] for event in events if event["event"] == "call_contradicted"]
        assert text.endswith("called for Ada Ash (Con) by A. Clerk, which was taken back")
        finding = night_of(call(), withdrawal(decision=2), count(votes=BEHIND)).result(place())["findings"][0]
        assert "as called and taken back" in finding["reason"]

    def test_that_is_withdrawn_leaves_the_call(self) -> None:
        assert statuses(call(), count(votes=BEHIND), count(kind="withdrawal", revision=2)) == ["called"]

    def test_against_a_call_is_said_loudly(self) -> None:
        night = night_of(call(who="A. Clerk"))
        events = [event for event in apply(night, count(votes=BEHIND)).events if event["event"] == "call_contradicted"]
        assert [(event["candidate"], event["outcome"]) for event in events] == [("ash-con", "birch-lab")]
        assert events[0]["text"] == (
            "North: WRONG CALL: declared for Ben Birch (Lab), called for Ada Ash (Con) by A. Clerk"
        )
        assert findings_at(night) == ["W108"]
        assert calls(night)[0]["right"] is False

    def test_against_a_call_is_said_once(self) -> None:
        wrong = [call(), count(votes=BEHIND)]
        assert "call_contradicted" not in kinds(*wrong, count(votes={**BEHIND, "cedar-ld": 90}, revision=2))
        again = [*wrong, count(kind="withdrawal", revision=2), count(votes=BEHIND, revision=3)]
        assert "call_contradicted" in kinds(*again)

    def test_as_called_tells_nothing_more(self) -> None:
        assert kinds(call(), count(votes=AHEAD)) == ["declared"]

    def test_of_all_ends_the_calls_of_a_body(self) -> None:
        """Conservatives 4 of 7, Labour 2, Liberal Democrats 1."""
        for of, party, right in [
            ("control", "con", True),
            ("control", "none", False),
            ("largest", "lab", False),
            ("largest", "con", True),
        ]:
            entry = only(of_council(of, party), *WHOLE_COUNCIL)
            assert (entry["status"], entry["right"]) == ("declared", right), (of, party)

    def test_of_an_office_ends_its_call(self) -> None:
        declared = count("mayor", "borough", votes=FIRST)
        assert only(of_mayor("lane-lab"), declared, body="mayor")["right"] is False
        assert "call_contradicted" in kinds(of_mayor("lane-lab"), declared)

    def test_before_the_call_leaves_it_without_effect(self) -> None:
        (event,) = told(count(votes=AHEAD), call("ash-con"))
        assert (event["event"], event["because"]) == ("without_effect", "it is declared already")

    def test_before_a_call_for_another_makes_that_a_wrong_one_and_says_nothing_else(self) -> None:
        assert kinds(count(votes=AHEAD), call("birch-lab")) == ["call_contradicted"]
        assert kinds(count(votes=AHEAD), call("birch-lab"), call("birch-lab", decision=2)) == ["call_contradicted"]


class TestAWithdrawal:
    def test_says_by_whom_and_why(self) -> None:
        entry = only(call(), withdrawal(decision=2, who="B. Chief", why="too early"))
        assert (entry["status"], entry["by"], entry["why"]) == ("withdrawn", "B. Chief", "too early")
        assert (entry["candidate"], entry["party"]) == (None, None)

    def test_may_come_before_the_call(self) -> None:
        assert statuses(withdrawal(decision=2), call(decision=1)) == ["withdrawn"]
        assert kinds(withdrawal(decision=2), call(decision=1)) == ["without_effect"]

    def test_is_undone_by_a_later_call(self) -> None:
        assert statuses(call(), withdrawal(decision=2), call(decision=3)) == ["called"]

    def test_is_an_event(self) -> None:
        (event,) = told(call(), withdrawal(decision=2, who="B. Chief", why="too early"))
        assert (event["event"], event["by"], event["candidate"]) == ("call_withdrawn", "B. Chief", None)
        assert event["text"] == "North: not called any more, says B. Chief: too early"


class TestDecisionsOfOneNumber:
    def test_that_differ_call_nobody(self) -> None:
        entry = only(call("ash-con"), call("birch-lab"))
        assert (entry["status"], entry["candidate"]) == ("contradictory", None)
        assert kinds(call("ash-con"), call("birch-lab")) == ["call_withdrawn"]

    def test_that_say_the_same_are_one(self) -> None:
        both = only(call(who="B"), call(who="A"))
        assert (both["status"], both["by"]) == ("called", "A")

    def test_are_settled_by_a_higher_one(self) -> None:
        assert only(call("ash-con"), call("birch-lab"), call("cedar-ld", decision=2))["candidate"] == "cedar-ld"


class TestTheOrder:
    @pytest.mark.parametrize(
        "messages",
        [
            pytest.param(
                [call(), withdrawal(decision=2), call("birch-lab", decision=3), count(votes=AHEAD)], id="and declared"
            ),
            pytest.param(
                [
                    call(),
                    call("birch-lab", who="Another"),
                    count(kind="partial", votes=BEHIND),
                    count(votes=AHEAD, valid=1, revision=2),
                    desk("hold", content=content_of(count(kind="partial", votes=BEHIND))),
                ],
                id="a contradiction, a quarantine and a hold",
            ),
            pytest.param(
                [
                    call(),
                    count(votes=AHEAD),
                    count(votes=BEHIND),
                    of_council("control", "none"),
                    desk("withdraw", of="control", body="council", decision=2),
                ],
                id="a dispute",
            ),
            pytest.param(
                [call(), call("birch-lab", decision=2), withdrawal(decision=3), count(votes=BEHIND)],
                id="a wrong call, a right one and neither any more",
            ),
            pytest.param(
                [
                    of_mayor("king-con"),
                    of_mayor("king-con", who="Another"),
                    count("mayor", "borough", votes=FIRST),
                    count("mayor", "borough", kind="withdrawal", revision=1),
                ],
                id="an office",
            ),
        ],
    )
    def test_of_calls_and_counts_plays_no_part(self, messages: list[Message]) -> None:
        ends = set()
        for order in permutations(messages):
            night = night_of(*order, order[0])
            said = [without_stamp(night.standings(body)) for body in night.election.bodies]
            ends.add(repr([said, without_stamp(night.result(place())), night.quarantine()]))
        assert len(ends) == 1

    def test_of_the_same_call_twice_is_told_once(self) -> None:
        assert kinds(call()) == ["called"]
        assert kinds(call(), call()) == []


class TestACallThatCannotBe:
    def test_waits_in_quarantine_with_its_reason(self) -> None:
        night = night_of(call("dell-con"))
        assert codes(night) == ["E205"]
        assert calls(night) == []
        (kept,) = night.quarantine_at(("desk", "call"))
        assert "dell-con" in kept["findings"][0]["reason"]


class TestADecisionWithoutEffect:
    """Whoever decides hears of it; what is held is not named."""

    def because(self, *messages: Message) -> str:
        (event,) = [event for event in told(*messages) if event["event"] == "without_effect"]
        return str(event["because"])

    def test_is_told_of_a_content_that_nobody_has_sent(self) -> None:
        said = self.because(desk("hold", content="0" * 16))
        assert said == "no message with this content has come; it takes effect when one does"

    def test_is_told_of_a_lower_number(self) -> None:
        standing = count(votes=AHEAD)
        about = {"content": content_of(standing)}
        said = self.because(standing, desk("hold", decision=2, **about), desk("release", decision=1, **about))
        assert said == "another decision about it ranks higher, or says the same"

    def test_is_told_of_a_release_of_one_side_of_a_dispute(self) -> None:
        one = count(votes=AHEAD)
        said = self.because(one, count(votes=BEHIND), desk("release", content=content_of(one)))
        assert said.startswith("it is one side of a dispute")

    def test_is_told_of_a_release_that_leaves_nothing_to_count(self) -> None:
        bad = count(votes={"nobody": 1})
        said = self.because(bad, desk("release", content=content_of(bad)))
        assert said == "what was found wrong leaves nothing that could be counted"

    def test_is_told_of_a_lot_that_a_later_one_outranks(self) -> None:
        drawn = {"contest": "ward", "area": "north", "options": ["ash-con", "birch-lab"]}
        later = desk("lot", **drawn, order=["birch-lab", "ash-con"], decision=2)
        level = count(votes={"ash-con": 300, "birch-lab": 300, "cedar-ld": 100})
        assert "another lot" in self.because(level, later, desk("lot", **drawn, order=["ash-con", "birch-lab"]))

    @pytest.mark.parametrize(
        "counted",
        [[], [count(votes=AHEAD)], [count(votes={"ash-con": 9, "birch-lab": 300, "cedar-ld": 300})]],
        ids=["nothing in", "nobody level", "others level"],
    )
    def test_is_told_of_a_lot_among_those_who_are_not_tied(self, counted: list[Message]) -> None:
        lot = desk(
            "lot", contest="ward", area="north", options=["ash-con", "birch-lab"], order=["ash-con", "birch-lab"]
        )
        assert self.because(*counted, lot).startswith("nothing turns on a lot among them")

    @pytest.mark.parametrize(
        "contest, votes", [("mayor", {"king-con": 9, "lane-lab": 8}), ("list", {"con": 9, "lab": 8})]
    )
    def test_is_told_of_a_lot_in_a_contest_whose_areas_add_up_where_nobody_is_tied(
        self, contest: str, votes: dict[str, int]
    ) -> None:
        lot = desk("lot", contest=contest, options=sorted(votes), order=sorted(votes))
        whole = count(contest, "borough", votes=votes, source="returning-officer")
        assert self.because(whole, lot).startswith("nothing turns on a lot among them")

    def test_is_told_of_a_lot_where_papers_are_transferred_and_nobody_is_tied(self) -> None:
        papers = [[40, ["oak-con"]], [30, ["pine-lab"]], [10, ["rowan-ld", "oak-con"]]]
        order = ["oak-con", "pine-lab"]
        lot = desk("lot", contest="board", area="north", options=order, order=order)
        assert self.because(count("board", papers=papers), lot).startswith("nothing turns on a lot among them")

    def test_is_not_told_of_a_remark_nor_of_what_has_one(self) -> None:
        level = count(votes={"ash-con": 300, "birch-lab": 300, "cedar-ld": 100})
        drawn = {"options": ["ash-con", "birch-lab"], "order": ["ash-con", "birch-lab"]}
        assert kinds(level, desk("lot", contest="ward", area="north", **drawn)) == ["declared"]
        bad = count(votes=AHEAD, valid=1)
        assert kinds(desk("note")) == []
        assert kinds(bad, desk("release", content=content_of(bad))) == ["declared"]
        assert kinds(bad, desk("reject", content=content_of(bad))) == []
