"""Calls through the night: what the desk's decisions change, which a declaration contradicts, what a model may suggest.

The desk's calls follow from the record alone. What is suggested follows from projections too, and from what was
suggested before: see `Night.standings`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from service.election import Body, Election
from service.ids import CandidateId, ContestId, PartyId
from service.messages import NOBODY, CallMade, CallWithdrawn, Question
from service.night.events import Event
from service.night.kept_out import DESK, Place
from service.night.leeway import beyond_doubt
from service.night.said import Said
from service.projection import Withheld
from service.projection.calls import CALLED_FROM, KEPT_FROM, Call, calls_now
from service.standings import (
    NOT_YET,
    Counted,
    DeskCall,
    Outlook,
    answers_of,
    body_of,
    chance_of_no_majority,
    declared_answer,
    questions_of,
    watched,
    who_may,
)

UNSETTLED: Final = frozenset({"recount_ordered", "tied", "countermanded", "vacant"})
"""States of an area in which no model suggests who wins: the count centre knows something that the model does not."""

NO_MAJORITY: Final = Call("majority", None, NOBODY)
"""That nobody has a majority, as a projected call."""


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A call of the desk, who was declared instead, and whether the desk says something else by now."""

    call: DeskCall
    declared: str
    taken_back: bool

    @property
    def told_as(self) -> tuple[Any, ...]:
        """What is told of it: once, whatever the desk says later."""
        return self.call.decision, self.call.choice, self.declared


@dataclass(frozen=True, slots=True)
class Before:
    """What a model suggested until now, and what it suggested before something else than its own mind spoke against it.

    Both are given up late; what was suspended needs a projection that has the last count before it is made again.
    """

    suggested: frozenset[Call]
    suspended: frozenset[Call]

    @property
    def all(self) -> frozenset[Call]:
        """Both: the lower chance is enough for them."""
        return self.suggested | self.suspended


