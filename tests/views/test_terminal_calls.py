"""Calls in a terminal: a line for each kind, a wrong one loudest, and only the first of many by name."""

import io
from typing import Any

from rich.console import Console

from service.ids import BodyId
from service.projection import Projection
from service.records import Message
from service.standings import Outlook
from service.views.terminal import body_panel
from tests.core.borough import count, desk, night_of

AHEAD = {"ash-con": 300, "birch-lab": 250, "cedar-ld": 100}
CALL = desk("call", of="area", contest="ward", area="north", candidate="birch-lab")


def shown(*messages: Message, outlook: Outlook | None = None, body: str = "council") -> str:
    standings: dict[str, Any] = dict(night_of(*messages).standings(BodyId(body), outlook))
    console = Console(file=io.StringIO(), width=100)
    console.print(body_panel(standings))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_nothing_is_said_where_nothing_is_called() -> None:
    for words in ("Called", "Certain", "Suggested", "WRONG", "Recount"):
        assert words not in shown(count(votes=AHEAD))


def test_a_call_is_said_to_be_the_desks() -> None:
    assert "Called by the desk: North Lab" in shown(CALL)
    office = desk("call", of="office", body="mayor", candidate="king-con")
    assert "Called by the desk: Con" in shown(office, body="mayor")
    assert "Called by the desk: control no overall control" in shown(
        desk("call", of="control", body="council", party="none")
    )


def test_a_wrong_call_is_said_loudly() -> None:
    assert "WRONG CALL: North Lab" in shown(CALL, count(votes=AHEAD))
    assert "Called" not in shown(CALL, count(votes=AHEAD))


def test_a_call_in_doubt_is_said_to_be() -> None:
    assert "North Lab (in doubt)" in shown(CALL, count(votes=AHEAD, valid=1))


def test_a_suggestion_is_said_to_be_one() -> None:
    said = Projection({}, {"north": {"con": 1.0}}, turnout=None, unheard=(), draws=10, seed=1)
    assert "Suggested to the desk: control no overall control, North Con" in shown(outlook=Outlook(1, 1, said))


def test_what_is_certain_is_no_declaration() -> None:
    sure = count(kind="partial", votes={"ash-con": 500, "birch-lab": 350, "cedar-ld": 50})
    assert "Certain, not declared: North Con" in shown(sure)


def test_recounts_ordered_and_close_leads_are_told_apart() -> None:
    assert "Recount ordered: North" in shown(count(kind="state", state="recount_ordered"))
    close = {"ash-con": 251, "birch-lab": 250, "cedar-ld": 100}
    assert "Close enough for a recount: North by 1" in shown(count(votes=close))
