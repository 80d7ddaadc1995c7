"""Rules by name: what an election file may ask for, and since when, for whom and by what law."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

from service.counting.errors import RuleError
from service.counting.rules import AdditionalMembersLondon, Plurality, Referendum, SupplementaryVote

Rule: TypeAlias = Plurality | Referendum | SupplementaryVote | AdditionalMembersLondon


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One line of the register: what the rule does, for which office, in force when, and its source."""

    description: str
    office: str
    in_force: str
    source: str
    build: Callable[..., Rule]


_ENTRIES: dict[str, RuleEntry] = {
    Plurality.name: RuleEntry(
        description="most votes wins; the n highest in an n-seat ward; lot for the last place",
        office="House of Commons, English and Welsh councils, Assembly constituencies, mayors and commissioners",
        in_force="since 1872 (secret ballot); mayors and commissioners in England and Wales since 26 October 2022",
        source="Representation of the People Act 1983, Sch. 1; Elections Act 2022, s. 13",
        build=Plurality,
    ),
    Referendum.name: RuleEntry(
        description="the answer with most votes carries; equal votes stay open",
        office="local governance referendums, Scottish independence 2014",
        in_force="per referendum",
        source="Local Authorities (Conduct of Referendums) (England) Regulations 2012",
        build=Referendum,
    ),
    SupplementaryVote.name: RuleEntry(
        description="more than half of first preferences wins, else second preferences for the two remaining are added",
        office="Mayor of London, other elected mayors, police and crime commissioners",
        in_force="May 2000 to 26 October 2022",
        source="Greater London Authority Act 1999, Sch. 2 Pt. I",
        build=SupplementaryVote,
    ),
    AdditionalMembersLondon.name: RuleEntry(
        description="d'Hondt on top of constituency seats, from 5% of all valid list votes",
        office="London Assembly, London members",
        in_force="since May 2000",
        source="Greater London Authority Act 1999, Sch. 2 Pt. II",
        build=AdditionalMembersLondon,
    ),
}

RULES: Mapping[str, RuleEntry] = MappingProxyType(_ENTRIES)
"""The register: rule name to description, office, dates in force and source."""


def rule_named(name: str, *, seats: int, **parameters: Any) -> Rule:
    """The rule that an election file names, with its seats and parameters.

    A `threshold` is an exact share of valid votes, as a Fraction, an int or text: "1/20", "0.05".

    Raises:
        RuleError: no such rule, a parameter it does not have, or one out of range.
    """
    if name not in RULES:
        raise RuleError(f"no rule is named {name!r}; there are {', '.join(sorted(RULES))}")
    if "threshold" in parameters:
        parameters["threshold"] = _exact_share(name, parameters["threshold"])
    try:
        return RULES[name].build(seats=seats, **parameters)
    except TypeError as refusal:
        raise RuleError(f"{name}: {refusal}") from refusal


def _exact_share(name: str, threshold: object) -> Fraction:
    if isinstance(threshold, bool) or not isinstance(threshold, Fraction | int | str):
        raise RuleError(f'{name}: threshold must be exact, as text such as "1/20" or "0.05", found {threshold!r}')
    try:
        return Fraction(threshold)
    except (ValueError, ZeroDivisionError) as refusal:
        raise RuleError(f'{name}: threshold must be a share such as "1/20" or "0.05", found {threshold!r}') from refusal
