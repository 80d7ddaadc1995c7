"""A night that never was: made up from last time's votes and a seed, to rehearse before there is any real figure.

Every message says that it is a test, and can be true, but for the misprints that are asked for. The same election, seed
and faults give the same night. It is no forecast: parties move by whatever the seed says.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any, Final, NamedTuple

from service.election import REPORTED, Candidate, Contest, Election, Last
from service.ids import AreaId, PartyId
from service.records import Message, microseconds
from service.topics import Topics

POLLS_CLOSE_H: Final = 22
COUNT_MIN: Final = 45, 8 * 60
"""Minutes after the close of polls between which areas declare."""

ELECTORATE: Final = 40_000, 90_000
"""People entitled to vote, where nothing is on record."""

TURNOUT_PERCENT: Final = 38, 72
REJECTED_PER_MILLE_MAX: Final = 12
SWING_PERCENT_MAX: Final = 35
"""A party's votes move at most so far everywhere, in per cent of what they were, and by a third of that in an area."""

UNKNOWN_WEIGHT: Final = 2_000
"""What a candidate starts from of whose party nothing is on record."""

TRANSFERRED_PERCENT: Final = 40, 70
"""Ballot papers of those eliminated that have a second preference for one who remains."""

SEATS_REPORTED_MAX: Final = 60
RANKINGS: Final = 60
"""Different orders of preference on an area's ballot papers."""

LATE_H: Final = 3
MISPRINT_MIN: Final = 10
SLIP: Final = 540
ONE_IN: Final = 8
"""How many areas each fault befalls."""


class Fault(StrEnum):
    """What goes wrong on a night: an area hours later, a message twice, papers that do not add up at first."""

    late = "late"
    twice = "twice"
    misprint = "misprint"


class Sent(NamedTuple):
    """A count and when it is sent."""

    at: datetime
    said: dict[str, Any]


def made_up(election: Election, topics: Topics, *, seed: int, faults: Collection[Fault] = ()) -> Sequence[Message]:
    """Make a night up: a declaration of every area in every contest, in the order in which they come."""
    dice = Random(f"{election.id} {seed}")  # noqa: S311 - nothing hangs on it that anybody could gain from
    sent = [each for contest in election.contests.values() for each in _Made(election, contest, dice).sent()]
    with_faults = [one for each in sent for one in _befallen(each, dice, faults)]
    with_faults.sort(key=lambda each: (each.at, each.said["contest"], each.said["area"], each.said["revision"]))
    return [_message(each, topics) for each in with_faults]


