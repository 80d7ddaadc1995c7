"""Promise 5: a bad message stops nothing. It is kept, named, shown, and released or rejected by a named person."""

import json
from dataclasses import replace
from itertools import permutations

import pytest

from service.election import Election
from service.findings import FINDINGS
from service.ids import BodyId, ContestId
from service.night import Night
from service.records import Message
from tests.core.borough import (
    BOROUGH,
    apply,
    codes,
    content_of,
    count,
    desk,
    everything,
    findings_at,
    night_of,
    place,
    said,
    sent,
)

VOTES = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
ELSEWHERE = "elections/borough-2024/counts/ward/south"
GOOD = count(votes=VOTES)
TOO_MANY = count(votes=VOTES, valid=649)
MISPLACED = sent(said(votes=VOTES), ELSEWHERE)


def release(message: Message, **fields: object) -> Message:
    return desk("release", content=content_of(message), **fields)


def reject(message: Message, **fields: object) -> Message:
    return desk("reject", content=content_of(message), **fields)


def hold(message: Message, **fields: object) -> Message:
    return desk("hold", content=content_of(message), **fields)


def winner(night: Night) -> str | None:
    elected = night.result(place())["winner"]
    return elected["candidate"] if elected else None


FIGURE = 31_415
SECRETS = {
    "votes that do not add up": count(votes={**VOTES, "ash-con": FIGURE}, valid=650),
    "a printed total": count(votes=VOTES, valid=FIGURE),
    "papers that do not add up": count(votes=VOTES, valid=650, rejected=1, ballots=FIGURE),
    "more ballots than electors": count(votes=VOTES, valid=650, rejected=FIGURE, ballots=650 + FIGURE, electorate=700),
    "votes of somebody who does not stand": count(votes={**VOTES, "nobody": FIGURE}),
    "votes on another area's topic": sent(said(votes={**VOTES, "ash-con": FIGURE}), ELSEWHERE),
    "a misspelt field": count(votes=VOTES, ballotts=FIGURE),
    "a figure in words": count(votes={**VOTES, "ash-con": f"{FIGURE}"}),
    "half a vote": count(votes={**VOTES, "ash-con": FIGURE + 0.5}),
    "more counted than there is": count(votes=VOTES, counted={"done": FIGURE, "of": 5}),
    "no JSON": sent(b"ash-con %d" % FIGURE),
    "a decision that cannot be read": desk("reject", content=FIGURE),
}


class TestABadMessage:
    @pytest.mark.parametrize("message", SECRETS.values(), ids=SECRETS.keys())
    def test_is_told_of_without_its_figures_which_are_for_the_desk(self, message: Message) -> None:
        night = night_of()
        (event,) = apply(night, message).events
        told = json.dumps({**event, "content": None, "as_of": None})
        assert event["event"] == "quarantined"
        assert str(FIGURE) not in told
        assert f"{FIGURE:,}" not in told
        assert event["text"].endswith(FINDINGS[event["codes"][-1]].title)

    def test_is_kept_out_of_the_figures_and_shown_with_its_reason(self) -> None:
        night = night_of(TOO_MANY)
        assert winner(night) is None
        (kept,) = night.quarantine()
        assert (kept["contest"], kept["area"], kept["source"], kept["revision"]) == ("ward", "north", "north-count", 1)
        assert kept["topic"] == TOO_MANY.topic
        assert kept["findings"] == [
            {
                "code": "E301",
                "where": "sum of votes",
                "found": "650",
                "expected": "649, the printed total of valid votes",
                "way_out": "Send the count again with the next revision.",
                "reason": "votes do not add up: sum of votes: found 650, expected 649, the printed total of valid "
                "votes. Send the count again with the next revision.",
            }
        ]

    def test_is_counted_in_the_standings_of_the_bodies_it_may_concern(self) -> None:
        night = night_of(TOO_MANY)
        assert {body: night.standings(body)["quarantined"] for body in night.election.bodies} == {
            "council": 1,
            "mayor": 0,
            "board": 0,
            "question": 0,
        }

    def test_that_belongs_nowhere_may_concern_every_body(self) -> None:
        night = night_of(sent(b"hello", "elections/borough-2024/counts/nothing/nowhere"))
        assert all(night.standings(body)["quarantined"] == 1 for body in night.election.bodies)

    def test_sent_twice_waits_once(self) -> None:
        assert len(night_of(TOO_MANY, TOO_MANY).quarantine()) == 1

    def test_on_two_wrong_topics_waits_at_both_whichever_came_first(self) -> None:
        other = sent(said(votes=VOTES), "elections/borough-2024/counts/ward/east")
        one, two = night_of(MISPLACED, other), night_of(other, MISPLACED)
        assert len(one.quarantine()) == 2
        assert everything(one) == everything(two)

    def test_on_two_wrong_topics_is_settled_at_both_by_a_good_one(self) -> None:
        other = sent(said(votes=VOTES), "elections/borough-2024/counts/ward/east")
        for messages in permutations([MISPLACED, other, GOOD]):
            assert night_of(*messages).quarantine() == []

    def test_is_settled_by_the_next_good_revision_of_its_source(self) -> None:
        night = night_of(TOO_MANY, count(votes=VOTES, revision=2))
        assert (winner(night), codes(night)) == ("ash-con", [])

    def test_is_not_settled_by_an_earlier_good_revision(self) -> None:
        assert codes(night_of(GOOD, count(votes=VOTES, valid=649, revision=2))) == ["E301"]

    def test_is_not_settled_by_another_source(self) -> None:
        assert codes(night_of(TOO_MANY, count(votes=VOTES, source="returning-officer", revision=2))) == ["E301"]

    def test_with_a_time_that_no_calendar_can_turn_stops_nothing(self) -> None:
        for at in ("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"):
            night = night_of(
                count(kind="state", state="expected", expected_at=at), count("ward", "south", issued_at=at)
            )
            assert codes(night) == ["E108", "E108"]

    def test_with_a_name_as_long_as_the_message_is_shown_in_a_line(self) -> None:
        night = night_of(count(votes={"x" * 100_000: 1, "ash\n\u202econ": 2}))
        assert codes(night) == ["E108", "E108"]
        for finding in night.quarantine()[0]["findings"]:
            assert len(finding["reason"]) < 500
            assert finding["reason"].isascii()
            assert finding["reason"].isprintable()


