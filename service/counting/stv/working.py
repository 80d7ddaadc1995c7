"""The working of an STV count: every stage, and every parcel of papers that moved in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from service.counting.outcome import Option, Working

Action: TypeAlias = Literal["first preferences", "surplus", "exclusion", "keep values"]
"""What a stage does. "keep values" is Meek's: all papers are shared out anew."""

Decision: TypeAlias = Literal["surplus", "exclusion"]
"""What equal votes can leave open: whose surplus goes first, or who is excluded."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Papers of one value that went from one candidate to another at a stage.

    `target` None: no next available preference. `value` is what each paper counts for from now on; None where the law
    gives the papers no value and records a difference instead (Northern Ireland, what a surplus leaves untransferred).
    `votes` is what the transfer added to the target, or to the non-transferable votes.
    """

    source: Option
    target: Option | None
    papers: int
    value: Fraction | None
    votes: Fraction


@dataclass(frozen=True, slots=True)
class TieBreak:
    """Who of those level was chosen, to be excluded or to have the surplus transferred first, and by what.

    `looked_back_to`: the stage whose votes told the chosen from the last of the others. None: a lot decided, among
    `drawn` (those whom no stage tells apart).
    """

    decision: Decision
    level: tuple[Option, ...]
    chosen: Option
    looked_back_to: int | None
    drawn: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the count, and how everybody stands after it.

    `sources` are those whose papers were up for transfer. `votes` has every candidate, elected and excluded ones too.
    `non_transferable` and `lost_to_rounding` are running totals, so that at every stage the votes and these two add up
    to the valid papers. `elected` is in the order in which the seats are numbered: as they reached the quota, and of
    those who did so together most votes first, then by name. `excluded`: at this stage; under Meek's method their votes
    move from the next stage on. `keep_values` (Meek only): the share of each vote reaching them that candidates kept.
    """

    number: int
    action: Action
    sources: tuple[Option, ...]
    transfers: tuple[Transfer, ...]
    votes: Mapping[Option, Fraction]
    non_transferable: Fraction
    lost_to_rounding: Fraction
    quota: Fraction
    elected: tuple[Option, ...]
    excluded: tuple[Option, ...]
    tie_breaks: tuple[TieBreak, ...]
    keep_values: Mapping[Option, Fraction] | None = None


@dataclass(frozen=True, slots=True)
class StvWorking(Working):
    """The count from first preferences to the last stage.

    `valid`: papers counted. `quota`: as set at the first stage (Meek's falls afterwards, see `Stage.quota`). No valid
    paper, no stage.
    """

    valid: int
    quota: Fraction
    stages: tuple[Stage, ...]
