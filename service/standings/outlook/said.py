"""A projection of a body, with what only some kinds of body have beside their seats."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from service.projection import CandidateProjection, Projection, Withheld
from service.standings.outlook.national import NationalSaid

NOT_YET: Final = "the first projection is still being worked out"
"""Why a projection is withheld right after a start."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a model says: by party and area, or why nothing.

    `clears_threshold` is by party on a list the chance to clear the threshold; `candidates` are those for an office;
    `prior` is the source of what was expected beforehand, where that was used.
    """

    projection: Projection | Withheld
    clears_threshold: Mapping[str, float] = field(default_factory=dict)
    candidates: Mapping[str, CandidateProjection] = field(default_factory=dict)
    prior: str | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A projection, the last record that it was computed from, and the seed of its draws.

    `national` is what is projected of the country that the body belongs to, where its folder asks for that.
    """

    sequence: int
    seed: int
    said: Projection | Withheld
    clears_threshold: Mapping[str, float] = field(default_factory=dict)
    candidates: Mapping[str, CandidateProjection] = field(default_factory=dict)
    prior: str | None = None
    national: NationalSaid | None = None
