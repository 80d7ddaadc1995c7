"""The questions of a night that can be called before they are declared, who may be the answer, and what is declared.

Who wins an area that elects one, who gets an office, which party of a body is the largest, and which controls it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from service.election import Body, Candidate, Election
from service.ids import AreaId, BodyId, CandidateId, PartyId
from service.messages import Question
from service.projection.calls import Call
from service.standings.certain import certain_here
from service.standings.contest import Counted
from service.standings.seats import control_of, is_complete, seats_in_all, seats_standing
from service.standings.wire import CertainOut

SEVERAL: Final = "nobody alone"
"""The answer to who is the largest party where several have as many seats; no party has such a name."""


def questions_of(election: Election, body: Body) -> Iterator[Question]:
    """Name everything of a body that can be called, the body's own questions first."""
    if body.office:
        yield Question("office", None, None, body.id)
    else:
        yield Question("largest", None, None, body.id)
        yield Question("control", None, None, body.id)
    for name in body.contests:
        if election.contests[name].scope == "area":
            for area in election.reporting(name, body.id):
                if election.seats_in(name, area) == 1:
                    yield Question("area", name, area, None)


def body_of(election: Election, question: Question) -> Body:
    """Give the body that a question is about; of an area, the first that it counts for."""
    if question.contest is not None and question.area is not None:
        return election.bodies[election.bodies_of(question.contest, question.area)[0]]
    return election.bodies[question.body or BodyId("")]


def who_may(election: Election, question: Question) -> Mapping[CandidateId, Candidate]:
    """Give the candidates among whom a question is decided; none where it is decided among parties."""
    if question.contest is not None and question.area is not None:
        return election.standing(question.contest, question.area)
    if question.of != "office":
        return {}
    contests = body_of(election, question).contests
    return {who.id: who for name in contests for who in election.candidates.get((name, None), {}).values()}


def answers_of(election: Election, body: Body, calls: Iterable[Call]) -> dict[Call, tuple[Question, str]]:
    """Give for each projected call the question that it answers, and its answer.

    Left out is what cannot be called: a ward of several seats, a party for which not just one candidate stands.
    """
    areas = {question.area: question for question in questions_of(election, body)}
    answers = {}
    for call in calls:
        question = areas.get(AreaId(call.area)) if call.area is not None else _of_body(body, call)
        if question is None:
            continue
        standing = who_may(election, question).values()
        own = [who.id for who in standing if who.party == call.party] if standing else [call.party]
        if len(own) == 1:
            answers[call] = question, own[0]
    return answers


def _of_body(body: Body, call: Call) -> Question | None:
    """Give the question about a body: for an office a majority of its one seat is the office."""
    if body.office:
        return Question("office", None, None, body.id) if call.of == "majority" else None
    return Question("largest" if call.of == "largest" else "control", None, None, body.id)


def declared_answer(election: Election, counted: Counted, question: Question) -> str | None:
    """Give what is declared of a question, as a candidate's or party's id; None while it is open or in dispute."""
    if question.contest is not None and question.area is not None:
        outcome = counted.areas[question.contest][question.area]
        return outcome.winners[0] if outcome.declared and outcome.winners and not outcome.standing.disputed else None
    body = body_of(election, question)
    if question.of == "office":
        wholes = [counted.wholes[name] for name in body.contests if name in counted.wholes]
        return next((whole.winners[0] for whole in wholes if whole.decided and whole.winners), None)
    if not is_complete(election, body, counted):
        return None
    seats = seats_standing(election, body, counted) or {}
    if question.of == "control":
        return control_of(seats_in_all(body, counted), seats)
    most = max(seats.values(), default=0)
    largest = [party for party, number in seats.items() if number == most]
    return largest[0] if len(largest) == 1 else SEVERAL


def certain_answer(election: Election, counted: Counted, certain: CertainOut | None, question: Question) -> str | None:
    """Give what is certain of a question by arithmetic, None where nothing is."""
    if question.contest is not None and question.area is not None:
        return next(iter(certain_here(election, counted.areas[question.contest][question.area])), None)
    if certain is None:
        return None
    match question.of:
        case "office":
            return certain["elected"]
        case "control":
            return certain["control"]
        case _:
            return _largest_whatever_comes(certain)


def _largest_whatever_comes(certain: CertainOut) -> PartyId | None:
    """Give the party that has more seats at least than any other has at most."""
    for party, own in certain["seats"].items():
        others = (of["at_most"] for other, of in certain["seats"].items() if other != party)
        if own["at_least"] > max(others, default=0):
            return PartyId(party)
    return None
