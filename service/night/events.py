"""Events: what one message changed, found by holding the night before it against the night after it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from service.counting import ANSWER, Tie
from service.election import Body, Candidate, Contest, Election
from service.ids import CandidateId, PartyId
from service.standings import AreaOutcome, Counted, StandingsOut, WholeOutcome, control_of, seats_in_all, seats_standing
from service.standings.area import compare, majority
from service.standings.seats import NO_CONTROL
from service.standings.whole import COVERED

Event = dict[str, Any]

COMPARED: Final = ("rejected", "ballots", "electorate")
"""Figures beside votes whose change is a correction."""


RECOUNT: Final = "recount_ordered"


@dataclass(frozen=True, slots=True)
class BodyBefore:
    """What is remembered of a body to see what a message changed: seats as things stand, who controls it, who won."""

    seats: Mapping[PartyId, int] | None
    control: str | None


def remember(election: Election, body: Body, counted: Counted) -> BodyBefore:
    """Remember a body as it stands."""
    seats = seats_standing(election, body, counted)
    return BodyBefore(seats, None if body.office else control_of(seats_in_all(body, counted), seats))


def area_events(election: Election, before: AreaOutcome, after: AreaOutcome) -> Iterator[Event]:
    """Say what changed in an area: declared, withdrawn, corrected, to be recounted, a seat that changed hands."""
    place = {"contest": after.contest, "area": after.area, "name": election.areas[after.area].name}
    firmness = (before.declared, before.standing.declared), (after.declared, after.standing.declared)
    if after.declared and firmness[0] != firmness[1]:
        yield _declared(election, after, place)
    elif after.declared and before.declared and after.winners and not before.winners:
        yield _declared(election, after, place)  # a lot was drawn, or figures came that decide
    if before.declared and not after.declared:
        yield {"event": "withdrawn", **place, "text": f"{place['name']}: the declaration was withdrawn or is disputed"}
    if before.standing.declared and after.standing.declared:
        yield from _corrected(election, before, after, place)
    if after.standing.state == RECOUNT and before.standing.state != RECOUNT:
        yield {"event": "recount_ordered", **place, "text": f"{place['name']}: a recount is ordered"}
    if before.seats and dict(before.seats) != dict(after.seats):
        was, now = dict(before.seats), dict(after.seats)
        yield {
            "event": "seat_changed_hands",
            **place,
            "was": was,
            "now": now,
            "text": f"{place['name']}: {_seats(election, was)} before, now {_seats(election, now)}",
        }


def _declared(election: Election, after: AreaOutcome, place: Mapping[str, str]) -> Event:
    standing = election.standing(after.contest, after.area)
    against = compare(election, after)
    lead = majority(after) if after.standing.declared else None
    elected = [{"candidate": who, "name": standing[who].name, "party": standing[who].party} for who in after.winners]
    # Where second votes decide who of the winners has a seat, nobody is elected yet.
    within_cover = any(each.rule == COVERED and each.follows == after.contest for each in election.contests.values())
    kind = after.standing.figures.kind if after.standing.declared and after.standing.figures else "rush"
    parties = ", ".join(
        f"{standing[who].name} ({election.parties[standing[who].party].short})" for who in after.winners
    )
    said = [parties or _tied(standing, after.ties) or f"{election.contests[after.contest].name} counted"]
    if against.hold_or_gain == "gain" and against.gain_from is not None:
        said.append(f"gain from {election.parties[against.gain_from].short}")
    elif against.hold_or_gain is not None:
        said.append(against.hold_or_gain)
    if lead is not None:
        said.append(f"majority {lead:,}")
    said.extend(f"{who.name} (sitting member) defeated" for who in against.defeated)
    if kind == "rush":
        said.append("unopposed" if after.standing.unopposed else "figures to follow")
    return {
        "event": "declared",
        **place,
        "kind": kind,
        "elected": [] if within_cover else elected,
        **({"won": elected} if within_cover else {}),
        "hold_or_gain": against.hold_or_gain,
        "gain_from": against.gain_from,
        "majority": lead,
        "defeated_incumbents": [who.id for who in against.defeated],
        "text": f"{place['name']}: {', '.join(said)}",
    }


def _tied(standing: Mapping[CandidateId, Candidate], ties: Sequence[Tie]) -> str:
    names = ", ".join(standing[CandidateId(who)].name for tie in ties for who in tie.options if who in standing)
    if not names:
        return ""
    return f"level: {names}" if ties[0].at == ANSWER else f"a lot has to be drawn among {names}"


def _corrected(
    election: Election, before: AreaOutcome, after: AreaOutcome, place: Mapping[str, str]
) -> Iterator[Event]:
    one, other = before.figures, after.figures
    if one is None or other is None:
        return
    was: dict[str, Any] = {}
    now: dict[str, Any] = {}
    votes = {
        candidate: (one.votes.get(candidate), other.votes.get(candidate))
        for candidate in sorted({*one.votes, *other.votes})
        if one.votes.get(candidate) not in (None, other.votes.get(candidate))
    }
    if votes:
        was["votes"] = {candidate: pair[0] for candidate, pair in votes.items()}
        now["votes"] = {candidate: pair[1] for candidate, pair in votes.items()}
    for name in COMPARED:
        if getattr(one, name) not in (None, getattr(other, name)):
            was[name], now[name] = getattr(one, name), getattr(other, name)
    if before.winners != after.winners and before.winners:
        was["elected"], now["elected"] = list(before.winners), list(after.winners)
    if was:
        standing = election.standing(after.contest, after.area)
        changes = [f"{standing[who].name} {_figure(pair[0])} -> {_figure(pair[1])}" for who, pair in votes.items()]
        changes += [f"{name} {_figure(was[name])} -> {_figure(now[name])}" for name in COMPARED if name in was]
        if "elected" in was:
            changes.append(f"{_names(standing, before.winners)} -> {_names(standing, after.winners) or 'nobody'}")
        text = f"{place['name']} ({place['contest']}) corrected: {'; '.join(changes)}"
        by = after.standing.corrected if after.standing.corrected != before.standing.corrected else None
        desk = {"by": by.who, "why": by.why, "decision": by.decision} if by else {}
        text += f", by {by.who}: {by.why}" if by else ""
        yield {"event": "corrected", **place, "was": was, "now": now, **desk, "text": text}


def _figure(figure: int | None) -> str:
    return "not known" if figure is None else f"{figure:,}"


def whole_events(election: Election, contest: Contest, before: WholeOutcome, after: WholeOutcome) -> Iterator[Event]:
    """Say what changed in a contest whose areas add up: seats that changed hands, and that it is decided."""
    standing = election.candidates.get((contest.id, None), {})
    if contest.choices == "parties" or contest.seats > 1:
        yield from _moved(election, contest, before.winners, after.winners)
        yield from _cover_changed(election, before, after)
    elif before.winners and before.winners != after.winners:
        was, now = (_names(standing, winners) for winners in (before.winners, after.winners))
        text = f"{contest.name}: {was} was ahead, now {now or 'nobody'}"
        winners = {"was": list(before.winners), "now": list(after.winners)}
        yield {"event": "seat_changed_hands", "contest": contest.id, "area": None, **winners, "text": text}
    if after.decided and contest.choices == "candidates" and (not before.decided or before.winners != after.winners):
        elected = [
            {"candidate": who, "name": standing[who].name, "party": standing[who].party} for who in after.winners
        ]
        votes = None
        if after.declared and after.outcome is not None:
            votes = {seat.option: seat.figure.numerator for seat in after.outcome.seats}
        text = f"{contest.name}: {_names(standing, after.winners)} elected"
        if votes:
            text += f" with {', '.join(f'{number:,}' for number in votes.values())} votes"
        yield {"event": "decided", "contest": contest.id, "elected": elected, "votes": votes, "text": text}
    elif before.decided and not after.decided:
        yield {"event": "withdrawn", "contest": contest.id, "area": None, "text": f"{contest.name}: no longer decided"}


def _moved(
    election: Election, contest: Contest, before: tuple[CandidateId, ...], after: tuple[CandidateId, ...]
) -> Iterator[Event]:
    """Pair up seats lost with seats taken; a first allocation and a last one are no change of hands."""
    if not before or not after:
        return
    lost, taken = Counter(before) - Counter(after), Counter(after) - Counter(before)
    standing = election.candidates.get((contest.id, None), {})
    pairs = Counter(zip_longest(sorted(lost.elements()), sorted(taken.elements())))
    for (was, now), seats in pairs.items():
        names = [_short(election, contest, standing, choice) if choice else "nobody" for choice in (was, now)]
        moved = "one seat moves" if seats == 1 else f"{seats} seats move"
        yield {
            "event": "seat_changed_hands",
            "contest": contest.id,
            "area": None,
            "was": was,
            "now": now,
            "seats": seats,
            "text": f"{contest.name}: {moved} from {names[0]} to {names[1]}",
        }


def _short(election: Election, contest: Contest, standing: Mapping[CandidateId, Candidate], choice: CandidateId) -> str:
    return election.parties[PartyId(choice)].short if contest.choices == "parties" else standing[choice].name


def _cover_changed(election: Election, before: WholeOutcome, after: WholeOutcome) -> Iterator[Event]:
    """Say which constituency winners lost their seat, or have one after all, as second votes cover fewer or more."""
    contest = after.contest.follows
    for area in sorted(set(before.without_seat) ^ set(after.without_seat)):
        seated = area not in after.without_seat
        name = election.areas[area].name
        text = f"{name}: second votes {'cover the winner' if seated else 'do not cover the winner, who has no seat'}"
        yield {
            "event": "cover",
            "contest": contest,
            "area": area,
            "name": name,
            "seated": seated,
            "text": f"{text}, as things stand",
        }


def body_events(election: Election, body: Body, before: BodyBefore, after: BodyBefore) -> Iterator[Event]:
    """Say that the control of a body changed hands, as things stand."""
    if before.control is not None and before.control != after.control:
        names = [
            election.parties[PartyId(control)].short if control and control != NO_CONTROL else "no overall control"
            for control in (before.control, after.control)
        ]
        yield {
            "event": "control",
            "body": body.id,
            "was": before.control,
            "now": after.control,
            "text": f"{body.name}: {names[1]} as things stand, {names[0]} before",
        }


def completed(body: Body, standings: StandingsOut) -> Event:
    """Say that everything of a body has been declared."""
    seats = ", ".join(f"{row['short']} {row['seats']}" for row in standings["parties"] if row["seats"])
    return {
        "event": "complete",
        "body": body.id,
        "control": standings["control"],
        "elected": standings["elected"],
        "text": f"{body.name} complete: {seats}",
    }


def _seats(election: Election, seats: Mapping[PartyId, int]) -> str:
    if not seats:
        return "nobody"
    return ", ".join(f"{election.parties[party].short} {number}" for party, number in sorted(seats.items()))


def _names(standing: Mapping[CandidateId, Any], candidates: tuple[CandidateId, ...]) -> str:
    return ", ".join(standing[candidate].name for candidate in candidates)
