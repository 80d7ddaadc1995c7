"""The wire: what is read, what is refused by which code, and what a content is called."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from service.findings import FIGURE_MAX, FINDINGS, PAYLOAD_BYTES_MAX, Finding, quote
from service.messages import (
    DESK_ACTIONS,
    FINDINGS_SHOWN_MAX,
    NOTE_CHARACTERS_MAX,
    Count,
    LotDrawn,
    Note,
    raw_hash,
    read_count,
    read_decision,
)
from tests.core.borough import said

VOTES = {"ash-con": 300, "birch-lab": 250}


def read(payload: dict[str, Any] | bytes) -> Count | list[str]:
    """The count, or the codes of what is wrong with it."""
    found = read_count(payload if isinstance(payload, bytes) else json.dumps(payload).encode())
    return found if isinstance(found, Count) else [finding.code for finding in found]


def findings(payload: dict[str, Any] | bytes) -> tuple[Finding, ...]:
    found = read_count(payload if isinstance(payload, bytes) else json.dumps(payload).encode())
    assert not isinstance(found, Count)
    return found


def content(**fields: Any) -> str:
    found = read(said(**fields))
    assert isinstance(found, Count)
    return found.content()


class TestWhatIsRead:
    def test_is_a_count_with_every_field_of_the_contract(self) -> None:
        payload = said(
            votes=VOTES,
            rejected=12,
            ballots=562,
            electorate=1000,
            counted={"done": 40, "of": 40},
            valid=550,
            elected=["ash-con"],
            seats={"con": 1},
            state="expected",
            expected_at="2024-05-03T04:00:00+01:00",
            transfers={"ash-con": 1},
            second_preferences={"ash-con": {"birch-lab": 1}},
            papers=[[3, ["ash-con", "birch-lab"]]],
            winner="ash-con",
            note="checked twice",
            test=True,
            declared_at="2024-05-03T00:59:00.123456Z",
            signature="abc",
        )
        count = read(payload)
        assert isinstance(count, Count)
        assert set(payload) == set(Count.model_fields)
        assert count.votes == VOTES
        assert count.papers == [(3, ["ash-con", "birch-lab"])]
        assert count.expected_at == datetime(2024, 5, 3, 3, tzinfo=UTC)
        assert count.declared_at == datetime(2024, 5, 3, 0, 59, 0, 123456, tzinfo=UTC)

    def test_needs_no_more_than_six_fields(self) -> None:
        assert isinstance(read(said()), Count)

    @pytest.mark.parametrize("field", ["contest", "area", "revision", "kind", "issued_at", "source"])
    def test_needs_each_of_the_six(self, field: str) -> None:
        (finding,) = findings({name: value for name, value in said().items() if name != field})
        assert (finding.code, finding.where) == ("E106", field)

    @pytest.mark.parametrize("figure", [0, 1, FIGURE_MAX])
    def test_has_figures_up_to_the_largest_exactly(self, figure: int) -> None:
        count = read(said(votes={"ash-con": figure}))
        assert isinstance(count, Count)
        assert count.votes == {"ash-con": figure}

    def test_is_as_large_as_the_limit(self) -> None:
        payload = json.dumps(said(votes=VOTES)).encode()
        assert isinstance(read(payload.ljust(PAYLOAD_BYTES_MAX)), Count)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "payload, codes",
        [
            pytest.param(b" " * (PAYLOAD_BYTES_MAX + 1), ["E101"], id="too large"),
            pytest.param(b'{"contest": "\xff"}', ["E102"], id="not UTF-8"),
            pytest.param(json.dumps(said()).encode("utf-16"), ["E102"], id="UTF-16"),
            pytest.param(b"\xef\xbb\xbf" + json.dumps(said()).encode(), ["E103"], id="a byte order mark"),
            pytest.param(b"", ["E103"], id="nothing"),
            pytest.param(b"hello", ["E103"], id="no JSON"),
            pytest.param(json.dumps(said()).encode()[:-1], ["E103"], id="cut off"),
            pytest.param(json.dumps(said()).encode() * 2, ["E103"], id="two objects"),
            pytest.param(b"[]", ["E103"], id="a list"),
            pytest.param(b"null", ["E103"], id="null"),
            pytest.param(b"NaN", ["E103"], id="NaN"),
            pytest.param(b'{"votes": {"ash-con": NaN}}', ["E103"], id="NaN inside"),
            pytest.param(b'{"votes": {"ash-con": -Infinity}}', ["E103"], id="infinite"),
            pytest.param(b"1" * 5000, ["E103"], id="a number that is too long to read"),
            pytest.param(b"[" * 100_000, ["E103"], id="nested beyond measure"),
            pytest.param(b'{"a":' * 100_000, ["E103"], id="objects nested beyond measure"),
            pytest.param(b'{"contest": "\\ud800"}', ["E103"], id="half a character"),
            pytest.param(b'{"contest": "ward", "contest": "ward"}', ["E104"], id="a key twice"),
            pytest.param(b'{"votes": {"ash-con": 1, "ash-con": 2}}', ["E104"], id="a key twice inside"),
            pytest.param(b'{"votes": {"ash-con": 1, "\\u0061sh-con": 2}}', ["E104"], id="a key twice in disguise"),
        ],
    )
    def test_because_of_its_bytes(self, payload: bytes, codes: list[str]) -> None:
        assert read(payload) == codes

    @pytest.mark.parametrize("depth", range(180, 1010, 10))
    def test_at_any_depth(self, depth: int) -> None:
        nested = b"[" * depth + b"]" * depth
        assert read(nested) == ["E103"]
        assert isinstance(read(b'{"votes": ' + nested + b"}"), list)

    @pytest.mark.parametrize(
        "fields, code, where",
        [
            pytest.param({"vote": VOTES}, "E105", "'vote'", id="a field that nobody knows"),
            pytest.param({"counted": {"done": 1, "of": 2, "left": 1}}, "E105", "'counted.left'", id="one inside"),
            pytest.param({"counted": {"done": 1}}, "E106", "counted.of", id="a field that is missing inside"),
            pytest.param({"votes": {"ash-con": -1}}, "E107", "votes.ash-con", id="below zero"),
            pytest.param({"votes": {"ash-con": FIGURE_MAX + 1}}, "E107", "votes.ash-con", id="too high"),
            pytest.param({"votes": {"ash-con": 10**400}}, "E107", "votes.ash-con", id="far too high"),
            pytest.param({"votes": {"ash-con": 1.0}}, "E107", "votes.ash-con", id="with a decimal point"),
            pytest.param({"votes": {"ash-con": "300"}}, "E107", "votes.ash-con", id="in quotes"),
            pytest.param({"votes": {"ash-con": True}}, "E107", "votes.ash-con", id="true"),
            pytest.param({"votes": {"ash-con": None}}, "E107", "votes.ash-con", id="null"),
            pytest.param({"revision": 0}, "E107", "revision", id="revision 0"),
            pytest.param({"rejected": -1}, "E107", "rejected", id="rejected below zero"),
            pytest.param({"counted": {"done": -1, "of": 2}}, "E107", "counted.done", id="counted below zero"),
            pytest.param({"papers": [[-1, ["ash-con"]]]}, "E107", "papers.0.0", id="papers below zero"),
            pytest.param({"kind": "guess"}, "E108", "kind", id="an unknown kind"),
            pytest.param({"state": "lost"}, "E108", "state", id="an unknown state"),
            pytest.param({"contest": "Ward"}, "E108", "contest", id="capitals"),
            pytest.param({"contest": "a/b"}, "E108", "contest", id="a slash"),
            pytest.param({"contest": "ward\n"}, "E108", "contest", id="a line break"),
            pytest.param({"source": ""}, "E108", "source", id="no name"),
            pytest.param({"source": "a" * 81}, "E108", "source", id="a name that is too long"),
            pytest.param({"source": "prüfer"}, "E108", "source", id="a letter beyond ASCII"),
            pytest.param({"votes": []}, "E108", "votes", id="votes as a list"),
            pytest.param({"votes": {"Ash": 1}}, "E108", "votes.Ash.[key]", id="a name in votes"),
            pytest.param({"papers": [[1]]}, "E106", "papers.0.1", id="papers without preferences"),
            pytest.param({"test": 1}, "E108", "test", id="test as a number"),
            pytest.param({"note": ""}, "E108", "note", id="an empty note"),
            pytest.param({"note": "x" * (NOTE_CHARACTERS_MAX + 1)}, "E108", "note", id="a long note"),
            pytest.param({"issued_at": "2024-05-03T01:00:00"}, "E108", "issued_at", id="a time without offset"),
            pytest.param({"issued_at": "2024-05-03 01:00:00Z"}, "E108", "issued_at", id="a time with a blank"),
            pytest.param({"issued_at": "2024-05-03"}, "E108", "issued_at", id="a date"),
            pytest.param({"issued_at": 1714698000}, "E108", "issued_at", id="a number of seconds"),
            pytest.param({"issued_at": "2024-02-30T01:00:00Z"}, "E108", "issued_at", id="30 February"),
            pytest.param({"issued_at": "2024-05-03T25:00:00Z"}, "E108", "issued_at", id="25 o'clock"),
            pytest.param({"issued_at": "2024-05-03T01:00:00+99:00"}, "E108", "issued_at", id="an offset of 99 hours"),
            pytest.param({"issued_at": "0001-01-01T00:00:00+05:00"}, "E108", "issued_at", id="before the calendar"),
            pytest.param({"issued_at": "9999-12-31T23:59:59-05:00"}, "E108", "issued_at", id="after the calendar"),
            pytest.param({"issued_at": "٢٠٢٤-05-03T01:00:00Z"}, "E108", "issued_at", id="other digits"),
        ],
    )
    def test_because_of_a_field(self, fields: dict[str, Any], code: str, where: str) -> None:
        (finding,) = findings(said(**fields) | fields)
        assert (finding.code, finding.where) == (code, where)

    def test_for_every_reason_up_to_ten(self) -> None:
        assert len(findings({"a": 1, "b": 2})) == 6 + 2
        assert len(findings({str(number): 1 for number in range(50)})) == FINDINGS_SHOWN_MAX

    @pytest.mark.parametrize(
        "hostile",
        ["x" * 100_000, "ash\x1b[31m", "ash\u202econ", "ash\ncon", "<script>", '"; drop table', "\U0001f5f3"],
    )
    def test_in_words_that_any_log_topic_or_page_can_hold(self, hostile: str) -> None:
        for payload in (
            said(contest=hostile),
            said(votes={hostile: 1}),
            said(votes={"ash-con": hostile}),
            said() | {hostile: 1},
            {hostile: 1},
        ):
            for finding in findings(payload):
                assert finding.sentence.isascii()
                assert finding.sentence.isprintable()
                assert len(finding.sentence) < 500


class TestAContent:
    @pytest.mark.parametrize(
        "fields",
        [
            pytest.param({"issued_at": "2024-05-03T09:00:00Z"}, id="when it was sent"),
            pytest.param({"source": "press"}, id="by whom"),
            pytest.param({"signature": "abc"}, id="under which signature"),
            pytest.param({"votes": dict(reversed(VOTES.items()))}, id="in which order its votes stand"),
            pytest.param({"test": False}, id="that it is no test"),
        ],
    )
    def test_is_the_same_whatever(self, fields: dict[str, Any]) -> None:
        assert content(votes=VOTES) == content(**{"votes": VOTES, **fields})

    @pytest.mark.parametrize(
        "fields",
        [
            {"contest": "board"},
            {"area": "south"},
            {"revision": 2},
            {"kind": "partial"},
            {"votes": {**VOTES, "ash-con": 301}},
            {"votes": {**VOTES, "cedar-ld": 0}},
            {"rejected": 0},
            {"ballots": 1},
            {"electorate": 1},
            {"valid": 550},
            {"counted": {"done": 1, "of": 2}},
            {"winner": "ash-con"},
            {"elected": ["ash-con"]},
            {"seats": {"con": 1}},
            {"state": "tied"},
            {"expected_at": "2024-05-03T04:00:00Z"},
            {"transfers": {}},
            {"second_preferences": {}},
            {"papers": []},
            {"note": "checked"},
            {"declared_at": "2024-05-03T04:00:00Z"},
            {"test": True},
        ],
    )
    def test_is_another_with_another(self, fields: dict[str, Any]) -> None:
        assert content(votes=VOTES) != content(**{"votes": VOTES, **fields})

    def test_is_the_same_for_one_moment_in_two_time_zones(self) -> None:
        london, berlin = "2024-05-03T04:00:00+01:00", "2024-05-03T05:00:00+02:00"
        assert content(expected_at=london) == content(expected_at=berlin)

    def test_has_a_name_that_never_changes(self) -> None:
        """Decisions on record name contents by it, and so do those on paper."""
        spelled_out = (
            b'{"area":"north","contest":"ward","kind":"declaration","revision":1,"test":false,'
            b'"votes":{"ash-con":300,"birch-lab":250}}'
        )
        assert content(votes=VOTES) == hashlib.sha256(spelled_out).hexdigest()[:16] == "b089d4af3ebc7cab"

    def test_that_cannot_be_read_is_named_by_topic_and_bytes(self) -> None:
        assert len({raw_hash("a", b"bc"), raw_hash("ab", b"c"), raw_hash("a", b"bd"), raw_hash("b", b"bc")}) == 4


DECIDED = {"decision": 3, "who": "Dee", "why": "checked with the count", "issued_at": "2024-05-03T02:00:00+01:00"}


NOTHING = ["", " ", "\t", "\n", "\u00a0", "\u200b", "\ufeff \u2060", "\u00ad", "\u3164", "\u2800", "\u0301", "\u0000"]


class TestTheDesk:
    @pytest.mark.parametrize("action", ["release", "reject", "hold"])
    def test_decides_about_a_content_by_name(self, action: str) -> None:
        assert not isinstance(_decision(action, content="0123456789abcdef"), list)

    @pytest.mark.parametrize("name", ["0123456789ABCDEF", "0123456789abcde", "", None, 1])
    def test_names_it_in_sixteen_hexadecimal_digits(self, name: object) -> None:
        assert _decision("release", content=name) in (["E108"], ["E106"])

    def test_draws_a_lot_among_two_or_more(self) -> None:
        lot = _decision("lot", contest="ward", area="north", options=["a", "b"], order=["b", "a"])
        assert isinstance(lot, LotDrawn)
        assert _decision("lot", contest="ward", area="north", options=["a"], order=["a"]) == ["E108"]

    def test_makes_a_note(self) -> None:
        assert isinstance(_decision("note"), Note)

    @pytest.mark.parametrize("action", ["dance", "", "Release", "release\n"])
    def test_does_nothing_else(self, action: str) -> None:
        assert _decision(action) == ["E401"]

    @pytest.mark.parametrize("field", sorted(DECIDED))
    @pytest.mark.parametrize("action", sorted(DESK_ACTIONS))
    def test_always_says_who_why_when_and_under_which_number(self, action: str, field: str) -> None:
        found = _decision(action, **{field: None})
        assert isinstance(found, list)
        assert "E106" in found

    @pytest.mark.parametrize("field", ["who", "why"])
    @pytest.mark.parametrize("nothing", NOTHING, ids=ascii)
    def test_says_neither_in_text_that_shows_nothing(self, field: str, nothing: str) -> None:
        found = read_decision("note", json.dumps({**DECIDED, field: nothing}).encode())
        assert isinstance(found, tuple)
        assert [(finding.code, finding.where, finding.expected) for finding in found] == [
            ("E108", field, "text that shows something")
        ]

    @pytest.mark.parametrize("name", ["Ö", "\u674e", "\u0645", "7", "!", "\U0001f44d", " \u200bA\n", "e\u0301"])
    def test_says_it_in_whatever_script_shows_something(self, name: str) -> None:
        assert isinstance(_decision("note", who=name, why=name), Note)


def _decision(action: str, **fields: Any) -> Any:
    payload = {name: value for name, value in {**DECIDED, **fields}.items() if value is not None}
    found = read_decision(action, json.dumps(payload).encode())
    return [finding.code for finding in found] if isinstance(found, tuple) else found


class TestFindings:
    def test_keep_what_was_found_short(self) -> None:
        assert quote("x" * 1000) == "'" + "x" * 76 + "..."

    @pytest.mark.parametrize("code", sorted(FINDINGS))
    def test_say_what_must_hold_and_the_way_out(self, code: str) -> None:
        kind = FINDINGS[code]
        assert kind.title
        assert kind.check
        assert kind.way_out.endswith(".")
        said_json = Finding(code, "votes", "1", "2").as_json()
        assert said_json["reason"] == f"{kind.title}: votes: found 1, expected 2. {kind.way_out}"
