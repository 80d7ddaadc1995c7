"""`explain`: the working behind a body, a list seat, an area; and a plain word where there is nothing of the kind."""

import pytest

from service.errors import TheirMessage
from tests.cli.commands import election_night
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
