"""What a terminal says of a projection, in a line: seats with their range, who may be elected, or why nothing is."""

import re

import pytest
from rich.console import Console

from service.app import forecaster_of
from service.ids import BodyId
from service.night import Night
from service.views.terminal import body_panel, declarations, news
from tests.nights.nights_on_record import on_record


def printed(night: Night, body: str, *, width: int = 100) -> str:
    outlook = forecaster_of(night.election).outlooks(night).get(BodyId(body))
    console = Console(width=width, record=True, file=None, force_terminal=False)
    with console.capture() as shown:
        console.print(body_panel(dict(night.standings(BodyId(body), outlook))))
    return shown.get()


def after(name: str, count: int) -> Night:
    recorded = on_record(name)
    return recorded.night(recorded.messages[:count])


def test_an_assembly_has_a_range_for_each_party() -> None:
    said = printed(after("london-2021", 30), "assembly")
    (line,) = [line for line in said.splitlines() if "Projected seats" in line]
    span = r"\d+( to \d+)?"
    assert re.search(rf"Projected seats: Lab {span}, Con {span}, Green {span}, LD {span}", line)
    assert " to " in line


def test_a_mayor_has_the_chances_of_those_in_front() -> None:
    said = printed(after("london-2021", 30), "mayor")
    assert "Chance to be elected: Sadiq Aman Khan >99%, Shaun Bailey <1%" in said


def test_what_is_withheld_is_said_with_its_reason() -> None:
    said = printed(after("london-2021", 2), "assembly")
    assert "Not projected: too few areas: 1 of 14 are in with figures, 3 are needed" in said


@pytest.mark.parametrize("body", ["assembly", "mayor"])
def test_nothing_is_said_of_what_is_complete(body: str) -> None:
    said = printed(on_record("london-2021").night(), body)
    assert "rojected" not in said


@pytest.mark.parametrize("width", [60, 80])
def test_a_narrow_terminal_still_has_whole_frames(width: int) -> None:
    for body in ("assembly", "mayor"):
        lines = printed(after("london-2021", 30), body, width=width).splitlines()
        assert {len(line) for line in lines} == {width}


class TestFirmness:
    def test_who_controls_an_assembly_is_told_as_firmly_as_it_is_known(self) -> None:
        assert "have nothing in yet" in printed(after("london-2021", 2), "assembly")
        assert "No overall control" in printed(on_record("london-2021").night(), "assembly")

    def test_certain_seats_are_told_and_look_otherwise_than_those_ahead(self) -> None:
        night = after("london-2021", 20)
        said = printed(night, "assembly")
        at_least = {
            party: span["at_least"]
            for party, span in night.standings(BodyId("assembly"))["certain"]["seats"].items()
            if span["at_least"]
        }
        (line,) = [line for line in said.splitlines() if "Whatever comes: at least" in line]
        assert sorted(int(number) for number in re.findall(r" (\d+)", line)) == sorted(at_least.values())
        assert "Letters alone: ahead as things stand." in said
        assert "Letters alone" not in printed(on_record("london-2021").night(), "assembly")

    def test_parties_stand_in_the_order_of_what_is_published(self) -> None:
        night = after("london-2021", 40)
        order = [row["short"] for row in night.standings(BodyId("assembly"))["parties"]]
        said = printed(night, "assembly", width=140).split("party")[1]
        shown = re.findall(r"^│ (.{2,30}?)  +[\d-]", said, re.MULTILINE)
        assert len(shown) > 3
        assert shown == sorted(shown, key=order.index)

    def test_second_preferences_are_not_awaited_before_all_first_ones_are_in(self) -> None:
        said = printed(after("london-2021", 30), "mayor")
        assert "awaited" not in said
        assert "areas in: too early to say whether second preferences will count." in said


def test_news_have_the_time_at_their_place_and_what_is_for_the_desk_is_none() -> None:
    said = {"event": "declared", "as_of": "2021-05-07T20:14:03+01:00", "text": "Havering: Con hold"}
    assert news([said, said | {"event": "call_suggested"}]) == ["20:14 Havering: Con hold"]


def test_one_who_begins_late_is_told_that_there_was_more() -> None:
    console = Console(width=80)
    with console.capture() as shown:
        console.print(declarations([]))
    assert "None since watching began; the page has earlier ones." in shown.get()
