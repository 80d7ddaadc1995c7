"""The figures that the model is run with. Most are fitted on past nights, some chosen; all are handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

METHODS: Final = ("process", "uniform by country", "uniform", "proportional")
"""What the mean is stacked from, in the order of the weights."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """How alike two areas change, in units of the residual variance of one area.

    A change common to all (`constant`), to a country, a region, the areas of one holder; change in line with last
    time's shares (`linear`) or varying smoothly with them (`smooth`, over `length` standard deviations); change where a
    party no longer stands (`withdrawn`, per 10 points squared that it had), stands anew (`entered`), or has its sitting
    member standing again (`incumbent`); change that goes on from last time's or swings back (`again`).
    """

    constant: float
    country: float
    region: float
    holder: float
    linear: float
    smooth: float
    length: float
    withdrawn: float
    entered: float
    incumbent: float
    again: float = 0.0


@dataclass(frozen=True, slots=True)
class Stack:
    """Weights of `METHODS` while no more than `declared_max` of the areas, 0 to 1, have declared.

    `spread` multiplies all deviations, for a model that is fitted on too few nights to be sure of itself. `reach`
    multiplies again those of what the areas have in common: small among areas like those that are in, they grow with
    how far the model has to reach beyond them.
    """

    declared_max: float
    weights: tuple[float, ...]
    spread: float
    reach: float = 1.0


@dataclass(frozen=True, slots=True)
class Parameters:
    """All of them. `residual_points` is what one area differs by, before the night says; worth `freedom` areas.

    `partial` is the variance that the order of counting adds, in units of an area's residual variance: a partial count
    of a half is that far from the whole. `residual_points`, `freedom`, `areas_min` and `country_share_min` are chosen.
    `unsettled` multiplies the deviation of an area whose sitting member is not of the party that won it last time:
    after a by-election or a defection last time's votes say less. `stronghold` is the variance that an area has more
    for itself, in units of its residual variance, for each ten points that a smaller party was above its mean.
    The projection is withheld below `areas_min` declared areas, and while a country with at least
    `country_share_min` of the areas has none.
    """

    kernel: Kernel
    stack: tuple[Stack, ...]
    residual_points: float
    freedom: float
    partial: float
    unsettled: float
    stronghold: float
    areas_min: int
    country_share_min: float

    def stack_at(self, declared: float) -> Stack:
        """Give the weights for so many of the areas, 0 to 1."""
        return next((stack for stack in self.stack if declared <= stack.declared_max), self.stack[-1])


def parameters_for(election: str, tables: Mapping[str, Any]) -> Parameters:
    """Give the parameters for a night from the tables of `parameters.toml`.

    A night on record gets those that were fitted without it (`without.<election>`), any other those fitted on `all`.
    """
    table = tables["without"].get(election, tables["all"])
    figures = {name: value for name, value in table.items() if name not in {"kernel", "stack"}}
    stack = tuple(Stack(**{**part, "weights": tuple(part["weights"])}) for part in table["stack"])
    return Parameters(kernel=Kernel(**table["kernel"]), stack=stack, **figures)
