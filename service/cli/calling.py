"""What a call of the desk is about, from how a person says it: an area or a body, a candidate or a party."""

from typing import Any

from service.election import Election
from service.errors import TheirMessage
from service.findings import quote
from service.messages import Question
from service.standings import questions_of, who_may


def question_asked(
    election: Election, *, area: str | None, contest: str | None, body: str | None, of: str | None
) -> Question:
    """Find the one question that the options name, by its area or by its body; an office is what an office has.

    Raises:
        TheirMessage: they name none, or several.
    """
    if (area is None) is (body is None):
        raise TheirMessage(
            where="--area and --body",
            found="neither" if area is None else "both",
            expected="one of them",
            way_out="Name the area that is called, or the body whose office, largest party or control is.",
        )
    asked = {
        question
        for each in election.bodies.values()
        for question in questions_of(election, each)
        if (area is not None and question.area == area and contest in (None, question.contest))
        or (body is not None and question.body == body and of in (None, question.of))
    }
    if len(asked) != 1:
        several = "Add --contest." if area is not None else "Add --of largest or --of control."
        raise TheirMessage(
            where=f"--area {quote(area)}" if area is not None else f"--body {quote(body)}",
            found="several things to call" if asked else "nothing that can be called",
            expected="an area that elects one" if area is not None else "one of " + ", ".join(election.bodies),
            way_out=several if asked else "Look for its name in the election folder.",
        )
    return asked.pop()


def about(question: Question) -> dict[str, Any]:
    """Write a question as it stands in a decision."""
    return {name: value for name, value in question._asdict().items() if value is not None}


def answer_named(election: Election, question: Question, winner: str) -> dict[str, str]:
    """Write who is called: a candidate by its id, or by its party's where one alone stands for it; else a party.

    Raises:
        TheirMessage: several stand for the party.
    """
    standing = who_may(election, question)
    if not standing:
        return {"party": winner}
    own = [str(who.id) for who in standing.values() if who.party == winner]
    if winner not in standing and len(own) > 1:
        raise TheirMessage(
            where="the winner",
            found=f"{len(own)} candidates of {quote(winner)}",
            expected="one of " + ", ".join(own),
            way_out="Name the candidate.",
        )
    return {"candidate": own[0] if winner not in standing and own else winner}
