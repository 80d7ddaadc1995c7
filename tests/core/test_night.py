"""The night as a whole: what each record changes, the events it tells, the receipts it gives."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given

from service.ids import BodyId
from service.night import Changes, Night
from service.records import Message
from service.standings.wire import encode
from tests.core.borough import (
    FIRST_AT_US,
    apply,
    content_of,
    count,
    desk,
    everything,
    night_of,
    place,
    said,
    sent,
    without_stamp,
)
from tests.core.messages_drawn import Drawn, examples, nights

NORTH = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
BEHIND = {"ash-con": 240, "birch-lab": 250, "cedar-ld": 100}
SOUTH = {"dell-con": 310, "elm-lab": 290}
EAST = {"fern-con": 200, "gorse-con": 180, "hazel-lab": 120, "ivy-lab": 100}
LISTS = {"con": 40, "lab": 30, "ld": 20, "alone": 5, "others": 5}
FIRST = {"king-con": 50, "lane-lab": 40, "mead-ld": 6, "nash-alone": 4}
BAD = count(votes=NORTH, valid=1)


def told(*messages: Message) -> list[dict[str, Any]]:
    """The events of the last of these messages."""
    night = night_of(*messages[:-1])
    return list(apply(night, messages[-1]).events)


def kinds(*messages: Message) -> list[str]:
    return [event["event"] for event in told(*messages)]


class TestWhatARecordChanges:
    @examples(40)
    @given(nights(messages_max=9))
    def test_is_named_in_full_so_that_nothing_stale_stays_published(self, drawn: Drawn) -> None:
        night = night_of()
        before, waiting = _published(night), _waiting(night)
        for message in drawn.messages:
            changes = apply(night, message)
            after, now_waiting = _published(night), _waiting(night)
            for what, is_named in _named(changes):
                for name in before[what]:
                    assert before[what][name] == after[what][name] or name in is_named, (what, name)
            levels = waiting.keys() | now_waiting.keys()
            for at in levels:
                assert waiting.get(at) == now_waiting.get(at) or at in changes.quarantine
            before, waiting = after, now_waiting

    @examples(40)
    @given(nights(messages_max=9))
    def test_is_nothing_if_it_came_before(self, drawn: Drawn) -> None:
        """But for the receipt: it tells the source that its message came twice."""
        night = night_of(*drawn.messages)
        before = everything(night)
        for message in drawn.messages:
            changes = apply(night, message)
            assert changes.events == ()
        assert everything(night) == before

    def test_is_a_covering_area_too_when_its_last_part_contradicts_it(self) -> None:
        night = night_of(count("list", "riverside", votes=LISTS), count("list", "south", votes=LISTS))
        changes = apply(night, count("list", "east", votes=LISTS))
        assert [finding["code"] for finding in night.result(place("list", "riverside"))["findings"]] == ["W105"] * 5
        assert changes.areas == {("list", "east"), ("list", "riverside")}

    def test_is_on_record_even_if_it_is_nothing(self) -> None:
        night = night_of(count(votes=NORTH))
        before = night.stamp
        apply(night, count(votes=NORTH))
        assert night.stamp.sequence == before.sequence + 1
        assert night.stamp.digest != before.digest

    def test_is_nothing_if_it_is_stale(self) -> None:
        night = night_of(count(votes=NORTH, revision=2))
        before = everything(night)
        changes = apply(night, count(votes=BEHIND, revision=1))
        assert everything(night) == before
        assert changes.events == ()
        assert [receipt["status"] for receipt in changes.receipts] == ["superseded"]

    def test_is_stamped_with_the_time_of_the_record_in_the_elections_time_zone(self) -> None:
        night = night_of(sent(said(votes=NORTH), at_us=FIRST_AT_US + 1_500_000))
        assert night.standings(BodyId("council"))["as_of"] == "2024-05-03T00:00:01.500000+01:00"
        assert night.result(place())["as_of"] == "2024-05-03T00:00:01.500000+01:00"

    def test_is_the_same_whatever_the_records_time(self) -> None:
        """Times may stand still or go backwards; the night follows the record."""
        early = night_of(sent(said(votes=NORTH), at_us=1), count("ward", "south", votes=SOUTH))
        assert everything(early) == everything(night_of(count(votes=NORTH), count("ward", "south", votes=SOUTH)))

    def test_is_counted_on_a_test_night_if_it_is_a_test(self) -> None:
        night = night_of(count(votes=NORTH, test=True), count("ward", "south", votes=SOUTH), test=True)
        assert night.result(place())["declared"] is True
        assert night.result(place("ward", "south"))["declared"] is False


def _published(night: Night) -> dict[str, dict[Any, Any]]:
    places = [(contest.id, area) for contest in night.election.contests.values() for area in contest.areas]
    return {
        "standings": {body: without_stamp(night.standings(body)) for body in night.election.bodies},
        "results": {at: without_stamp(night.result(at)) for at in places},
    }


def _named(changes: Changes) -> Iterator[tuple[str, frozenset[Any]]]:
    yield "standings", changes.bodies
    yield "results", changes.areas


def _waiting(night: Night) -> dict[Any, Any]:
    return {at: night.quarantine_at(at) for at in night.quarantined_levels()}


class TestEvents:
    def test_declared_tells_winner_hold_and_majority(self) -> None:
        (event,) = told(count(votes=NORTH))
        assert (event["event"], event["kind"], event["contest"], event["area"]) == (
            "declared",
            "declaration",
            "ward",
            "north",
        )
        assert event["elected"] == [{"candidate": "ash-con", "name": "Ada Ash", "party": "con"}]
        assert (event["hold_or_gain"], event["gain_from"], event["majority"]) == ("hold", None, 50)
        assert event["text"] == "North: Ada Ash (Con), hold, majority 50"

    def test_declared_tells_a_gain_and_who_lost_a_seat(self) -> None:
        (event,) = told(count("ward", "south", votes=SOUTH))
        assert (event["hold_or_gain"], event["gain_from"], event["defeated_incumbents"]) == ("gain", "lab", ["elm-lab"])
        assert event["text"] == ("South: Di Dell (Con), gain from Lab, majority 20, Ed Elm (sitting member) defeated")

    def test_declared_comes_once_for_a_rush_and_once_for_its_figures(self) -> None:
        rush = count(kind="rush", winner="ash-con")
        (event,) = told(rush)
        assert (event["event"], event["kind"], event["majority"]) == ("declared", "rush", None)
        assert event["text"].endswith("figures to follow")
        assert kinds(rush, count(votes=NORTH, revision=2)) == ["declared"]
        assert kinds(rush, count(votes=NORTH, revision=2), count(votes=NORTH, revision=3)) == []

    def test_partial_figures_tell_nothing(self) -> None:
        assert kinds(count(votes=NORTH, kind="partial")) == []

    def test_withdrawn_is_told_of_an_area(self) -> None:
        (event,) = [event for event in told(count(votes=NORTH), count(kind="withdrawal", revision=2))
                    if event["event"] == "withdrawn"]  # fmt: skip
        assert (event["contest"], event["area"]) == ("ward", "north")

    def test_withdrawn_is_told_when_a_dispute_takes_the_figures_away(self) -> None:
        assert "withdrawn" in kinds(count(votes=NORTH), count(votes=BEHIND))

    def test_corrected_tells_was_and_now(self) -> None:
        events = told(count(votes=NORTH, rejected=3), count(votes=BEHIND, rejected=4, revision=2))
        assert [event["event"] for event in events] == ["corrected", "seat_changed_hands"]
        assert events[0]["was"] == {"votes": {"ash-con": 300}, "rejected": 3, "ballots": 653, "elected": ["ash-con"]}
        assert events[0]["now"] == {"votes": {"ash-con": 240}, "rejected": 4, "ballots": 594, "elected": ["birch-lab"]}

    def test_corrected_is_not_told_of_figures_that_were_not_known(self) -> None:
        assert kinds(count(votes=NORTH), count(votes=NORTH, rejected=3, electorate=990, revision=2)) == ["corrected"]
        (event,) = told(count(votes=NORTH), count(votes=NORTH, rejected=3, electorate=990, revision=2))
        assert (event["was"], event["now"]) == ({"electorate": 1000}, {"electorate": 990})

    def test_seat_changed_hands_is_told_of_an_area_as_things_stand(self) -> None:
        (event,) = told(count(votes=NORTH, kind="partial"), count(votes=BEHIND, kind="partial", revision=2))
        assert (event["event"], event["was"], event["now"]) == ("seat_changed_hands", {"con": 1}, {"lab": 1})
        assert event["text"] == "North: Con 1 before, now Lab 1"

    def test_seat_changed_hands_is_told_of_a_list_that_follows_the_wards(self) -> None:
        """With a ward, the Conservatives' 40 votes are 20 for the first list seat: lab 30, then con or ld with 20."""
        votes = {"con": 41, "lab": 30, "ld": 20, "alone": 5, "others": 4}
        events = told(count("list", "borough", votes=votes), count(votes=NORTH))
        moved = [event for event in events if event["event"] == "seat_changed_hands"]
        assert [(event["contest"], event["was"], event["now"]) for event in moved] == [("list", "con", "ld")]
        assert moved[0]["text"] == "Borough-wide members: one seat moves from Con to LD"

    def test_seat_changed_hands_is_told_of_an_office(self) -> None:
        ahead = count("mayor", "north", votes={**FIRST, "king-con": 60})
        behind = count("mayor", "south", votes={**FIRST, "lane-lab": 200})
        (event,) = [event for event in told(ahead, behind) if event["event"] == "seat_changed_hands"]
        assert (event["was"], event["now"]) == (["king-con"], ["lane-lab"])

    def test_decided_tells_who_is_elected_to_an_office_with_the_votes(self) -> None:
        events = told(count("mayor", "borough", votes={**FIRST, "king-con": 60}))
        assert [event["event"] for event in events] == ["declared", "decided", "complete"]
        assert events[1]["elected"] == [{"candidate": "king-con", "name": "Kit King", "party": "con"}]
        assert events[1]["votes"] == {"king-con": 60}

    def test_decided_is_told_again_when_it_is_somebody_else(self) -> None:
        first = count("mayor", "borough", votes={**FIRST, "king-con": 60})
        second = count("mayor", "borough", votes={**FIRST, "lane-lab": 90}, revision=2)
        decided = [event for event in told(first, second) if event["event"] == "decided"]
        assert [event["votes"] for event in decided] == [{"lane-lab": 90}]

    def test_withdrawn_is_told_of_an_office_that_is_no_longer_decided(self) -> None:
        first = count("mayor", "borough", votes={**FIRST, "king-con": 60})
        events = told(first, count("mayor", "borough", kind="withdrawal", revision=2))
        assert [event["area"] for event in events if event["event"] == "withdrawn"] == ["borough", None]

    def test_control_is_told_when_a_party_passes_half_of_all_seats(self) -> None:
        """Seven seats: three are not more than half, four are."""
        three = [count("ward", "east", votes=EAST), count(votes=NORTH)]
        assert "control" not in kinds(*three)
        (event,) = [event for event in told(*three, count("ward", "south", votes=SOUTH)) if event["event"] == "control"]
        assert (event["body"], event["was"], event["now"]) == ("council", "none", "con")
        assert event["text"] == "Council: Con as things stand, no overall control before"

    def test_complete_is_told_when_every_seat_is_filled_and_once(self) -> None:
        messages = [
            count("list", "borough", votes=LISTS),
            count("ward", "east", votes=EAST),
            count("ward", "south", votes=SOUTH),
            count(votes=NORTH),
        ]
        counted = Counter(event["event"] for number in range(1, 5) for event in told(*messages[:number]))
        assert counted["complete"] == 1
        assert told(*messages)[-1]["text"] == "Council complete: Con 4, Lab 2, LD 1"
        assert "complete" not in kinds(*messages, count(votes={**NORTH, "cedar-ld": 101}, revision=2))

    def test_complete_is_told_again_after_it_was_not(self) -> None:
        done = [count("board", "north", papers=[[5, ["oak-con"]], [4, ["pine-lab"]]])]
        undone = [*done, count("board", "north", kind="withdrawal", revision=2)]
        again = [*undone, count("board", "north", papers=[[5, ["oak-con"]], [4, ["pine-lab"]]], revision=3)]
        assert ["complete" in kinds(*messages) for messages in (done, undone, again)] == [True, False, True]

    def test_quarantined_tells_why_and_once(self) -> None:
        (event,) = told(BAD)
        assert (event["event"], event["contest"], event["area"], event["source"], event["codes"]) == (
            "quarantined",
            "ward",
            "north",
            "north-count",
            ["E301"],
        )
        assert event["content"] == content_of(BAD)
        assert kinds(BAD, BAD) == []

    def test_quarantined_calls_what_it_cannot_name_unknown(self) -> None:
        (event,) = told(sent(b"hello", "elections/borough-2024/counts/%/\u202e"))
        assert (event["contest"], event["area"], event["source"]) == ("unknown", "unknown", None)

    def test_a_release_tells_what_it_lets_in(self) -> None:
        assert kinds(BAD, desk("release", content=content_of(BAD))) == ["declared"]

    @examples(40)
    @given(nights())
    def test_have_names_that_are_the_same_in_every_recount(self, drawn: Drawn) -> None:
        once, again = list(_all_events(drawn.messages)), list(_all_events(drawn.messages))
        assert once == again
        names = [event["id"] for event in once]
        assert len(set(names)) == len(names)
        for event in once:
            assert event["id"].startswith(f"{event['sequence']}-")
            assert event["text"]
            encode(event)


