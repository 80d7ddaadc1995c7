"""A night that is over, to be played again area by area in one order or another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from service.ids import BodyId
from service.night import Night
from service.projection import NOBODY, Evidence, Race
from service.projection.race import Bools, Ints, shares_of
from service.standings import evidence_of, race_of

REAL: Final = "real"
"""The order in which areas declared."""
MAIN_PARTIES: Final = ("con", "lab", "ld", "snp")
"""The parties whose seats are scored. Others have so few that hardly any range could miss them."""
SEED: Final = 1832
"""Of the random orders."""


@dataclass(frozen=True, slots=True, eq=False)
class PlayedNight:
    """A race and how it ended: votes (areas x parties), winners (areas), and the order of declaration if on record.

    `scored` are the parties whose seats a backtest scores.
    """

    race: Race
    votes: Ints
    winners: Ints
    order: tuple[int, ...]
    scored: tuple[str, ...] = MAIN_PARTIES

    def within(self, countries: Iterable[str]) -> "PlayedNight":
        """Give the same night for some of the countries alone."""
        kept = np.flatnonzero(np.isin(self.race.country, sorted(countries)))
        position = {int(row): number for number, row in enumerate(kept)}
        race = replace(
            self.race,
            areas=tuple(self.race.areas[row] for row in kept),
            last_votes=self.race.last_votes[kept],
            standing=self.race.standing[kept],
            incumbent=self.race.incumbent[kept],
            country=tuple(self.race.country[row] for row in kept),
            region=tuple(self.race.region[row] for row in kept),
            holder=self.race.holder[kept],
            electorate=self.race.electorate[kept],
            earlier_shares=None if self.race.earlier_shares is None else self.race.earlier_shares[kept],
        )
        order = tuple(position[row] for row in self.order if row in position)
        return replace(self, race=race, votes=self.votes[kept], winners=self.winners[kept], order=order)


def played_night(night: Night, body: BodyId, topics: Iterable[str]) -> PlayedNight | None:
    """Take a body of a counted night, its areas in the order of the messages' topics; None where no model covers it."""
    of = night.election.bodies[body]
    race = race_of(night.election, of)
    if race is None:
        return None
    evidence = evidence_of(night.election, of, race, night.counted)
    position = {area: row for row, area in enumerate(race.areas)}
    reported = dict.fromkeys(topic.rsplit("/", 1)[-1] for topic in topics)
    order = tuple(position[area] for area in reported if area in position)
    return PlayedNight(race, evidence.votes, evidence.winner, order)


def evidence_at(night: PlayedNight, order: Sequence[int], count: int) -> Evidence:
    """Give what is in once the first `count` areas of an order have declared."""
    declared: Bools = np.zeros(len(night.race.areas), dtype=np.bool_)
    declared[list(order[:count])] = True
    return Evidence(
        votes=np.where(declared[:, None], night.votes, 0),
        outstanding=np.where(declared, 0.0, 1.0),
        winner=np.where(declared, night.winners, NOBODY),
        expected_valid=np.zeros(len(declared), dtype=np.int64),
    )


def final_seats(night: PlayedNight) -> dict[str, int]:
    """Give the seats of each party that has one at the end."""
    seats = np.bincount(night.winners, minlength=len(night.race.parties))
    return {party: int(seats[number]) for number, party in enumerate(night.race.parties) if seats[number]}


def orders_of(night: PlayedNight, *, random: int, adversaries: int) -> dict[str, tuple[int, ...]]:
    """Give the orders to play a night in: real, some random ones, and for the largest parties its safest seats first.

    The last are what an adversary would choose: each party's best areas, which look like a landslide.
    """
    orders = {REAL: night.order} if night.order else {}
    rng = np.random.default_rng(SEED)
    for number in range(1, random + 1):
        orders[f"random {number}"] = tuple(rng.permutation(len(night.race.areas)).tolist())
    last = shares_of(night.race.last_votes)
    best, second = np.sort(last, axis=1)[:, -1:], np.sort(last, axis=1)[:, -2:-1]
    lead = last - np.where(last == best, second, best)
    for party in np.argsort(-night.race.last_votes.sum(axis=0), kind="stable")[:adversaries]:
        orders[f"{night.race.parties[party]} first"] = tuple(np.argsort(-lead[:, party], kind="stable").tolist())
    return orders
