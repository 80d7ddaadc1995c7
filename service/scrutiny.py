"""Scrutiny: can a readable count be true? Findings (E) that follow from the message and the election alone.

Whatever passes here can be applied, in any order and any company.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from service.election import REPORTED, Body, Candidate, Contest, Election
from service.findings import Finding, quote
from service.ids import BodyId, CandidateId, ContestId
from service.messages import NOBODY, CallMade, CallWithdrawn, Correction, Count, Decision, LotDrawn
from service.topics import CountTopic

_FIGURES: Final = ("votes", "papers", "elected", "seats")
_ALLOWED: Final[Mapping[str, tuple[str, ...]]] = {
    "rush": ("winner", "elected"),
    "partial": (*_FIGURES, "transfers", "second_preferences"),
    "declaration": (*_FIGURES, "transfers", "second_preferences"),
    "recount": (*_FIGURES, "transfers", "second_preferences"),
    "withdrawal": (),
    "state": ("state", "expected_at", "elected"),
}
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "rush": ("winner", "elected"),
    "partial": _FIGURES,
    "declaration": _FIGURES,
    "recount": _FIGURES,
    "withdrawal": (),
    "state": ("state",),
}
_BOUND: Final = (*_FIGURES, "winner", "state", "expected_at", "transfers", "second_preferences")
_RULES_WITH: Final[Mapping[str, tuple[str, ...]]] = {
    "transfers": ("supplementary-vote",),
    "second_preferences": ("supplementary-vote",),
    "papers": ("stv-scotland", "stv-northern-ireland", "stv-meek", "instant-run-off"),
}

CORRECTING: Final = ("partial", "declaration", "recount")
"""What the desk can put in place of something else: figures. The rest it takes out, or types as a source of its own."""


def scrutinise(election: Election, topic: CountTopic, count: Count, *, test_night: bool) -> tuple[Finding, ...]:
    """Find what keeps a count out; nothing found means that it can stand."""
    placed = tuple(_misplaced(election, topic, count, test_night=test_night))
    if any(finding.code != "E201" for finding in placed):
        return placed
    # The desk may release a count that came on the wrong topic, so everything else about it has to be right.
    return placed + _untrue(election, count)


def _untrue(election: Election, count: Count) -> tuple[Finding, ...]:
    """Find what cannot be true of a count whose contest and area there are."""
    shaped = tuple(_misshapen(election, count))
    if shaped:
        return shaped
    standing = election.standing(count.contest, count.area)
    strangers = tuple(_strangers(election, count, standing))
    return strangers or tuple(_sums(election, count, standing))


def scrutinise_decision(election: Election, decision: Decision, *, test_night: bool) -> tuple[Finding, ...]:
    """Find what keeps a desk decision out."""
    return tuple(_misplaced_decision(election, decision, test_night=test_night))


def _misplaced_decision(election: Election, decision: Decision, *, test_night: bool) -> Iterator[Finding]:
    yield from _mode(test=decision.test, test_night=test_night)
    match decision:
        case Correction():
            yield from _miscorrected(election, decision.count, test_night=test_night)
        case LotDrawn():
            yield from _misdrawn(election, decision)
        case CallMade() | CallWithdrawn():
            shaped = tuple(_misshapen_call(decision))
            yield from shaped or _miscalled(election, decision)


def _miscorrected(election: Election, count: Count, *, test_night: bool) -> Iterator[Finding]:
    """Find what keeps out the count of a correction: whatever would if it had been sent, and that it has no figures."""
    if count.kind not in CORRECTING:
        yield Finding("E109", "count.kind", count.kind, "one of " + ", ".join(CORRECTING))
        return
    topic = CountTopic(contest=count.contest, area=count.area)
    for finding in scrutinise(election, topic, count, test_night=test_night):
        yield replace(finding, where=f"count: {finding.where}")


def _misdrawn(election: Election, decision: LotDrawn) -> Iterator[Finding]:
    contest = election.contests.get(decision.contest)
    if contest is None:
        yield Finding("E202", "contest", quote(decision.contest), _one_of(election.contests))
        return
    if (decision.area is None) is (contest.scope == "area") or (decision.area and decision.area not in contest.areas):
        expected = f"an area of {contest.id}" if contest.scope == "area" else f"no area: those of {contest.id} add up"
        yield Finding("E203", "area", quote(decision.area), expected)
        return
    among = election.drawn_among(contest.id, decision.area)
    for option in sorted({*decision.options, *decision.order} - among):
        yield Finding("E204", "options", quote(option), _one_of(among))
    if sorted(set(decision.options)) != sorted(decision.order):
        yield Finding("E108", "order", quote(decision.order), "each of the options once, as drawn")


_CALLED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "area": ("contest", "area", "candidate"),
    "office": ("body", "candidate"),
    "largest": ("body", "party"),
    "control": ("body", "party"),
}
"""The fields of a call, by what is called; a withdrawal has the same but for the last."""


def _misshapen_call(decision: CallMade | CallWithdrawn) -> Iterator[Finding]:
    needed = _CALLED_BY[decision.of] if isinstance(decision, CallMade) else _CALLED_BY[decision.of][:-1]
    for name in ("contest", "area", "body", "candidate", "party"):
        given = getattr(decision, name, None) is not None
        if given and name not in needed:
            yield Finding("E109", name, f"in a decision about {decision.of}", "only " + ", ".join(needed))
        if name in needed and not given:
            yield Finding("E106", name, "missing", "there")


def _miscalled(election: Election, decision: CallMade | CallWithdrawn) -> Iterator[Finding]:
    """Find what is called that there is not to be won, or by somebody who cannot win it."""
    standing: Iterable[str] = ()
    if decision.of == "area":
        contest = election.contests.get(decision.contest or ContestId(""))
        if contest is None:
            yield Finding("E202", "contest", quote(decision.contest), _one_of(election.contests))
            return
        if decision.area is None or decision.area not in election.reporting(contest.id):
            yield Finding("E203", "area", quote(decision.area), f"an area of the contest {contest.id}")
            return
        one_seat = contest.scope == "area" and election.seats_in(contest.id, decision.area) == 1
        if not one_seat or not election.bodies_of(contest.id, decision.area):
            yield Finding("E402", "area", quote(decision.area), "an area that elects one member of a body")
            return
        standing = election.standing(contest.id, decision.area)
    else:
        body = election.bodies.get(decision.body or BodyId(""))
        if body is None:
            yield Finding("E209", "body", quote(decision.body), _one_of(election.bodies))
            return
        standing = _of_body(election, body)
        if (decision.of == "office") is not body.office or not standing:
            has = (
                "an office that one area elects: call the area" if not standing else "an office" if body.office else ""
            )
            yield Finding("E402", "of", quote(decision.of), has or "largest or control")
            return
        if decision.of == "control":
            standing = {*standing, NOBODY}
    if isinstance(decision, CallMade) and decision.choice not in standing:
        yield Finding("E205", _CALLED_BY[decision.of][-1], quote(decision.choice), _one_of(standing))


def _of_body(election: Election, body: Body) -> frozenset[str]:
    """Give who may win an office, or which parties may be the largest or control a body."""
    if not body.office:
        return frozenset(party.id for party in election.parties.values() if not party.aggregate)
    return frozenset(
        candidate for contest in body.contests for candidate in election.candidates.get((contest, None), {})
    )


def _misplaced(election: Election, topic: CountTopic, count: Count, *, test_night: bool) -> Iterator[Finding]:
    yield from _mode(test=count.test, test_night=test_night)
    for where, said, written in (("contest", count.contest, topic.contest), ("area", count.area, topic.area)):
        if said != written:
            yield Finding("E201", where, f"{quote(said)} on the topic of {quote(written)}", "the same in both")
    contest = election.contests.get(count.contest)
    if contest is None:
        yield Finding("E202", "contest", quote(count.contest), _one_of(election.contests))
    elif count.area not in contest.areas:
        yield Finding("E203", "area", quote(count.area), f"an area of the contest {contest.id}")


def _mode(*, test: bool, test_night: bool) -> Iterator[Finding]:
    if test and not test_night:
        yield Finding("E206", "test", "true", "no test messages on a live night")
    if test_night and not test:
        yield Finding("E207", "test", "false", "true on a test night")


def _misshapen(election: Election, count: Count) -> Iterator[Finding]:
    given = [name for name in _BOUND if getattr(count, name) is not None]
    for name in given:
        if name not in _ALLOWED[count.kind]:
            yield Finding("E109", name, f"in a message of kind {count.kind}", "only in kinds that carry it")
    needed = _NEEDED[count.kind]
    if needed and not any(name in needed for name in given):
        yield Finding("E106", count.kind, "none of its fields", "one of " + ", ".join(needed))
    if count.transfers is not None and count.second_preferences is not None:
        yield Finding("E109", "transfers", "beside second_preferences", "one of the two: they say the same")
    if count.winner is not None and count.elected is not None:
        yield Finding("E109", "winner", "beside elected", "one of the two: both name who is elected")
    contest = election.contests[count.contest]
    for name, rules in _RULES_WITH.items():
        if name in given and contest.rule not in rules:
            yield Finding("E109", name, f"in a contest under {contest.rule}", "only under " + ", ".join(rules))
    yield from _misfits(contest, given)


def _misfits(contest: Contest, given: Iterable[str]) -> Iterator[Finding]:
    """Find fields in which a contest of this kind does not report."""
    for name in given:
        if contest.scope == "whole" and name in ("elected", "seats"):
            yield Finding("E109", name, "in a contest whose areas add up", "votes")
        if contest.rule == REPORTED and name not in ("seats", "state", "expected_at"):
            yield Finding("E109", name, "in a contest whose areas report seats", "seats by party")


def _strangers(election: Election, count: Count, standing: Mapping[CandidateId, Candidate]) -> Iterator[Finding]:
    voted = {*(count.votes or ()), *(count.transfers or ()), *(count.second_preferences or ())}
    for row in (count.second_preferences or {}).values():
        voted.update(row)
    for _, preferences in count.papers or ():
        voted.update(preferences)
    for stranger in sorted(voted - standing.keys()):
        yield Finding("E204", "votes", quote(stranger), _one_of(standing))
    for party in sorted((count.seats or {}).keys() - election.parties.keys()):
        yield Finding("E204", "seats", quote(party), _one_of(election.parties))
    elected = [*(count.elected or ()), *((count.winner,) if count.winner else ())]
    for stranger in sorted(set(elected) - standing.keys()):
        yield Finding("E205", "winner" if count.winner else "elected", quote(stranger), _one_of(standing))
    if len(set(elected)) != len(elected):
        yield Finding("E108", "elected", quote(elected), "each candidate once")


def _sums(election: Election, count: Count, standing: Mapping[CandidateId, Candidate]) -> Iterator[Finding]:
    contest = election.contests[count.contest]
    seats = election.seats_in(contest.id, count.area) if contest.scope == "area" else contest.seats
    elected = len(count.elected or ()) + sum((count.seats or {}).values())
    if seats is not None and elected > seats:
        yield Finding("E307", "elected", str(elected), f"at most {seats}")
    if count.state == "unopposed" and not count.elected and contest.scope == "area" and seats is not None:
        stand = standing.keys() - election.aggregates(contest.id)
        if len(stand) > seats:
            yield Finding("E106", "elected", f"nobody named of {len(stand)} who stand for {seats}", "who is elected")
    if count.counted is not None and count.counted.done > count.counted.of:
        yield Finding("E304", "counted", f"{count.counted.done} of {count.counted.of}", "done <= of")
    several = election.votes_each(contest.id, count.area)
    votes = yield from _votes_cast(count)
    if votes is not None:
        listed = (count.votes or {}).keys()
        aggregates = election.aggregates(contest.id)
        named = standing.keys() - aggregates <= listed or bool(aggregates & listed)
        full = contest.unlisted_is_zero or named or count.papers is not None
        yield from _votes_and_papers(count, votes, several=several, full=full)
        yield from _preferences(count)
    yield from _electors(election, count, votes or 0, several=several)


def _votes_cast(count: Count) -> Generator[Finding, None, int | None]:
    """Add up the votes (first preferences of ballot papers); the generator's value is the sum, None without votes."""
    if count.papers is None:
        return None if count.votes is None else sum(count.votes.values())
    first: dict[CandidateId, int] = dict.fromkeys(count.votes or (), 0)
    for papers, preferences in count.papers:
        if len(set(preferences)) != len(preferences) or not preferences:
            yield Finding("E308", "papers", quote(preferences), "each candidate once, at least one")
            return None
        first[preferences[0]] = first.get(preferences[0], 0) + papers
    if count.votes is not None:
        for candidate, votes in first.items():
            if count.votes.get(candidate, 0) != votes:
                yield Finding(
                    "E301", f"votes.{candidate}", str(count.votes.get(candidate, 0)), f"{votes} as on the papers"
                )
    return sum(first.values())


