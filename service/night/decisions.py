"""Desk decisions that change nothing, and why: whoever took one has to hear of it."""

from typing import Any, Final

from service.counting import Referendum
from service.messages import CallMade, CallWithdrawn, ContentDecision, Correction, Decision, LotDrawn
from service.night.said import Said
from service.standings import Counted

NOT_TIED: Final = "nothing turns on a lot among them; it takes effect when they are tied for the last place"


def decided_so_far(said: Said, decision: Decision) -> Any:
    """Give what holds of the thing that a decision is about, to be compared before and after it."""
    match decision:
        case ContentDecision():
            return said.decision_on(decision.content)
        case Correction():
            return said.corrections.of(decision.content)
        case LotDrawn():
            return said.lots_drawn(decision.contest, decision.area)
        case CallMade() | CallWithdrawn():
            return said.call_on(decision.question)
        case _:
            return None


def why_without_effect(said: Said, counted: Counted, action: str, decision: Decision, before: Any) -> str | None:
    """Say why a decision has changed nothing, None where it has, or was not to: a remark."""
    match decision:
        case ContentDecision():
            if before is not None and decided_so_far(said, decision) == before:
                return "another decision about it ranks higher, or says the same"
            return _of_content(said, counted, action, decision)
        case LotDrawn() if said.election.contests[decision.contest].rule == Referendum.name:
            return "no lot decides a question: level, it stays open"
        case Correction():
            return _of_correction(said, decision, before)
        case LotDrawn() if decided_so_far(said, decision) == before:
            return "another lot among them ranks higher, or contradicts it"
        case CallMade() | CallWithdrawn():
            now = said.call_on(decision.question)
            highest = now is not None and now.decision == decision.decision
            if not highest:
                return "another decision about it ranks higher"
            kept = isinstance(decision, CallWithdrawn) and now is not None and now.made
            return "it is declared already" + (", and what was called stays on record" if kept else "")
        case _:
            return None


def _of_content(said: Said, counted: Counted, action: str, decision: ContentDecision) -> str | None:
    """Look for what a decision about a content could have changed."""
    kept, places = said.kept_with(decision.content), said.places_of(decision.content)
    if not kept and not places:
        return "no message with this content has come; it takes effect when one does"
    if action != "release":
        return None
    if kept and not any(one.releasable for one in kept):
        return "what was found wrong leaves nothing that could be counted"
    if places and any(counted.areas[contest][area].standing.disputed for contest, area in places):
        return "it is one side of a dispute, and counts already: reject the other side to settle it"
    return None


def _of_correction(said: Said, decision: Correction, before: Any) -> str | None:
    if decided_so_far(said, decision) == before:
        return "another correction of it ranks higher, or contradicts it"
    places = {*said.places_of(decision.content), *(kept.place for kept in said.kept_with(decision.content))}
    if not places:
        return "no message with this content has come; it takes effect when one does"
    if (decision.count.contest, decision.count.area) not in places:
        return "what it corrects is about another area, or about none"
    return None


def without_effect(action: str, decision: Decision, because: str) -> dict[str, Any]:
    """Tell that a decision changed nothing. What it is about is not told: it may be a content that is held."""
    return {
        "event": "without_effect",
        "action": action,
        "decision": decision.decision,
        "by": decision.who,
        "because": because,
        "text": f"{action}, decision {decision.decision} by {decision.who}, has no effect: {because}",
    }
