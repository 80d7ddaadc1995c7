"""What a model says, beside what stands."""

from typing import NotRequired

from typing_extensions import TypedDict  # not typing's own: before Python 3.12 pydantic reads no schema from that

from service.standings.wire.written import JSON


class PartyProjectionOut(TypedDict):
    """What is projected of a party: seats with their range, chances to be the largest and to have a majority, share.

    `share` is of the list votes where there are lists; `threshold` the chance that its list clears the threshold (null:
    none applies to it).
    """

    sequence: int
    seats: JSON
    mean: float
    largest: float
    majority: float
    share: JSON | None
    threshold: float | None


class CandidateProjectionOut(TypedDict):
    """What is projected of a candidate for an office: chances to be elected and to remain after the first count.

    `first` are first preferences with their range; `final` votes after second ones, if it remains.
    """

    sequence: int
    chance: float
    finalist: float
    first: JSON | None
    final: JSON | None


class OutlookOut(TypedDict):
    """What is projected of a body: from which record, with which seed, turnout, and who may win the open areas.

    `no_majority` is the chance that nobody has a majority, null for an office; `prior` names what was expected
    beforehand, where that is used.
    """

    sequence: int
    seed: str
    draws: int
    turnout: JSON | None
    unheard: list[str]
    areas: dict[str, dict[str, float]]
    no_majority: float | None
    prior: str | None


class NationalShareOut(TypedDict):
    """A projected share of all of a country, as if all of it had voted: by party with its range, and from what.

    `basis` says from which wards and since when; `authorities` how many have any in. Where that is too few, there are
    no `parties`, and it says why.
    """

    name: str
    basis: str
    sequence: int
    authorities: dict[str, int]
    parties: dict[str, JSON]
    withheld: NotRequired[str]