class _Made:
    """One contest, made up."""

    def __init__(self, election: Election, contest: Contest, dice: Random) -> None:
        self._election: Final = election
        self._contest: Final = contest
        self._dice: Final = dice
        self._moves: Final = {party: dice.randint(-SWING_PERCENT_MAX, SWING_PERCENT_MAX) for party in election.parties}

    def sent(self) -> Iterator[Sent]:
        """Give what is sent about every area, second preferences once all first ones are in."""
        said = {area: self._said(area) for area in self._election.reporting(self._contest.id) if self._can_count(area)}
        closed = self._election.opens_at + timedelta(hours=POLLS_CLOSE_H)
        for area, figures in said.items():
            yield self._sent(area, closed + timedelta(minutes=self._dice.randint(*COUNT_MIN)), figures, revision=1)
        if self._contest.rule != "supplementary-vote":
            return
        together: dict[str, int] = {}
        for figures in said.values():
            for who, votes in figures["votes"].items():
                together[who] = together.get(who, 0) + votes
        first, second = sorted(together, key=lambda who: (-together[who], who))[:2]
        for area, figures in said.items():
            with_second = {**figures, "transfers": self._transfers(figures["votes"], (first, second))}
            at = closed + timedelta(minutes=COUNT_MIN[1] + self._dice.randint(*COUNT_MIN))
            yield self._sent(area, at, with_second, revision=3)  # after a misprint and its correction

    def _can_count(self, area: AreaId) -> bool:
        return self._contest.rule == REPORTED or bool(self._election.standing(self._contest.id, area))

    def _sent(self, area: AreaId, at: datetime, figures: Mapping[str, Any], *, revision: int) -> Sent:
        head = {"contest": self._contest.id, "area": area, "revision": revision, "kind": "declaration"}
        stamp = {"issued_at": at.isoformat(timespec="seconds"), "source": f"{area[:70]}-count"}
        return Sent(at, {**head, **stamp, **figures, "test": True})

    def _said(self, area: AreaId) -> dict[str, Any]:
        if self._contest.rule == REPORTED:
            return {"seats": self._seats(area)}
        valid, papers = self._papers(area)
        weights = self._weights(area)
        if self._contest.rule.startswith("stv") or self._contest.rule == "instant-run-off":
            return {"papers": self._rankings(weights, valid), **papers}
        each = self._election.votes_each(self._contest.id, area)
        return {
            "votes": _shared(valid * (each * 4 + 1) // 5, weights) if each > 1 else _shared(valid, weights),
            **papers,
        }

    def _papers(self, area: AreaId) -> tuple[int, dict[str, int]]:
        """Give the valid papers, and all figures of papers and people."""
        electorate = self._election.areas[area].electorate or self._dice.randint(*ELECTORATE)
        ballots = electorate * self._dice.randint(*TURNOUT_PERCENT) // 100
        rejected = ballots * self._dice.randint(0, REJECTED_PER_MILLE_MAX) // 1000
        valid = ballots - rejected
        return valid, {"valid": valid, "rejected": rejected, "ballots": ballots, "electorate": electorate}

    def _weights(self, area: AreaId) -> dict[str, int]:
        """Weigh everybody who stands by last time's votes of their party, moved as the seed says."""
        standing = self._election.standing(self._contest.id, area)
        last = self._last(area)
        return {who: self._weight(candidate, last) for who, candidate in standing.items()}

    def _weight(self, candidate: Candidate, last: Last | None) -> int:
        votes = last.votes.get(candidate.party) if last else None
        here = self._dice.randint(-SWING_PERCENT_MAX // 3, SWING_PERCENT_MAX // 3)
        return max(1, (votes or UNKNOWN_WEIGHT) * (100 + self._moves[candidate.party] + here) // 100)

    def _last(self, area: AreaId) -> Last | None:
        """Give what is on record of last time: of the area, or of what covers it."""
        contest = self._contest.id
        covering = [whole for whole in self._election.covering(contest) if area in self._election.areas[whole].covers]
        on_record = (self._election.last_or_notional(contest, each) for each in (area, *covering))
        return next((last for last in on_record if last is not None), None)

    def _rankings(self, weights: Mapping[str, int], valid: int) -> list[list[Any]]:
        """Make up ballot papers: the first preference by weight, those that follow in any order."""
        names = list(weights)
        firsts = self._dice.choices(names, weights=list(weights.values()), k=min(RANKINGS, valid))
        papers = _shared(valid, {str(number): 1 for number in range(len(firsts))})
        rankings = []
        for number, first in enumerate(firsts):
            others = [name for name in names if name != first]
            following = self._dice.sample(others, self._dice.randint(0, len(others)))
            rankings.append([papers[str(number)], [first, *following]])
        return rankings

    def _transfers(self, votes: Mapping[str, int], remaining: tuple[str, str]) -> dict[str, int]:
        eliminated = sum(count for who, count in votes.items() if who not in remaining)
        moved = eliminated * self._dice.randint(*TRANSFERRED_PERCENT) // 100
        one = moved * self._dice.randint(30, 70) // 100
        return {remaining[0]: one, remaining[1]: moved - one}

    def _seats(self, area: AreaId) -> dict[PartyId, int]:
        last = self._last(area)
        held = {party: seats for party, seats in last.seats.items() if seats} if last else {}
        seats = self._election.seats_in(self._contest.id, area) or sum(held.values()) or SEATS_REPORTED_MAX
        weights = {
            str(party): max(1, held.get(party, 0) * (100 + self._moves[party]))
            for party in held or self._election.parties
        }
        return {PartyId(party): given for party, given in _shared(seats, weights).items() if given}


def _shared(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share a whole number out by weights, the largest remainders first."""
    of_all = sum(weights.values())
    shared = {name: total * weight // of_all for name, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda name: (-(total * weights[name] % of_all), name))
    for name in by_remainder[: total - sum(shared.values())]:
        shared[name] += 1
    return shared


def _befallen(sent: Sent, dice: Random, faults: Collection[Fault]) -> Iterator[Sent]:
    """Give what comes of a message on a night on which things go wrong."""
    strikes = {fault: dice.randrange(ONE_IN) == 0 for fault in Fault}
    at = sent.at + timedelta(hours=LATE_H) if Fault.late in faults and strikes[Fault.late] else sent.at
    right = Sent(at, sent.said)
    if Fault.misprint in faults and strikes[Fault.misprint] and "ballots" in sent.said:
        yield Sent(at, _misprinted(sent.said))
        later = at + timedelta(minutes=MISPRINT_MIN)
        again = {**sent.said, "revision": sent.said["revision"] + 1, "issued_at": later.isoformat(timespec="seconds")}
        right = Sent(later, again)
    yield right
    if Fault.twice in faults and strikes[Fault.twice]:
        yield right


def _misprinted(said: Mapping[str, Any]) -> dict[str, Any]:
    """Slip in the number of ballot papers: it is no longer valid and rejected ones together."""
    return {**said, "ballots": said["ballots"] + SLIP}


def _message(sent: Sent, topics: Topics) -> Message:
    payload = json.dumps(sent.said, ensure_ascii=False, separators=(",", ":")).encode()
    return Message(microseconds(sent.at), topics.count(sent.said["contest"], sent.said["area"]), payload)