class TestTheDeskReleases:
    @pytest.mark.parametrize(
        "bad",
        [
            pytest.param(TOO_MANY, id="E301"),
            pytest.param(count(votes=VOTES, rejected=10, ballots=661), id="E302"),
            pytest.param(count(votes=VOTES, electorate=649), id="E303"),
            pytest.param(count(votes=VOTES, counted={"done": 2, "of": 1}), id="E304"),
            pytest.param(count(votes={"ash-con": 300}, rejected=1, ballots=300), id="E305"),
            pytest.param(MISPLACED, id="E201"),
        ],
    )
    def test_what_can_be_applied_all_the_same(self, bad: Message) -> None:
        assert winner(night_of(bad)) is None
        for night in (night_of(bad, release(bad)), night_of(release(bad), bad)):
            assert (winner(night), codes(night)) == ("ash-con", [])
            assert place() in set(night.results_in())

    @pytest.mark.parametrize(
        "bad, code",
        [
            (count(votes={"nobody": 1}), "E204"),
            (count(kind="rush", winner="nobody"), "E205"),
            (count(votes=VOTES, test=True), "E206"),
            (count(kind="rush", elected=["ash-con", "birch-lab"]), "E307"),
            (count("ward", "nowhere", votes=VOTES), "E203"),
            (sent(b"{}"), "E106"),
            (sent(said(kind="rush", winner="nobody"), ELSEWHERE), "E201"),
            (sent(said(votes={"nobody": 1}), ELSEWHERE), "E201"),
            (sent(said(kind="rush"), ELSEWHERE), "E201"),
        ],
    )
    def test_nothing_that_cannot(self, bad: Message, code: str) -> None:
        for night in (night_of(bad, release(bad)), night_of(release(bad), bad)):
            assert winner(night) is None
            assert code in codes(night)
            assert "E901" not in codes(night)

    def test_a_count_that_came_on_the_right_topic_as_well_without_a_dispute(self) -> None:
        night = night_of(MISPLACED, GOOD, release(GOOD))
        assert (winner(night), night.result(place())["disputed"]) == ("ash-con", False)

    def test_the_same_count_of_two_sources_as_two_sources(self) -> None:
        night = night_of(
            sent(said(votes=VOTES), ELSEWHERE), sent(said(votes=VOTES, source="second-count"), ELSEWHERE), release(GOOD)
        )
        assert (night.result(place())["sources"], winner(night)) == (2, "ash-con")

    def test_what_was_released_can_be_superseded(self) -> None:
        night = night_of(TOO_MANY, release(TOO_MANY), count(votes={**VOTES, "birch-lab": 350}, revision=2))
        assert winner(night) == "birch-lab"


