"""A count that is refused as it is written, and still says who sent it about which area: it is answered and settled."""

import json
from itertools import permutations
from typing import Any

import pytest

from service.findings import FIGURE_MAX
from service.night import Night
from service.records import Message
from tests.core.borough import apply, codes, content_of, count, desk, everything, night_of, said, sent

VOTES = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
HERE = "elections/borough-2024/counts/ward/north"
GOOD = count(votes=VOTES)
NEXT = count(votes=VOTES, revision=4)


def refused(**fields: Any) -> Message:
    return count(**{"revision": 2, "votes": VOTES, "voters": 3, **fields})


def receipt(night: Night, source: str = "north-count") -> dict[str, Any] | None:
    return next((each for each in night.receipts() if each["source"] == source), None)


BAD = [
    pytest.param(refused(), "E105", id="a field that nobody knows"),
    pytest.param(refused(voters=None, issued_at=None), "E106", id="a field left out"),
    pytest.param(refused(voters=None, votes={**VOTES, "ash-con": 300.5}), "E107", id="half a vote"),
    pytest.param(refused(voters=None, issued_at="last night"), "E108", id="no time"),
    pytest.param(
        sent(
            json.dumps(said(votes=VOTES, revision=2)).replace('"votes"', '"note": "a", "note": "b", "votes"').encode()
        ),
        "E104",
        id="a field twice",
    ),
]


class TestWhatCannotBeReadInFull:
    @pytest.mark.parametrize("bad, code", BAD)
    def test_has_a_receipt_with_its_reasons(self, bad: Message, code: str) -> None:
        answer = receipt(night_of(GOOD, bad))
        assert answer is not None
        assert (answer["revision"], answer["kind"], answer["status"]) == (2, "declaration", "quarantined")
        assert answer["content"] == content_of(bad)
        assert [reason["code"] for reason in answer["reasons"]] == [code]

    @pytest.mark.parametrize("bad, code", BAD)
    def test_waits_under_its_source_and_revision(self, bad: Message, code: str) -> None:
        (kept,) = night_of(GOOD, bad).quarantine()
        assert (kept["contest"], kept["area"], kept["source"], kept["revision"]) == ("ward", "north", "north-count", 2)
        assert [finding["code"] for finding in kept["findings"]] == [code]

    def test_is_settled_by_the_next_good_revision_of_its_source_in_whatever_order_they_come(self) -> None:
        bad = [refused(), refused(voters=None, issued_at=None), refused(voters=None, votes={**VOTES, "ash-con": 300.5})]
        ends = [everything(night_of(*order)) for order in permutations([GOOD, *bad, NEXT])]
        assert all(end == ends[0] for end in ends)
        assert ends[0]["quarantine"] == []
        assert ends[0]["standings"]["council"]["in_doubt"]["could_change"] == "no"

    def test_settled_no_longer_waits_in_its_topic(self) -> None:
        night = night_of(GOOD, refused())
        changes = apply(night, NEXT)
        assert changes.quarantine == {("ward", "north")}
        answer = receipt(night)
        assert answer is not None
        assert (answer["revision"], answer["status"]) == (4, "accepted")

    @pytest.mark.parametrize("good", [GOOD, count(votes=VOTES, revision=4, source="second-count")])
    def test_is_not_settled_by_an_earlier_one_nor_by_another_source(self, good: Message) -> None:
        assert codes(night_of(refused(), good)) == codes(night_of(good, refused())) == ["E105"]

    def test_changes_no_figure_and_no_answer_to_anybody_else(self) -> None:
        """Whoever forges a source has its quarantine and its receipt, as with any count that does not add up."""
        other = count(votes=VOTES, source="second-count")
        night = night_of(GOOD, other)
        before, answers = everything(night), [each for each in night.receipts() if each["source"] != "north-count"]
        changes = apply(night, refused(revision=FIGURE_MAX))
        assert [each["source"] for each in changes.receipts] == ["north-count"]
        assert everything(night)["results"] == before["results"]
        assert [each for each in night.receipts() if each["source"] != "north-count"] == answers
        apply(night, desk("release", content=content_of(refused(revision=FIGURE_MAX))))
        assert everything(night)["results"] == before["results"]

    def test_without_a_revision_is_answered_and_waits_for_the_desk(self) -> None:
        for nothing in (None, "2", 0, True, 2.0, FIGURE_MAX + 1):
            bad = refused(revision=nothing, kind="count")
            night = night_of(bad, NEXT, bad)
            answer = receipt(night)
            assert answer is not None
            assert (answer["revision"], answer["kind"], answer["status"]) == (None, None, "quarantined")
            assert len(night.quarantine()) == 1
            apply(night, desk("reject", content=content_of(bad)))
            assert night.quarantine() == []

    @pytest.mark.parametrize(
        "nobody",
        [
            refused(source=None),
            refused(source="North Count"),
            refused(source=["north-count"]),
            sent(said(votes=VOTES, revision=2, voters=3), "elections/borough-2024/counts/ward/south"),
            sent(said("ward", "nowhere", revision=2, voters=3)),
            sent(said(area="North", voters=3), HERE),
            sent(b'{"contest": "ward", "area": "north", "source": "north-count"', HERE),
            sent(b'{"contest":"ward","area":"north","source":"north-count","source":"second-count"}', HERE),
            sent(b"[" * 100_000, HERE),
            sent(b'{"revision": ' + b"9" * 5000 + b"}", HERE),
        ],
    )
    def test_that_names_no_source_or_another_area_is_nobodys(self, nobody: Message) -> None:
        night = night_of(nobody)
        (kept,) = night.quarantine()
        assert (kept["source"], kept["revision"], list(night.receipts())) == (None, None, [])
        apply(night, NEXT)
        assert len(night.quarantine()) == 1
