"""A question that is level: it stays open, no lot decides it, and nowhere is it said that one has to be drawn."""

import io
import json
from typing import Any

from rich.console import Console

from service.ids import BodyId
from service.night import Night
from service.views.explain import explain_body
from service.views.headline import ahead
from service.views.links import Links
from service.views.pages import document
from service.views.shown import Address, Shown
from service.views.terminal import body_panel, final_words
from tests.core.borough import BOROUGH, apply, count, desk, night_of

QUESTION = BodyId("question")
PAPERS: dict[str, Any] = {"rejected": 1, "ballots": 601, "electorate": 1000}
ELSEWHERE = [count("question", area, votes={"yes": 0, "no": 0}) for area in ("south", "east")]
LEVEL = [count("question", votes={"yes": 300, "no": 300}, **PAPERS), *ELSEWHERE]
CARRIED = [count("question", votes={"yes": 310, "no": 290}, **PAPERS), *ELSEWHERE]
LOT = desk("lot", contest="question", options=["yes", "no"], order=["yes", "no"])


def standings(night: Night) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(json.dumps(night.standings(QUESTION)))
    return said


def printed(*parts: Any) -> str:
    written = io.StringIO()
    console = Console(width=120, file=written)
    for part in parts:
        console.print(part)
    return " ".join(written.getvalue().split())


def explained(night: Night) -> str:
    return printed(*explain_body(BOROUGH, BOROUGH.bodies[QUESTION], night.counted))


def pages(night: Night) -> str:
    shown = Shown(BOROUGH, standings={QUESTION: standings(night)})
    return document(shown, Address(body=QUESTION), Links(), stream=None)


class TestALevelQuestion:
    def test_is_headed_so_and_never_by_first_preferences(self) -> None:
        leading = ahead(standings(night_of(*LEVEL)))
        assert leading is not None
        assert (leading.who, leading.words) == ("No and Yes", "level")
        assert final_words(standings(night_of(*LEVEL))) == "Question: No and Yes level (counting)"
        assert "first preferences" not in pages(night_of(*LEVEL))

    def test_asks_nobody_to_draw_a_lot(self) -> None:
        night = night_of(*LEVEL)
        for said in (pages(night), printed(body_panel(standings(night))), explained(night)):
            assert "lot has to be drawn" not in said
            assert "No lot decides a question: it stays open." in said

    def test_is_explained_with_both_answers_and_their_figures(self) -> None:
        said = explained(night_of(*LEVEL))
        assert "No 300 50.0%" in said
        assert "Yes 300 50.0%" in said
        assert "level: no, yes, 300 each." in said

    def test_answers_a_lot_that_was_drawn_all_the_same(self) -> None:
        night = night_of(*LEVEL)
        (answer,) = apply(night, LOT).events
        assert answer["event"] == "without_effect"
        assert answer["because"] == "no lot decides a question: level, it stays open"
        assert standings(night)["elected"] is None


def test_a_question_that_is_decided_is_explained_with_both_answers_turnout_and_majority() -> None:
    said = explained(night_of(*CARRIED))
    assert "Yes 310 51.7% ✔" in said
    assert "No 290 48.3%" in said
    assert "majority 20" in said


def test_while_counting_the_answer_ahead_is_said_to_be_ahead() -> None:
    leading = ahead(standings(night_of(CARRIED[0])))
    assert leading is not None
    assert (leading.who, leading.words) == ("Yes", "ahead")
