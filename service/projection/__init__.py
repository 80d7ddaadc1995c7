"""What the night will be, from the areas that are in: with honest uncertainty, which is zero when all are.

One door: a `Projector` is made once for a `Race` and its `Parameters`, and asked again for each `Evidence`::

    projection = Projector(race, parameters).project(evidence, seed=seed_of("commons-2019", contents))

Plain values in, plain values out: no I/O, no clock, and the only randomness is the seed's. This is the one room of the
project where figures are floats. Early in a night, or without a baseline, the answer is `Withheld` with the reason.
"""

from service.projection.additional import AdditionalProjection, project_additional
from service.projection.averages import ListTerms
from service.projection.chance import seed_of
from service.projection.council import CouncilEvidence, CouncilRace, project_council
from service.projection.list_votes import AdditionalRace, ListEvidence
from service.projection.model import DRAWS, Projector
from service.projection.national_share import AUTHORITIES_MIN, Country, Wards, project_national_share
from service.projection.parameters import METHODS, Kernel, Parameters, Stack, parameters_for
from service.projection.projected import LEVEL, PartyProjection, Projection, Range, Withheld
from service.projection.race import NOBODY, Evidence, Prior, Race, nothing_in
from service.projection.supplementary import (
    CandidateProjection,
    OfficeEvidence,
    OfficeProjection,
    OfficeRace,
    project_office,
)

__all__ = [
    "AUTHORITIES_MIN",
    "DRAWS",
    "LEVEL",
    "METHODS",
    "NOBODY",
    "AdditionalProjection",
    "AdditionalRace",
    "CandidateProjection",
    "CouncilEvidence",
    "CouncilRace",
    "Country",
    "Evidence",
    "Kernel",
    "ListEvidence",
    "ListTerms",
    "OfficeEvidence",
    "OfficeProjection",
    "OfficeRace",
    "Parameters",
    "PartyProjection",
    "Prior",
    "Projection",
    "Projector",
    "Race",
    "Range",
    "Stack",
    "Wards",
    "Withheld",
    "nothing_in",
    "parameters_for",
    "project_additional",
    "project_council",
    "project_national_share",
    "project_office",
    "seed_of",
]
