"""The desk corrects a count: other figures stand in its place, the original stays on record, and who did it and why."""

import json
from itertools import permutations
from typing import Any

import pytest

from service.night import Night
from service.records import Message
from tests.core.borough import (
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
BEHIND = {**VOTES, "birch-lab": 320}
GOOD = count(votes=VOTES)
TOO_MANY = count(votes=VOTES, valid=649)
MISSPELT = count(votes=VOTES, voters=3)


def corrected(message: Message, votes: dict[str, int] = BEHIND, *, decision: int = 1, **fields: Any) -> Message:
    """The desk's figures in place of a message, in the desk's own name and under whatever revision."""
    whole = said(**{"votes": votes, "source": "desk", "revision": 7, **fields})
    return desk("correct", content=content_of(message), count=whole, decision=decision)


def votes_of(night: Night) -> dict[str, int | None]:
    return {row["candidate"]: row["votes"] for row in night.result(place())["candidates"]}


def new_content(night: Night) -> str:
    return str(night.result(place())["content"])


class TestACorrection:
    @pytest.mark.parametrize("message", [GOOD, TOO_MANY, MISSPELT], ids=["let in", "E301", "E105"])
    def test_stands_where_what_it_corrects_would_whichever_came_first(self, message: Message) -> None:
        correction = corrected(message)
        for night in (night_of(message, correction), night_of(correction, message)):
            result = night.result(place())
            assert votes_of(night) == BEHIND
            assert (result["source"], result["revision"]) == ("north-count", 1)
            assert codes(night) == []

    def test_says_beside_the_figures_who_corrected_what_and_why(self) -> None:
        (finding,) = night_of(GOOD, corrected(GOOD)).result(place())["findings"]
        assert (finding["code"], finding["found"], finding["expected"]) == (
            "W109",
            "corrected by Desk: checked",
            f"as sent in {content_of(GOOD)}",
        )

    def test_is_told_with_what_differs_and_by_whom(self) -> None:
        night = night_of(GOOD)
        events = {event["event"]: event for event in apply(night, corrected(GOOD)).events}
        told = events["corrected"]
        assert (told["was"]["votes"], told["now"]["votes"]) == ({"birch-lab": 250}, {"birch-lab": 320})
        assert (told["by"], told["why"], told["decision"]) == ("Desk", "checked", 1)
        assert told["text"].endswith("Ada Ash -> Ben Birch, by Desk: checked")
        assert "without_effect" not in events

    def test_answers_the_source_that_what_it_sent_no_longer_stands(self) -> None:
        for message in (GOOD, TOO_MANY, MISSPELT):
            (receipt,) = night_of(message, corrected(message)).receipts()
            assert (receipt["source"], receipt["status"]) == ("north-count", "superseded")
            assert [reason["code"] for reason in receipt["reasons"]] == ["W109"]

    def test_gives_way_to_the_next_revision_of_the_source(self) -> None:
        night = night_of(GOOD, corrected(GOOD), count(votes=VOTES, revision=2, note="checked"))
        assert votes_of(night) == VOTES
        assert findings_at(night) == ["W101"]

    def test_that_says_what_the_source_then_sends_at_that_revision_leaves_no_trace(self) -> None:
        right = count(votes=BEHIND)
        nights = [night_of(*order) for order in permutations([GOOD, right, corrected(GOOD)])]
        assert all(everything(night) == everything(nights[0]) for night in nights)
        assert (votes_of(nights[0]), findings_at(nights[0])) == (BEHIND, [])

    def test_is_replaced_by_one_of_a_higher_number(self) -> None:
        first, second = corrected(GOOD), corrected(GOOD, {**VOTES, "birch-lab": 330}, decision=2)
        for night in (night_of(GOOD, first, second), night_of(second, first, GOOD)):
            assert votes_of(night)["birch-lab"] == 330

    def test_stands_as_little_as_another_under_the_same_number(self) -> None:
        night = night_of(GOOD, corrected(GOOD), corrected(GOOD, {**VOTES, "birch-lab": 330}))
        assert (votes_of(night), findings_at(night)) == (VOTES, [])

    def test_is_taken_back_by_rejecting_its_content(self) -> None:
        night = night_of(GOOD, corrected(GOOD))
        apply(night, desk("reject", content=new_content(night), decision=2))
        assert (votes_of(night), findings_at(night)) == (VOTES, [])

    def test_may_be_corrected_in_its_turn_by_either_name_and_back(self) -> None:
        last = {**VOTES, "birch-lab": 330}
        again = desk("correct", content=new_content(night_of(GOOD, corrected(GOOD))), count=said(votes=last))
        for order in permutations([GOOD, corrected(GOOD), again]):
            night = night_of(*order)
            assert votes_of(night) == last
            assert night.result(place())["findings"][-1]["expected"] == f"as sent in {content_of(GOOD)}"
            apply(night, desk("reject", content=new_content(night), decision=2))
            assert votes_of(night) == BEHIND
        back = desk("correct", content=new_content(night_of(GOOD, corrected(GOOD))), count=said(votes=VOTES))
        night = night_of(GOOD, corrected(GOOD), back)
        assert (votes_of(night), findings_at(night)) == (VOTES, [])

    def test_leaves_held_what_is_held_and_out_what_is_rejected(self) -> None:
        for action in ("hold", "reject"):
            decided = desk(action, content=content_of(GOOD), decision=2)
            assert everything(night_of(GOOD, decided)) == everything(night_of(GOOD, corrected(GOOD), decided))

    def test_of_a_count_of_another_area_changes_nothing_and_is_told_so(self) -> None:
        night = night_of(GOOD)
        elsewhere = desk(
            "correct",
            content=content_of(GOOD),
            count=said("ward", "south", votes={"dell-con": 1, "elm-lab": 2}),
        )
        (event,) = apply(night, elsewhere).events
        assert (event["event"], event["because"]) == (
            "without_effect",
            "what it corrects is about another area, or about none",
        )
        assert votes_of(night) == VOTES

    def test_that_changes_nothing_is_told_so(self) -> None:
        night = night_of(corrected(GOOD, decision=2))
        (outranked,) = apply(night, corrected(GOOD, VOTES)).events
        assert outranked["because"] == "another correction of it ranks higher, or contradicts it"
        assert apply(night, corrected(GOOD, VOTES)).events == ()

    @pytest.mark.parametrize(
        "fields, code, where",
        [
            ({"valid": 1}, "E301", "count: sum of votes"),
            ({"votes": {"nobody": 1}}, "E204", "count: votes"),
            ({"area": "nowhere"}, "E203", "count: area"),
            ({"kind": "withdrawal", "votes": None}, "E109", "count.kind"),
            ({"voters": 3}, "E105", "'count.voters'"),
            ({"test": True}, "E206", "count: test"),
        ],
    )
    def test_that_cannot_be_true_is_kept_out(self, fields: dict[str, Any], code: str, where: str) -> None:
        night = night_of(GOOD, corrected(GOOD, **fields))
        (kept,) = night.quarantine()
        assert [(finding["code"], finding["where"]) for finding in kept["findings"]] == [(code, where)]
        assert votes_of(night) == VOTES


def test_corrections_decisions_and_counts_in_any_order_end_in_the_same_night() -> None:
    messages = [
        GOOD,
        MISSPELT,
        corrected(GOOD),
        corrected(MISSPELT, {**VOTES, "cedar-ld": 90}),
        desk("reject", content=content_of(sent(json.dumps(said(votes=BEHIND)).encode()))),
    ]
    nights = [night_of(*order) for order in permutations(messages)]
    assert all(everything(night) == everything(nights[0]) for night in nights)
