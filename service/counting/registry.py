"""Rules by name: what an election file may ask for, and since when, for whom and by what law."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

from service.counting.errors import RuleError
from service.counting.rules import (
    AdditionalMembersLondon,
    AdditionalMembersScotland,
    AdditionalMembersWales,
    DHondt,
    DroopRemainders,
    GermanyMixed,
    HareRemainders,
    InstantRunOff,
    ModifiedSainteLague,
    NewZealandMixed,
    Plurality,
    Referendum,
    SainteLague,
    SupplementaryVote,
)
from service.counting.stv import MeekStv, NorthernIrelandStv, ScottishStv, StvRule

Rule: TypeAlias = (
    Plurality
    | Referendum
    | SupplementaryVote
    | InstantRunOff
    | DHondt
    | SainteLague
    | ModifiedSainteLague
    | HareRemainders
    | DroopRemainders
    | AdditionalMembersLondon
    | AdditionalMembersScotland
    | AdditionalMembersWales
    | NewZealandMixed
    | GermanyMixed
    | StvRule
)


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
    AdditionalMembersScotland.name: RuleEntry(
        description="d'Hondt on top of the region's constituency seats, no threshold",
        office="Scottish Parliament, seven regional members in each of eight regions",
        in_force="since May 1999",
        source="Scotland Act 1998, s. 7 and 8",
        build=AdditionalMembersScotland,
    ),
    AdditionalMembersWales.name: RuleEntry(
        description="d'Hondt on top of the region's constituency seats, no threshold",
        office="National Assembly for Wales and Senedd, four regional members in each of five regions",
        in_force="May 1999 to May 2021; from 2026 the Senedd is sixteen six-member closed lists under dhondt",
        source="Government of Wales Act 2006, s. 8 and 9 as enacted",
        build=AdditionalMembersWales,
    ),
    NewZealandMixed.name: RuleEntry(
        description="Sainte-Laguë over the whole House, less electorates won; 5% or an electorate; overhang kept",
        office="House of Representatives of New Zealand",
        in_force="since October 1996",
        source="Electoral Act 1993 (New Zealand), s. 191 to 193",
        build=NewZealandMixed,
    ),
    GermanyMixed.name: RuleEntry(
        description="630 seats by Sainte-Laguë, then by Land; constituency winners only within second-vote cover",
        office="German Bundestag",
        in_force="since 14 June 2023 (election of February 2025)",
        source="Bundeswahlgesetz, s. 1 and 4 to 6 (BGBl. 2023 I no. 147); 2 BvF 1/23",
        build=GermanyMixed,
    ),
    InstantRunOff.name: RuleEntry(
        description="lowest excluded round by round until somebody has more than half of the papers in play",
        office="President of Ireland, many societies; the alternative vote proposed for the House of Commons in 2011",
        in_force="per election",
        source="Parliamentary Voting System and Constituencies Act 2011, s. 9 (never in force)",
        build=InstantRunOff,
    ),
    DHondt.name: RuleEntry(
        description="highest averages, divisors 1, 2, 3, ...; threshold optional",
        office="European Parliament in Great Britain, the Senedd's sixteen six-member constituencies, much of Europe",
        in_force="Great Britain 1999 to 2019; Senedd from May 2026",
        source="European Parliamentary Elections Act 2002, s. 2; Senedd Cymru (Members and Elections) Act 2024, s. 8",
        build=DHondt,
    ),
    SainteLague.name: RuleEntry(
        description="highest averages, divisors 1, 3, 5, ...; threshold optional",
        office="European Parliament in Germany, Latvia",
        in_force="Germany since 2009",
        source="Europawahlgesetz, s. 2",
        build=SainteLague,
    ),
    ModifiedSainteLague.name: RuleEntry(
        description="highest averages, divisors 1.4, 3, 5, ...; threshold optional",
        office="Storting (Norway), Riksdag (Sweden) until 2014",
        in_force="Norway since 1953",
        source="valgloven 2002 (Norway), s. 11-4",
        build=ModifiedSainteLague,
    ),
    HareRemainders.name: RuleEntry(
        description="whole quotas of votes / seats, then largest remainders; threshold optional",
        office="Bundestag 1987 to 2005, Hong Kong 1998 to 2016",
        in_force="per election",
        source="Bundeswahlgesetz, s. 6 as of 1985",
        build=HareRemainders,
    ),
    DroopRemainders.name: RuleEntry(
        description="whole quotas of floor(votes / (seats + 1)) + 1, then largest remainders; threshold optional",
        office="National Assembly of South Africa",
        in_force="since 1994",
        source="Electoral Act 73 of 1998 (South Africa), Sch. 1A",
        build=DroopRemainders,
    ),
    ScottishStv.name: RuleEntry(
        description="single transferable vote, weighted inclusive Gregory to five decimal places",
        office="Scottish councils",
        in_force="since May 2007",
        source="Scottish Local Government Elections Order 2007, r. 45-52; 2011, SSI 2011/399",
        build=ScottishStv,
    ),
    NorthernIrelandStv.name: RuleEntry(
        description="single transferable vote, Gregory on the parcel last received",
        office="councils and Assembly of Northern Ireland",
        in_force="since 1973",
        source="Electoral Law Act (Northern Ireland) 1962, Sch. 5 r. 41-52, as put in by SI 1985/454",
        build=NorthernIrelandStv,
    ),
    MeekStv.name: RuleEntry(
        description="single transferable vote by Meek's method, to nine decimal places",
        office="local authorities in New Zealand that choose it",
        in_force="since January 2004",
        source="Local Electoral Regulations 2001 (New Zealand, SR 2001/145), Sch. 1A",
        build=MeekStv,
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