def _votes_and_papers(count: Count, votes: int, *, several: int, full: bool) -> Iterator[Finding]:
    valid = count.valid
    if several == 1 and valid is not None and (votes > valid or (full and votes < valid)):
        expected = f"{valid}, the printed total of valid votes" + ("" if full else ", at most")
        yield Finding("E301", "sum of votes", str(votes), expected)
    if valid is None and several == 1 and full:
        valid = votes
    if count.ballots is not None and count.rejected is not None:
        if valid is not None and valid + count.rejected != count.ballots:
            yield Finding("E302", "valid + rejected", str(valid + count.rejected), f"{count.ballots} ballot papers")
        if count.rejected > count.ballots:
            yield Finding("E302", "rejected", str(count.rejected), f"at most {count.ballots} ballot papers")
        if valid is None:
            valid = max(count.ballots - count.rejected, 0)
    papers = valid if valid is not None else count.ballots
    if count.valid is None or several > 1:
        limits = [limit for limit in (papers, count.ballots) if limit is not None]
        if limits and votes > several * min(limits):
            yield Finding("E305", "sum of votes", str(votes), f"at most {several} x {min(limits)} ballot papers")


def _preferences(count: Count) -> Iterator[Finding]:
    votes = count.votes or {}
    for first, row in (count.second_preferences or {}).items():
        if sum(row.values()) > votes.get(first, 0):
            where = f"second_preferences.{first}"
            yield Finding("E306", where, str(sum(row.values())), f"at most {votes.get(first, 0)} first preferences")
    if count.transfers is not None:
        remaining = sum(votes.get(candidate, 0) for candidate in count.transfers)
        eliminated = sum(votes.values()) - remaining
        if sum(count.transfers.values()) > eliminated:
            found, most = str(sum(count.transfers.values())), f"at most {eliminated} first preferences of the others"
            yield Finding("E306", "transfers", found, most)


def _electors(election: Election, count: Count, votes: int, *, several: int) -> Iterator[Finding]:
    electorate = count.electorate if count.electorate is not None else election.areas[count.area].electorate
    if electorate is None:
        return
    for where, found, most in (
        ("sum of votes", votes, several * electorate),
        ("valid", count.valid or 0, electorate),
        ("ballots", count.ballots or 0, electorate),
    ):
        if found > most:
            yield Finding("E303", where, str(found), f"at most {most}, with {electorate} on the register")


def _one_of(known: Iterable[str]) -> str:
    return "one of " + quote(", ".join(sorted(known)))
