"""What a terminal says of a projection, in a line: seats with their range, who may be elected, or why nothing is."""

import re

import pytest
from rich.console import Console

from service.app import forecaster_of
from service.ids import BodyId
from service.night import Night
from service.views.terminal import body_panel
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
    assert "Chance to be elected: Sadiq Aman Khan >99 %, Shaun Bailey <1 %" in said


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