class TestTheDeskDecides:
    def test_by_the_highest_number_whatever_came_last(self) -> None:
        messages = [GOOD, reject(GOOD, decision=1), release(GOOD, decision=2)]
        assert winner(night_of(*messages)) == winner(night_of(*reversed(messages))) == "ash-con"

    def test_nothing_by_two_different_decisions_under_one_number(self) -> None:
        night = night_of(GOOD, reject(GOOD), release(GOOD))
        assert winner(night) is None
        assert night.result(place())["held"] == night.standings(next(iter(night.election.bodies)))["held"] == 1

    def test_the_same_thing_by_two_equal_decisions_under_one_number(self) -> None:
        assert winner(night_of(GOOD, release(GOOD, who="One"), release(GOOD, who="Another"))) == "ash-con"

    def test_on_a_good_count_that_is_rejected_before_it_comes(self) -> None:
        night = night_of(reject(GOOD), GOOD)
        assert (winner(night), codes(night)) == (None, [])

    def test_on_a_good_count_that_is_held_and_then_released(self) -> None:
        held = night_of(hold(GOOD), GOOD)
        assert (winner(held), held.result(place())["held"]) == (None, 1)
        apply(held, release(GOOD, decision=2))
        assert (winner(held), held.result(place())["held"]) == ("ash-con", 0)

    def test_on_what_is_in_quarantine_by_rejecting_it(self) -> None:
        assert codes(night_of(TOO_MANY, reject(TOO_MANY))) == []

    def test_on_what_cannot_be_read_by_rejecting_it(self) -> None:
        unreadable = sent(b"hello")
        night = night_of(unreadable)
        changes = apply(night, reject(unreadable))
        assert night.quarantine() == []
        assert changes.quarantine == {("ward", "north")}
        assert changes.bodies == {"council"}

    def test_on_what_cannot_be_read_by_holding_it_so_that_nobody_else_hears_of_it(self) -> None:
        unreadable = sent(b"hello")
        night = night_of(unreadable)
        before = night.standings(BodyId("council"))["in_doubt"]["messages"]
        changes = apply(night, hold(unreadable))
        assert (before, night.standings(BodyId("council"))["in_doubt"]["messages"]) == (1, 0)
        assert changes.bodies == {"council"}

    def test_that_what_is_in_quarantine_stays_there_by_holding_it(self) -> None:
        assert codes(night_of(TOO_MANY, hold(TOO_MANY))) == ["E301"]

    def test_on_a_content_of_every_source_that_says_it(self) -> None:
        night = night_of(GOOD, count(votes=VOTES, source="second-count"), reject(GOOD))
        assert winner(night) is None

    def test_that_an_earlier_revision_stands_by_rejecting_the_later(self) -> None:
        later = count(votes={**VOTES, "birch-lab": 350}, revision=2)
        assert winner(night_of(GOOD, later)) == "birch-lab"
        assert winner(night_of(GOOD, later, reject(later))) == "ash-con"

    def test_that_a_withdrawal_never_was_by_rejecting_it(self) -> None:
        withdrawal = count(kind="withdrawal", revision=2)
        assert winner(night_of(GOOD, withdrawal)) is None
        assert winner(night_of(GOOD, withdrawal, reject(withdrawal))) == "ash-con"

    def test_a_dispute_by_rejecting_one_side(self) -> None:
        other = count(votes={**VOTES, "birch-lab": 350})
        disputed = night_of(GOOD, other)
        assert (winner(disputed), findings_at(disputed)) == (None, ["W104"])
        settled = night_of(GOOD, other, reject(other))
        assert (winner(settled), settled.result(place())["disputed"]) == ("ash-con", False)

    def test_nothing_by_a_note(self) -> None:
        before = everything(night_of(GOOD))
        assert everything(night_of(GOOD, desk("note"))) == before


class TestTheService:
    """No message is known that passes scrutiny and cannot be applied; here the election itself cannot be counted."""

    @pytest.fixture
    def uncountable(self) -> Election:
        ward = replace(BOROUGH.contests[ContestId("ward")], rule="dhondt")
        return replace(BOROUGH, contests={**BOROUGH.contests, ward.id: ward})

    def test_keeps_out_what_it_cannot_apply_and_says_that_it_is_to_blame(self, uncountable: Election) -> None:
        night = night_of(election=uncountable)
        before = everything(night)
        changes = apply(night, GOOD)
        assert codes(night) == ["E901"]
        assert [event["event"] for event in changes.events] == ["quarantined"]
        assert [receipt["status"] for receipt in changes.receipts] == ["quarantined"]
        after = everything(night)
        assert (after["results"], after["results in"]) == (before["results"], before["results in"])

    def test_keeps_out_a_release_that_it_cannot_apply(self, uncountable: Election) -> None:
        night = night_of(TOO_MANY, release(TOO_MANY), election=uncountable)
        assert sorted(codes(night)) == ["E301", "E901"]

    def test_goes_on_after_it(self, uncountable: Election) -> None:
        rush = count(kind="rush", winner="birch-lab", revision=2)
        assert winner(night_of(GOOD, rush, election=uncountable)) == "birch-lab"