def _all_events(messages: Sequence[Message]) -> Iterator[dict[str, Any]]:
    night = night_of()
    for message in messages:
        yield from apply(night, message).events


def receipts(*messages: Message) -> dict[str, Any]:
    """Each source's receipt about North, after these messages."""
    night = night_of(*messages)
    return {receipt["source"]: receipt for receipt in night.receipts() if receipt["area"] == "north"}


def statuses(*messages: Message) -> dict[str, str]:
    return {source: receipt["status"] for source, receipt in receipts(*messages).items()}


class TestReceipts:
    def test_say_what_they_are_about(self) -> None:
        receipt = receipts(count(votes=NORTH))["north-count"]
        assert receipt == {
            "election": "borough-2024",
            "contest": "ward",
            "area": "north",
            "source": "north-count",
            "revision": 1,
            "kind": "declaration",
            "content": content_of(count(votes=NORTH)),
            "sequence": 2,
            "duplicate": False,
            "status": "accepted",
            "reasons": [],
            "as_of": "2024-05-03T00:00:00+01:00",
        }

    @pytest.mark.parametrize(
        "message",
        [
            count(votes=NORTH),
            count(votes=NORTH, kind="partial"),
            count(kind="rush", winner="ash-con"),
            count(kind="state", state="delayed"),
            count(kind="withdrawal"),
        ],
        ids=["declaration", "partial", "rush", "state", "withdrawal"],
    )
    def test_say_accepted_of_what_stands(self, message: Message) -> None:
        assert statuses(message) == {"north-count": "accepted"}

    def test_say_accepted_of_another_source_that_says_the_same(self) -> None:
        agreed = statuses(count(votes=NORTH), count(votes={**NORTH, "cedar-ld": 100}, rejected=1, source="press"))
        assert agreed == {"north-count": "accepted", "press": "accepted"}

    def test_say_accepted_of_what_says_the_same_without_the_lines_of_nobody(self) -> None:
        few = {"ash-con": 300, "birch-lab": 250}
        agreed = statuses(count(votes={**few, "cedar-ld": 0}), count(votes=few, source="press"))
        assert agreed == {"north-count": "accepted", "press": "accepted"}

    def test_show_what_is_odd_about_what_was_accepted(self) -> None:
        receipt = receipts(count(votes=NORTH), count(votes=BEHIND, revision=2))["north-count"]
        assert (receipt["status"], [reason["code"] for reason in receipt["reasons"]]) == ("accepted", ["W101"])

    def test_say_held_of_what_the_desk_holds(self) -> None:
        message = count(votes=NORTH)
        assert statuses(message, desk("hold", content=content_of(message))) == {"north-count": "held"}

    def test_say_held_of_what_is_disputed(self) -> None:
        disputed = receipts(count(votes=NORTH), count(votes=BEHIND, source="second-count"))
        assert {receipt["status"] for receipt in disputed.values()} == {"held"}
        assert {reason["code"] for receipt in disputed.values() for reason in receipt["reasons"]} == {"W104"}

    def test_say_superseded_of_a_stale_revision(self) -> None:
        assert statuses(count(votes=NORTH, revision=2), count(votes=NORTH, revision=1)) == {"north-count": "superseded"}

    def test_say_superseded_of_a_source_that_a_higher_one_contradicts(self) -> None:
        messages = [count(votes=NORTH), count(votes=BEHIND, source="returning-officer")]
        assert statuses(*messages) == {"north-count": "superseded", "returning-officer": "accepted"}
        night = night_of(messages[0])
        assert [receipt["source"] for receipt in apply(night, messages[1]).receipts] == [
            "north-count",
            "returning-officer",
        ]

    def test_say_superseded_of_a_rush_once_declared(self) -> None:
        superseded = statuses(
            count(kind="rush", winner="ash-con", source="press"), count(votes=NORTH, source="north-count")
        )
        assert superseded == {"press": "superseded", "north-count": "accepted"}

    def test_say_quarantined_with_the_reasons(self) -> None:
        receipt = receipts(BAD)["north-count"]
        assert (receipt["status"], [reason["code"] for reason in receipt["reasons"]]) == ("quarantined", ["E301"])
        assert receipt["reasons"][0]["way_out"] == "Send the count again with the next revision."

    def test_say_quarantined_of_a_good_message_that_the_desk_rejects(self) -> None:
        message = count(votes=NORTH)
        assert statuses(message, desk("reject", content=content_of(message))) == {"north-count": "quarantined"}

    def test_say_accepted_once_released(self) -> None:
        assert statuses(BAD, desk("release", content=content_of(BAD))) == {"north-count": "accepted"}

    def test_say_quarantined_still_of_what_cannot_be_released(self) -> None:
        stranger = count(kind="rush", winner="nobody")
        assert statuses(stranger, desk("release", content=content_of(stranger))) == {"north-count": "quarantined"}

    def test_say_that_a_message_came_twice(self) -> None:
        receipt = receipts(count(votes=NORTH), count(votes=NORTH))["north-count"]
        assert (receipt["status"], receipt["duplicate"], receipt["sequence"]) == ("accepted", True, 3)

    def test_say_that_a_bad_message_came_twice(self) -> None:
        receipt = receipts(BAD, BAD)["north-count"]
        assert (receipt["status"], receipt["duplicate"]) == ("quarantined", True)

    def test_are_of_the_last_message_of_each_source(self) -> None:
        receipt = receipts(count(votes=NORTH), BAD)["north-count"]
        assert (receipt["status"], receipt["content"]) == ("quarantined", content_of(BAD))

    def test_are_given_anew_only_when_they_change(self) -> None:
        night = night_of(count(votes=NORTH))
        changes = apply(night, count(votes=NORTH, source="press"))
        assert [receipt["source"] for receipt in changes.receipts] == ["press"]

    def test_are_not_given_for_what_belongs_nowhere(self) -> None:
        for message in (sent(b"hello"), count("ward", "nowhere", votes=NORTH), desk("dance")):
            assert list(night_of(message).receipts()) == []
