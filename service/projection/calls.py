"""Projected calls: who will win an area, be the largest, have a majority; made late and withdrawn reluctantly.

Until somebody airs it, a projected call is a suggestion to the desk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from service.projection.projected import Projection

CALLED_FROM: Final = 0.999
"""A call is made from this probability on ...

The least at which none was wrong in six pairs of elections from 1966 to 2005, each projected with the kernel of the
other five, in random orders and with a party's safest seats first: of 3,100 areas given 0.998 while they were open one
went another way, of 1,059 given 0.999 none. benchmarks/fit_projection.py prints such figures.
"""
KEPT_FROM: Final = 0.99
"""... and withdrawn below this one, so that it does not come and go with every count."""


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """Something that is projected to come true: a party wins an area, or is the largest or has a majority in the body.

    `area` is None for what is said of the body.
    """

    of: Literal["area", "largest", "majority"]
    area: str | None
    party: str


def calls_now(
    previous: frozenset[Call], projection: Projection, *, doubted: frozenset[str] = frozenset()
) -> frozenset[Call]:
    """Give the calls that stand after a projection, from those that stood before it.

    Areas in `doubted` have a count in quarantine that could change them: none of them is called. Which questions of the
    body such a count could change is not for a projection to say.
    """
    standing = set()
    for call, chance in _chances(projection):
        if call.area not in doubted and chance >= (KEPT_FROM if call in previous else CALLED_FROM):
            standing.add(call)
    return frozenset(standing)


def _chances(projection: Projection) -> Iterator[tuple[Call, float]]:
    for area, chances in projection.areas.items():
        for party, chance in chances.items():
            yield Call("area", area, party), chance
    for party, line in projection.parties.items():
        yield Call("largest", None, party), line.largest
        yield Call("majority", None, party), line.majority
