"""Where it is close: what was declared by the fewest votes, and what the model finds hardest to say."""

from dataclasses import dataclass
from typing import Final

from service.ids import AreaId, BodyId, ContestId, PartyId
from service.standings.wire import JSON
from service.views.shown import Place, Shown

CLOSEST_MAX: Final = 10
OPEN_MAX: Final = 20

CHANCE_SHOWN_MIN: Final = 0.005
"""Less is not shown."""


@dataclass(frozen=True, slots=True)
class Close:
    """An area declared by few votes: whose it is, who is next."""

    place: Place
    name: str
    party: JSON
    second: JSON | None
    majority: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Open:
    """An area where a model sees several who may win: parties with their chances, the likeliest first."""

    place: Place
    name: str
    chances: tuple[tuple[JSON, float], ...]


def closest(shown: Shown, standings: JSON) -> list[Close]:
    """Give the areas of a body that were declared by the smallest majorities, the smallest first."""
    rows = {row["party"]: row for row in standings["parties"]}
    found = []
    for place in shown.places_of(BodyId(standings["body"])):
        result = shown.results.get(place)
        if result is None or not result["declared"] or result["majority"] is None or not result["elected"]:
            continue
        elected = {who["candidate"] for who in result["elected"]}
        others = [row for row in result["candidates"] if row["candidate"] not in elected and row["votes"] is not None]
        second = max(others, key=lambda row: int(row["votes"]), default=None)
        found.append(
            Close(
                place=place,
                name=result["name"],
                party=rows[result["elected"][-1]["party"]],
                second=rows.get(second["party"]) if second else None,
                majority=result["majority"],
                share=result["majority_share"],
            )
        )
    return sorted(found, key=lambda each: (each.majority, each.name))[:CLOSEST_MAX]


def open_areas(shown: Shown, standings: JSON) -> list[Open]:
    """Give the areas that are open by the model, the least certain first."""
    outlook = standings["projection"]
    if outlook is None:
        return []
    rows = {row["party"]: row for row in standings["parties"]}
    contest = next(
        (each for each in shown.election.bodies[BodyId(standings["body"])].contests if _elects(shown, each)), None
    )
    if contest is None:
        return []
    found = [
        Open(
            place=(contest, AreaId(area)),
            name=shown.election.areas[AreaId(area)].name,
            chances=tuple(
                (rows[PartyId(party)], chance)
                for party, chance in sorted(chances.items(), key=lambda each: -each[1])
                if chance >= CHANCE_SHOWN_MIN and party in rows
            ),
        )
        for area, chances in outlook["areas"].items()
    ]
    return sorted(found, key=lambda each: (max((chance for _, chance in each.chances), default=0.0), each.name))[
        :OPEN_MAX
    ]


def _elects(shown: Shown, contest: ContestId) -> bool:
    return shown.election.contests[contest].scope == "area"
