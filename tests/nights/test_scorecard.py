"""The scorecard that ships is what the model says today, and as honest as the README claims."""

from collections import Counter
from functools import cache
from typing import Final

import pytest

from service.adapters.library import read_parameters
from service.backtest import Row, played_night, run, running
from service.backtest.scorecard import table_of
from service.ids import BodyId
from service.projection import parameters_for
from tests.nights.nights_on_record import CONFIG, on_record

SCORECARD: Final = CONFIG / "scorecard"
NIGHTS: Final = ("commons-2015", "commons-2017", "commons-2019")
PLAYED: Final = (0.1, 0.5)
CALLS: Final = 2
"""The last columns, what stands called and how much of it is false, depend on the moments before."""


@cache
def rows(name: str) -> tuple[Row, ...]:
    recorded = on_record(name)
    played = played_night(recorded.night(), BodyId("commons"), [message.topic for message in recorded.messages])
    assert played is not None
    britain = played.within(("England", "Scotland", "Wales"))
    parameters = parameters_for(name, read_parameters())
    with pytest.MonkeyPatch.context() as patch:
        # Calls, which are looked at between the cuts, are not compared.
        patch.setattr(running, "EVERY_REAL", len(britain.order))
        return tuple(run(name, britain, {"real": britain.order}, parameters, cuts=PLAYED))


def real_rows(table: str, name: str) -> list[list[str]]:
    """The cells of a night's rows in the real order."""
    lines = [line.split() for line in table.splitlines()]
    return [line[:-CALLS] for line in lines if line[:2] == [name, "real"] and len(line) > 10]


def tables() -> list[list[list[str]]]:
    """Both tables of the summary, without their heads."""
    text = (SCORECARD / "commons.md").read_text(encoding="utf-8")
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
        for table in text.strip().split("\n\n")
    ]


@pytest.mark.parametrize("name", NIGHTS)
def test_its_rows_are_what_the_model_says_today(name: str) -> None:
    shipped = real_rows((SCORECARD / "commons.txt").read_text(encoding="utf-8"), name)
    said = real_rows(table_of(rows(name)), name)
    assert len(said) == len(PLAYED)
    assert all(row in shipped for row in said)


@pytest.mark.parametrize("name", NIGHTS)
def test_its_summary_agrees_with_its_rows(name: str) -> None:
    seats, _ = tables()
    heads = ("5%", "10%", "25%", "50%", "75%", "90%")
    (summed,) = (dict(zip(heads, line[2:], strict=True)) for line in seats if line[:2] == [name, "projection"])
    for row in rows(name):
        assert float(summed[f"{row.declared:.0%}"]) == row.misallocated["projection"]


def test_the_readme_says_how_often_a_simple_swing_was_better() -> None:
    seats, _ = tables()
    missed = {(line[0], line[1]): [float(cell) for cell in line[2:]] for line in seats}
    differences = [
        projection - swing
        for name in NIGHTS
        for projection, swing in zip(missed[name, "projection"], missed[name, "uniform swing by country"], strict=True)
    ]
    fewer, more = (sum(each < 0 for each in differences), sum(each > 0 for each in differences))
    said = " ".join((CONFIG.parent / "README.md").read_text(encoding="utf-8").split())
    assert f"uniform swing by country at {fewer} of {len(differences)} moments, and more at {more}:" in said


def readme() -> str:
    return " ".join((CONFIG.parent / "README.md").read_text(encoding="utf-8").split())


def test_ranges_hold_about_as_often_as_they_say() -> None:
    """Of the four large parties; those of parties without seats to miss would lift any figure."""
    _, honesty = tables()
    held = {line[0]: float(line[4].rstrip("%")) for line in honesty}
    assert len(held) >= 6
    assert 85 <= held.pop("all orders") <= 97
    # The aim is 88 in every order. One misses it, which the next test holds to be the only one; this keeps it from
    # getting worse unseen.
    assert held.pop("ld first") >= 85
    assert min(held.values()) >= 88


def test_the_readme_names_each_order_in_which_ranges_held_too_seldom() -> None:
    _, honesty = tables()
    held = {line[0]: line[4] for line in honesty[1:] if float(line[4].rstrip("%")) < 88}
    assert sorted(held) == ["ld first"]
    assert f"with the Liberal Democrats' safest seats first ({held['ld first']})" in readme()


def test_ranges_hold_more_often_than_those_of_a_swing_with_residuals_in_every_order() -> None:
    _, honesty = tables()
    assert all(float(line[4].rstrip("%")) > float(line[6].rstrip("%")) for line in honesty)


def test_of_areas_called_next_to_none_was_wrong() -> None:
    _, honesty = tables()
    called, wrong = next((int(line[7]), int(line[8])) for line in honesty if line[0] == "all orders")
    assert called > 1000
    assert wrong <= called / 1000


def test_it_misses_fewer_seats_than_any_simpler_method_on_every_night() -> None:
    seats, _ = tables()
    total: Counter[str] = Counter()
    for name in NIGHTS:
        missed = {line[1]: sum(map(float, line[2:])) for line in seats if line[0] == name and "score" not in line[1]}
        total.update(missed)
        projection = missed.pop("projection")
        assert projection < min(missed.values())
    projection = total.pop("projection")
    assert projection < min(total.values())
