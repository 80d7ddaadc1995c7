"""`explain`: the working behind a body, a list seat, an area; and a plain word where there is nothing of the kind."""

import json
from pathlib import Path

import pytest

from service.adapters.player import write_night
from service.errors import TheirMessage
from service.messages import Count, read_count
from service.records import Message
from tests.cli.commands import election_night
from tests.service.nights import recorded
from tests.service.services import told


def explained(*arguments: str, night: str = "london-2012") -> str:
    ended = election_night("explain", *arguments, "--night", night)
    assert ended.status == 0, ended.said
    return ended.printed


class TestTheWorking:
    def test_of_a_list_seat_is_its_figure_and_who_was_next(self) -> None:
        said = explained("assembly", "--seat", "11")
        assert "seat 11: Liberal Democrats" in said
        assert "Conservative, 43,707 votes short" in said

    def test_of_a_list_seat_that_is_not_allocated_yet_says_so(self) -> None:
        assert "seat 3 is not allocated" in explained("assembly", "--seat", "3", "--until", "2012-05-03T12:00:00+01:00")

    def test_of_an_area_goes_down_to_its_messages(self) -> None:
        said = explained("assembly", "--area", "havering-and-redbridge")
        assert "53,285" in said
        assert "stands" in said

    def test_of_an_area_says_which_of_its_messages_stands_each_with_who_has_most_votes_first(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "250")  # room for a message in a line
        rows = [line for line in explained("mayor", "--area", "london").splitlines() if "declaration" in line]
        assert [row.split()[-1] == "stands" for row in rows] == [False, True]
        assert all(row.index("johnson-con") < row.index("livingstone-lab") for row in rows)

    def test_of_a_body_says_who_won_where(self) -> None:
        assert "Boris Johnson" in explained("mayor")


class TestWhatIsNotThere:
    @pytest.mark.parametrize(
        "arguments, found, expected",
        [
            (("assembly", "--seat", "99"), "no list seat of this number", "one from 1 to 11"),
            (("assembly", "--seat", "12"), "no list seat of this number", "one from 1 to 11"),
            (("mayor", "--seat", "1"), "a body without list seats", "one that has some"),
            (("parliament",), "no body of this name", "one of assembly, mayor"),
            (("assembly", "--area", "islington"), "no area of this name", "barnet-and-camden"),
        ],
    )
    def test_ends_with_2_and_says_what_there_is(self, arguments: tuple[str, ...], found: str, expected: str) -> None:
        ended = election_night("explain", *arguments, "--night", "london-2012")
        said = told(ended.said)
        assert (ended.status, ended.printed, said["error"]) == (2, "", TheirMessage.heading)
        assert said["found"] == found
        assert expected in said["expected"]

    def test_of_hundreds_of_names_the_most_alike_are_told(self) -> None:
        ended = election_night("explain", "commons", "--area", "islington", "--night", "commons-2019")
        assert ended.status == 2
        assert "islington-north" in told(ended.said)["expected"]
        assert len(told(ended.said)["expected"]) < 200

    def test_a_seat_and_an_area_are_not_explained_together(self) -> None:
        ended = election_night("explain", "assembly", "--seat", "1", "--area", "north-east", "--night", "london-2012")
        assert ended.status == 2


class TestWhatIsHeld:
    def test_is_not_told_with_its_figures(self, tmp_path: Path) -> None:
        of = recorded("london-2012")
        sent = next(one for one in of.messages if "/counts/mayor/" in one.topic and b'"votes"' in one.payload)
        count = read_count(sent.payload)
        assert isinstance(count, Count)
        assert count.votes
        hold = {"content": count.content(), "decision": 1, "who": "A", "why": "b", "issued_at": "2012-05-04T01:00:00Z"}
        messages = [
            Message(of.messages[0].at_us, of.topics.desk("hold"), json.dumps(hold).encode()),
            sent,
        ]
        night = tmp_path / "held.jsonl"
        write_night(night, messages, time_zone=of.election.time_zone)
        ended = election_night("explain", "mayor", "--area", count.area, "--night", night, "--election", "london-2012")
        assert ended.status == 0, ended.said
        assert "held by the" in ended.printed
        for votes in count.votes.values():
            assert f"{votes:,}" not in ended.printed
