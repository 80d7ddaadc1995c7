"""Can an election be counted? What each rule asks of its contest, looked at before the night."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from service.counting import (
    AdditionalMembersLondon,
    AdditionalMembersScotland,
    AdditionalMembersWales,
    RuleError,
    rule_named,
)
from service.election import REPORTED, Body, Contest, Election
from service.ids import BodyId, ContestId
from service.standings.area import TRANSFERABLE
from service.standings.certain import GROWING
from service.standings.whole import COVERED, PREFERENCES, VOTES_ALONE


@dataclass(frozen=True, slots=True)
class Misfit:
    """What a rule cannot do with its contest, and in which of the contest's keys that stands."""

    contest: ContestId
    key: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class Miscount:
    """A body that is said to have another number of seats than its contests give, with those not contested tonight."""

    body: BodyId
    said: int
    given: int


CANDIDATES: Final = (*VOTES_ALONE, *TRANSFERABLE, PREFERENCES)
"""Rules that elect candidates; the others give seats to parties, by lists."""

BESIDE: Final = (AdditionalMembersLondon.name, AdditionalMembersScotland.name, AdditionalMembersWales.name, GROWING)
"""Rules that give seats from lists beside those that areas have elected, and so have to know these."""

IN_AREAS: Final = (*VOTES_ALONE, *TRANSFERABLE, REPORTED)
"""Rules that can be counted in each area by itself."""


def misfits(election: Election) -> Iterator[Misfit]:
    """Find what would keep a contest from being counted."""
    for contest in election.contests.values():
        yield from _scope_and_choices(contest)
        if contest.rule != REPORTED:
            yield from _rule(election, contest)
        if contest.follows is not None and election.contests[contest.follows].scope != "area":
            found = f"contest {contest.id} follows {contest.follows}, whose areas add up"
            yield Misfit(contest.id, "follows", found, "a contest whose areas elect their own")
        if contest.rule in BESIDE and contest.follows is None:
            expected = "follows = the contest whose members the list adds to: without it these would not count"
            yield Misfit(contest.id, "rule", f"contest {contest.id} under {contest.rule} follows none", expected)
        if contest.rule == COVERED:
            yield from _cover(election, contest)


def miscounts(election: Election) -> Iterator[Miscount]:
    """Find the bodies whose majority would be reckoned from a wrong number of seats, or that never were complete."""
    for body in election.bodies.values():
        given = _seats_given(election, body)
        if body.seats is not None and given is not None and body.seats != given:
            yield Miscount(body.id, body.seats, given)


def _seats_given(election: Election, body: Body) -> int | None:
    """Add up the seats that a body's contests give and those that are not contested; None: not on record."""
    contests = [election.contests[contest] for contest in body.contests]
    within_lists = {contest.follows for contest in contests if contest.rule == COVERED}
    given = sum(body.seats_not_up.values())
    for contest in contests:
        if contest.scope == "whole":
            given += contest.seats
        elif contest.id not in within_lists:
            in_areas = [election.seats_in(contest.id, area) for area in election.reporting(contest.id, body.id)]
            if None in in_areas:
                return None
            given += sum(seats for seats in in_areas if seats is not None)
    return given


def _scope_and_choices(contest: Contest) -> Iterator[Misfit]:
    """Papers and reported seats stand by area, lists and second preferences add up."""
    if contest.scope == "area" and contest.rule not in IN_AREAS:
        expected = 'scope = "whole": where areas elect by themselves, each is a contest of its own under this rule'
        yield Misfit(contest.id, "scope", f"contest {contest.id}: {contest.rule} in each area", expected)
    if contest.scope == "whole" and contest.rule in (*TRANSFERABLE, REPORTED):
        expected = 'scope = "area": ballot papers and reported seats are not added up'
        yield Misfit(contest.id, "scope", f"contest {contest.id}: {contest.rule}, areas adding up", expected)
    if contest.scope == "whole" and contest.rule != REPORTED:
        wanted = "candidates" if contest.rule in CANDIDATES else "parties"
        if contest.choices != wanted:
            found = f"contest {contest.id}: {contest.rule} among {contest.choices}"
            yield Misfit(contest.id, "choices", found, f'choices = "{wanted}"')
    elif contest.choices != "candidates":
        found = f"contest {contest.id}: parties stand in each area"
        yield Misfit(contest.id, "choices", found, 'choices = "candidates"')


def _rule(election: Election, contest: Contest) -> Iterator[Misfit]:
    """Build the rule with the parameters and for every number of seats that occurs."""
    numbers = {contest.seats}
    if contest.scope == "area":
        numbers = {seats for area in contest.areas if (seats := election.seats_in(contest.id, area)) is not None}
    for seats in sorted(numbers):
        try:
            rule_named(contest.rule, seats=seats, **contest.parameters)
        except RuleError as refusal:
            key = "parameters" if contest.parameters else "seats"
            yield Misfit(contest.id, key, f"contest {contest.id}: {refusal}", "what the rule takes")
            return


def _cover(election: Election, contest: Contest) -> Iterator[Misfit]:
    """Second votes are added by region and cover one winner for each constituency."""
    if contest.follows is None:
        expected = "follows = the contest whose winners second votes cover"
        yield Misfit(contest.id, "rule", f"contest {contest.id} follows none", expected)
        return
    several = [area for area in election.reporting(contest.follows) if election.seats_in(contest.follows, area) != 1]
    if several:
        found = f"contest {contest.follows}: {several[0]} elects several"
        yield Misfit(contest.id, "follows", found, "one winner for each constituency")
    areas = dict.fromkeys((*election.reporting(contest.id), *election.reporting(contest.follows)))
    nowhere = [area for area in areas if election.areas[area].region is None]
    if nowhere:
        found = f"contest {contest.id}: {nowhere[0]} has no region" + (", others neither" if nowhere[1:] else "")
        yield Misfit(contest.id, "areas", found, "a region in areas.csv for each area: seats go to lists by region")
