"""Which areas and parties are modelled together: a country with parties of its own is a race of its own.

Northern Ireland tells nothing about Great Britain, and parties that stand in a handful of areas have no common change.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.race import Bools, Floats, Ints, Race

LEADING_PARTIES: Final = 2
"""Countries belong together where one of so many leading parties of each is the same."""
COLUMNS_MAX: Final = 12
"""Parties modelled one by one; the time of an update grows with the square of it."""
VOTES_SHARE_MIN: Final = 0.02
"""A party with so much of the votes of a country last time is modelled by itself ..."""
STANDING_SHARE_MIN: Final = 0.1
"""... and one that stands in so many of the areas."""


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """Areas and columns that are modelled together.

    `rows` are positions of areas; `parties` positions of the parties that have a column each; one more column pools all
    others, and `pooled` (areas) is the party that takes the seat where that column wins.
    """

    rows: Ints
    parties: Ints
    pooled: Ints

    def columns(self, table: Ints | Floats) -> Floats:
        """Take areas x parties down to these rows and columns, the others added up in the last."""
        mine = table[self.rows].astype(np.float64)
        return np.column_stack([mine[:, self.parties], mine.sum(axis=1) - mine[:, self.parties].sum(axis=1)])

    def columns_standing(self, standing: Bools) -> Bools:
        """Say in which of these areas each column stands."""
        return self.columns(standing.astype(np.int64)) > 0

    def party_table(self) -> Ints:
        """Give the party that takes the seat where a column wins (areas x columns)."""
        own = np.broadcast_to(self.parties, (len(self.rows), len(self.parties)))
        return np.asarray(np.column_stack([own, self.pooled]), dtype=np.int64)


def systems_of(race: Race) -> tuple[System, ...]:
    """Split a race into its systems, the one with the first area first."""
    country = np.array(race.country, dtype=str)
    groups: list[tuple[set[str], set[int]]] = []
    for name in dict.fromkeys(race.country):
        votes = race.last_votes[country == name].sum(axis=0)
        leading = {int(party) for party in np.argsort(-votes, kind="stable")[:LEADING_PARTIES] if votes[party]}
        alike = [group for group in groups if group[1] & leading]
        groups = [group for group in groups if group not in alike]
        groups.append(
            (
                {name}.union(*(names for names, _ in alike)),
                leading.union(*(parties for _, parties in alike)),
            )
        )
    found = [_system(race, np.flatnonzero(np.isin(country, sorted(names)))) for names, _ in groups]
    return tuple(sorted(found, key=lambda system: int(system.rows[0])))


def _system(race: Race, rows: Ints) -> System:
    votes, standing = race.last_votes[rows], race.standing[rows]
    country = np.array(race.country, dtype=str)[rows]
    by_country = np.array([votes[country == name].sum(axis=0) for name in np.unique(country)])
    large = (by_country >= np.maximum(1, VOTES_SHARE_MIN * by_country.sum(axis=1, keepdims=True))).any(axis=0)
    spread_out = standing.sum(axis=0) >= max(2.0, STANDING_SHARE_MIN * len(rows))
    ranked = np.argsort(-votes.sum(axis=0), kind="stable")
    parties = np.sort(ranked[(large | spread_out)[ranked]][:COLUMNS_MAX])
    rest = standing.copy()
    rest[:, parties] = False
    return System(rows=rows, parties=parties, pooled=np.where(rest, votes + 1, 0).argmax(axis=1))
