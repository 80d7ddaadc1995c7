"""Calls as they are published: what is certain, what the desk has called, what a model suggests to it.

A call ends with the declaration, which overrides it. Nothing here depends on when a decision came.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.election import Body, Election
from service.ids import CandidateId
from service.messages import NOBODY, Question
from service.projection import Projection, Withheld
from service.projection.calls import Call
from service.projection.projected import PLACES
from service.standings.contest import Counted
from service.standings.outlook import Outlook
from service.standings.questions import (
    answers_of,
    body_of,
    certain_answer,
    declared_answer,
    questions_of,
    who_may,
)
from service.standings.wire import CallOut, CertainOut


@dataclass(frozen=True, slots=True)
class DeskCall:
    """What the desk says of a question: who wins (`choice`), or that it takes its call back (None).

    `contradictory`: decisions of the same number say different things, so nobody is called. `made` is every call on
    record about the question, those taken back, replaced or contradicted included, the highest number first.
    """

    decision: int
    choice: str | None
    who: str
    why: str
    at: datetime
    contradictory: bool = False
    made: tuple["DeskCall", ...] = ()

    @property
    def withdrawn(self) -> bool:
        """Say whether the desk takes its call back, or wants none."""
        return self.choice is None and not self.contradictory

    def judged(self, declared: str) -> "DeskCall | None":
        """Give the call that a declaration is held against: the last that named another, else the last; None: none.

        A call that was taken back or replaced is judged too. It may have been on air, and nothing in the set of what
        was said tells whether it was taken back before the declaration or because of it.
        """
        return next((call for call in self.made if call.choice != declared), next(iter(self.made), None))


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What is said of questions that may still be open: by the desk, by arithmetic, by a model.

    `in_doubt` are those that something in quarantine, held or disputed could change; None: not looked at.
    """

    desk: Mapping[Question, DeskCall]
    certain: CertainOut | None = None
    suggested: Collection[Call] = ()
    outlook: Outlook | None = None
    in_doubt: Collection[Question] | None = None


def calls_out(election: Election, body: Body, counted: Counted, beliefs: Beliefs) -> list[CallOut]:
    """Say of a body and each of its areas what is called, certain or suggested; what is merely declared is no call."""
    suggested = dict(answers_of(election, body, beliefs.suggested).values())
    made = (
        call_out(election, counted, beliefs, question, suggested.get(question))
        for question in questions_of(election, body)
    )
    return [entry for entry in made if entry is not None]


def call_out(
    election: Election, counted: Counted, beliefs: Beliefs, question: Question, suggested: str | None = None
) -> CallOut | None:
    """Say how far one question is answered; None where nobody says anything that is not declared."""
    desk = beliefs.desk.get(question)
    called = desk.choice if desk is not None and not desk.contradictory else None
    declared = declared_answer(election, counted, question)
    certain = None if declared else certain_answer(election, counted, beliefs.certain, question)
    if declared is not None:
        judged = desk.judged(declared) if desk is not None else None
        called = judged.choice if judged is not None else None
        status, choice = "declared", called
        if desk is not None and desk.withdrawn:
            status = "withdrawn"
        else:
            desk = judged
    elif certain is not None:
        status, choice = "certain", called or certain
    elif desk is not None:
        status, choice = "contradictory" if desk.contradictory else "called" if called else "withdrawn", called
    else:
        status, choice = "suggested", suggested
    if choice is None and (declared is not None or status == "suggested"):
        return None
    who = who_may(election, question).get(CandidateId(choice or ""))
    party = who.party if who is not None else choice
    chance = None if declared is not None else _chance(beliefs.outlook, question, party)
    came = declared or certain
    body = body_of(election, question)
    return CallOut(
        of=question.of,
        contest=question.contest,
        area=question.area,
        body=body.id,
        name=body.name if question.area is None else election.areas[question.area].name,
        status=status,
        candidate=who.id if who is not None else None,
        candidate_name=who.name if who is not None else None,
        party=party,
        chance=chance,
        by=desk.who if desk else None,
        why=desk.why if desk else None,
        at=desk.at.astimezone(election.time_zone).isoformat() if desk else None,
        decision=desk.decision if desk else None,
        sequence=beliefs.outlook.sequence if status == "suggested" and beliefs.outlook is not None else None,
        in_doubt=None if beliefs.in_doubt is None else question in beliefs.in_doubt,
        right=called == came if called is not None and came is not None else None,
    )


def _chance(outlook: Outlook | None, question: Question, party: str | None) -> float | None:
    """Give what a model says now of a party's chance; None where it says nothing."""
    if outlook is None or isinstance(outlook.said, Withheld) or party is None:
        return None
    if question.area is not None:
        chances = outlook.said.areas.get(question.area)
        return None if chances is None else chances.get(party, 0.0)
    if party == NOBODY:
        return chance_of_no_majority(outlook.said)
    of = outlook.said.parties.get(party)
    return 0.0 if of is None else of.largest if question.of == "largest" else of.majority


def chance_of_no_majority(said: Projection) -> float:
    """Give the chance that nobody has a majority."""
    return round(max(0.0, 1 - sum(line.majority for line in said.parties.values())), PLACES)
