"""What a model answers, looked through before it is believed: nonsense is withheld like no answer at all."""

import math
from collections.abc import Container, Iterator, Mapping
from typing import Final

from service.election import Election
from service.projection import CandidateProjection, PartyProjection, Projection, Range, Withheld
from service.standings import Outlook

FAILED: Final = "the projection failed"
LATE: Final = "the projection is late"


def why_nonsense(election: Election, answer: object) -> str | None:
    """Say what of an answer cannot be: a name that nobody has, a chance beyond 0 to 1, a range the wrong way round.

    None: nothing. What is within these bounds may be wrong all the same; that is for the scorecard to find.
    """
    try:
        return next(_nonsense(election, answer), None)
    except Exception as fault:  # noqa: BLE001 - an answer that cannot even be looked through is none
        return repr(fault)


def _nonsense(election: Election, answer: object) -> Iterator[str]:
    if not isinstance(answer, Outlook):
        yield f"a {type(answer).__name__} for an outlook"
        return
    yield from _of_names(answer.clears_threshold, election.parties, "party")
    yield from _of_chances("clearing the threshold", answer.clears_threshold)
    standing = {candidate for there in election.candidates.values() for candidate in there}
    yield from _of_names(answer.candidates, standing, "candidate")
    for name, candidate in answer.candidates.items():
        yield from _of_candidate(name, candidate)
    match answer.said:
        case Withheld(reason=str()):
            return
        case Projection() as said:
            yield from _of_projection(election, said)
        case other:
            yield f"a {type(other).__name__} for a projection"


def _of_projection(election: Election, said: Projection) -> Iterator[str]:
    yield from _of_names(said.parties, election.parties, "party")
    yield from _of_names(said.areas, election.areas, "area")
    for name, party in said.parties.items():
        yield from _of_party(name, party)
    for area, chances in said.areas.items():
        yield from _of_names(chances, election.parties, "party")
        yield from _of_chances(area, chances)
    yield from _of_range("turnout", said.turnout, most=1)


def _of_party(name: str, line: PartyProjection) -> Iterator[str]:
    seats = (line.low, line.median, line.high)
    if not all(type(number) is int for number in seats) or not 0 <= line.low <= line.median <= line.high:
        yield f"{name}: seats of {seats}"
    if not _is_between(line.mean, 0, math.inf):
        yield f"{name}: a mean of {line.mean}"
    yield from _of_chances(name, {"largest": line.largest, "majority": line.majority})
    yield from _of_range(f"{name}, share", line.share, most=1)


def _of_candidate(name: str, line: CandidateProjection) -> Iterator[str]:
    yield from _of_chances(name, {"the office": line.chance, "the final": line.finalist})
    yield from _of_range(f"{name}, first", line.first, most=math.inf)
    yield from _of_range(f"{name}, final", line.final, most=math.inf)


def _of_names(named: Mapping[str, object], known: Container[str], what: str) -> Iterator[str]:
    yield from (f"no {what} is called {name!r}" for name in named if name not in known)


def _of_chances(where: str, chances: Mapping[str, float]) -> Iterator[str]:
    for name, chance in chances.items():
        if not _is_between(chance, 0, 1):
            yield f"{where}: {name} with a chance of {chance}"


def _of_range(where: str, of: Range | None, *, most: float) -> Iterator[str]:
    if of is None:
        return
    numbers = (of.low, of.median, of.high)
    if not all(_is_between(number, 0, most) for number in numbers) or not of.low <= of.median <= of.high:
        yield f"{where}: a range of {numbers}"


def _is_between(number: object, least: float, most: float) -> bool:
    return isinstance(number, int | float) and math.isfinite(number) and least <= number <= most