class Calls:
    """What there is to say of calls beside what stands."""

    def __init__(self, election: Election, said: Said, counted: Counted) -> None:
        self._election: Final = election
        self._said: Final = said
        self._counted: Final = counted
        self._changed_at: Final[dict[Place, int]] = {}
        self._contradicted: Final[dict[Question, tuple[Any, ...]]] = {}

    def note_change(self, places: Collection[Place], sequence: int) -> None:
        """Note which areas were counted anew at a record."""
        self._changed_at.update(dict.fromkeys(places, sequence))

    def desk(self) -> dict[Question, DeskCall]:
        """Give what the desk says of every question about which it has decided anything."""
        found = {question: self._said.call_on(question) for question in self._said.calls}
        return {question: call for question, call in found.items() if call is not None}

    def in_doubt(self, body: Body, outlook: Outlook | None, *, body_too: bool) -> frozenset[Question]:
        """Name the questions of a body that something in quarantine, held or disputed could change.

        What the desk holds back counts as such whatever it says, so that this tells no more than how much is held.
        `body_too` says that a count in quarantine could change the body; where all that is in doubt is the seats of
        some areas, a question of the body is free of it that a model answers in one way whoever wins those.
        """
        places = [(contest, area) for contest in body.contests for area in self._election.contests[contest].areas]
        own = [place for place in places if body.id in self._election.bodies_of(*place)]
        unclear = {place for place in own if self._disputed(place) or self._said.held_at(place)}
        waiting = {place for place in own if self._waiting_at(place)}
        free = beyond_doubt(self._election, body, self._counted, outlook, frozenset(unclear | waiting))
        body_in_doubt = body_too or bool(unclear)
        return frozenset(
            question
            for question in questions_of(self._election, body)
            if (
                body_in_doubt and question.of not in free
                if question.area is None
                else (question.contest, question.area) in unclear | waiting
            )
        )

    def suggestions(
        self, body: Body, outlook: Outlook | None, before: Before, in_doubt: frozenset[Question]
    ) -> frozenset[Call]:
        """Give what a model suggests to the desk now, from what it suggested before.

        Never what is in doubt, nor an area whose recount is ordered or likely. What is suggested anew, or again, rests
        on a projection that has the last count of the area (of the body: every count). Until the first projection after
        a start what was suggested before stays, where nothing speaks against it.
        """
        if outlook is None:
            return frozenset()
        barred = {question for question in questions_of(self._election, body) if self._unsettled(question)} | in_doubt
        if isinstance(outlook.said, Withheld):
            now = before.suggested if outlook.said.reason == NOT_YET else frozenset()
        else:
            areas = frozenset(str(question.area) for question in barred if question.area is not None)
            now = calls_now(before.all, outlook.said, doubted=areas)
            chance = chance_of_no_majority(outlook.said)
            if not body.office and chance >= (KEPT_FROM if NO_MAJORITY in before.all else CALLED_FROM):
                now |= {NO_MAJORITY}
        return frozenset(
            call
            for call, (question, _) in answers_of(self._election, body, now).items()
            if question not in barred
            and (call in before.suggested or self._last_change(body, question) <= outlook.sequence)
        )

    def decided(self, decision: CallMade | CallWithdrawn, before: DeskCall | None) -> Event | None:
        """Tell what a decision about a call has changed; None if it has changed nothing."""
        question, call = decision.question, self._said.call_on(decision.question)
        same = before is not None and call is not None and _says(before) == _says(call)
        if call is None or same or declared_answer(self._election, self._counted, question) is not None:
            return None
        made = call.choice is not None and not call.contradictory
        where, who = self._where(question), self._who(question, call.choice)
        if call.contradictory:
            text = f"{where}: two decisions of number {call.decision} contradict each other, so nobody is called"
        elif made:
            text = f"{where}: called for {who} by {call.who}"
        else:
            text = f"{where}: not called any more, says {call.who}: {call.why}"
        said = {"by": call.who, "why": call.why, "decision": call.decision, "text": text}
        if made:
            return {"event": "called", **self._about(question, call.choice), **said}
        return {"event": "call_withdrawn", **self._about(question, None), **said}

    def newly_contradicted(self, places: Collection[Place]) -> Iterator[Event]:
        """Tell which of the desk's calls turned out wrong, when these areas were counted anew."""
        for question in sorted(self._said.calls, key=_key):
            if question.area is not None and (question.contest, question.area) not in places:
                continue
            wrong, before = self._wrong(question), self._contradicted.pop(question, None)
            if wrong is None:
                continue
            self._contradicted[question] = wrong.told_as
            if wrong.told_as == before:
                continue
            call, declared = wrong.call, wrong.declared
            came, called = self._who(question, declared), self._who(question, call.choice)
            since = ", which was taken back" if wrong.taken_back else ""
            yield {
                "event": "call_contradicted",
                **self._about(question, call.choice),
                "outcome": declared,
                "by": call.who,
                "why": call.why,
                "decision": call.decision,
                "text": f"{self._where(question)}: WRONG CALL: declared for {came}, called for {called} by {call.who}"
                + since,
            }

    def turns_out_wrong(self, decision: CallMade | CallWithdrawn) -> bool:
        """Say whether a decision calls another than is declared already: then that is told of it, and nothing else."""
        wrong = self._wrong(decision.question)
        if wrong is None or wrong.told_as == self._contradicted.get(decision.question):
            return False
        return isinstance(decision, CallMade) and wrong.call.decision == decision.decision

    def contradicted(self, question: Question) -> tuple[str, str] | None:
        """Give what was declared and what was called, in words, where a call of the desk turned out wrong."""
        wrong = self._wrong(question)
        if wrong is None:
            return None
        called = f"{self._who(question, wrong.call.choice)}, as called"
        return self._who(question, wrong.declared), f"{called} and taken back" if wrong.taken_back else called

    def _wrong(self, question: Question) -> "_Wrong | None":
        """Give the desk's call that what is declared contradicts."""
        desk = self._said.call_on(question)
        declared = declared_answer(self._election, self._counted, question)
        judged = desk.judged(declared) if desk is not None and declared is not None else None
        if desk is None or declared is None or judged is None or judged.choice == declared:
            return None
        return _Wrong(judged, declared, taken_back=desk.contradictory or desk.choice != judged.choice)

    def _disputed(self, place: Place) -> bool:
        contest, area = place
        return self._counted.areas[contest][area].standing.disputed

    def _waiting_at(self, place: Place) -> bool:
        """Say whether anything in quarantine may be about an area.

        A count on another area's topic may be about either; what cannot be placed may be about any.
        """
        contest, _ = place
        for group, levels in self._said.waiting:
            if place in (group, levels):
                return True
            if group is not None or levels[0] == DESK:
                continue
            named = self._election.contests.get(ContestId(levels[0]))
            if named is None or (named.id == contest and levels[1] not in named.areas):
                return True
        return False

    def _unsettled(self, question: Question) -> bool:
        """Say whether an area is declared, if only without its winner, watched, or in a state that no model knows."""
        if question.contest is None or question.area is None:
            return False
        outcome = self._counted.areas[question.contest][question.area]
        if outcome.declared or outcome.standing.state in UNSETTLED:
            return True
        return watched(self._election, self._election.contests[question.contest], outcome) is not None

    def _last_change(self, body: Body, question: Question) -> int:
        if question.contest is not None and question.area is not None:
            return self._changed_at.get((question.contest, question.area), 0)
        return max(
            (at for place, at in self._changed_at.items() if body.id in self._election.bodies_of(*place)), default=0
        )

    def _about(self, question: Question, choice: str | None) -> dict[str, Any]:
        who = who_may(self._election, question).get(CandidateId(choice or ""))
        return {
            "of": question.of,
            "contest": question.contest,
            "area": question.area,
            "body": body_of(self._election, question).id,
            "candidate": who.id if who else None,
            "party": who.party if who else choice,
        }

    def _where(self, question: Question) -> str:
        name = body_of(self._election, question).name
        if question.area is not None:
            return self._election.areas[question.area].name
        return {"office": name, "largest": f"{name}, largest party", "control": f"{name}, control"}[question.of]

    def _who(self, question: Question, choice: str | None) -> str:
        who = who_may(self._election, question).get(CandidateId(choice or ""))
        if who is not None:
            return f"{who.name} ({self._election.parties[who.party].short})"
        if choice == NOBODY:
            return "no overall control"
        party = self._election.parties.get(PartyId(choice or ""))
        return party.short if party is not None else str(choice)


def _says(call: DeskCall) -> tuple[str | None, bool]:
    return call.choice, call.contradictory


def _key(question: Question) -> tuple[str, ...]:
    return tuple(part or "" for part in question)
