"""Project list votes beside the votes for constituency members, which the same voters give.

A party that does better than last time in the constituencies does so on the list, but not quite. So what its list does
beyond that is a process of its own: seen where both votes are in, and in doubt where the list is still to come, however
many constituencies are in.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.adding import PERCENT, Doubt, VotesToAdd, papers_to_come
from service.projection.averages import ListTerms
from service.projection.chance import Source
from service.projection.change import CITY_RESIDUAL, Expected, noise_of, scale_of, still_to_come
from service.projection.draws import Common
from service.projection.parameters import Parameters
from service.projection.posterior import Observations, condition
from service.projection.race import Bools, Evidence, Floats, Ints, Race, shares_of

TOGETHER: Final = 0.8
"""How much of a party's change in a constituency is expected on the list. From one election of the London Assembly to
the next, 2000 to 2021, it was 0.84 (least squares, five parties, five times)."""
BEYOND: Final = 0.2
"""What a list does beyond that, of what a party's share may do. In all of London the five parties' lists were 1.2
points from what their constituency votes let expect (root mean square)."""
NEW_POINTS: Final = 2.0
"""Before any list is in, none is taken to be smaller: a new one may turn out to be as large."""
MOST: Final = 0.5
"""Who stands in so many of the constituencies that are in stands in the others: candidates are not all on record."""


@dataclass(frozen=True, slots=True, eq=False)
class AdditionalRace:
    """A body of two votes: `constituency`, and list votes last time (areas x the same parties) under `terms`.

    Where it is not known how the list was voted for area by area, every row is the whole's, in proportion.
    """

    constituency: Race
    list_last_votes: Ints
    list_standing: Bools
    terms: ListTerms


@dataclass(frozen=True, slots=True, eq=False)
class ListEvidence:
    """What is in of the list: area by area (its `winner` says nothing), or of all areas together in one declaration."""

    areas: Evidence
    whole: Ints | None = None

    @property
    def outstanding(self) -> Floats:
        """How much of each area's list votes is still to come."""
        return self.areas.outstanding if self.whole is None else np.zeros(len(self.areas.outstanding))

    @property
    def votes(self) -> Ints:
        """The votes that are in, by party."""
        return np.asarray(self.areas.votes.sum(axis=0)) if self.whole is None else self.whole


@dataclass(frozen=True, slots=True, eq=False)
class ListVotes:
    """List votes, ready to be drawn beside the constituencies of the areas `asked`.

    `constituency` is what is expected of those, in points; `stands` says which parties' candidates tell of their lists.
    """

    race: AdditionalRace
    evidence: Evidence
    of_list: ListEvidence
    asked: Bools
    constituency: Expected
    parameters: Parameters
    spread: float

    @property
    def stands(self) -> Bools:
        """Where a party has a candidate, as far as is known."""
        first, observed = self.race.constituency, self.evidence.observed
        most = (self.evidence.votes[observed] > 0).mean(axis=0) >= MOST if observed.any() else np.False_
        return np.asarray(first.standing | (most & ~observed[:, None]))

    def draw(self, common: Common, draws: int, source: Source) -> Ints:
        """Draw the list votes still to come (parties x draws), `common` being what constituencies have in common."""
        beyond, rows = self.expect(), np.flatnonzero(self.asked)
        part = self.of_list.outstanding[rows]
        whole = np.where(part > 0, self._valid(rows), 0)
        standing = self.race.list_standing[rows]
        counted = shares_of(self.of_list.areas.votes[rows]) * PERCENT
        on_list = np.flatnonzero(standing.any(axis=0))
        columns = on_list.tolist()
        each = whole[:, None] / PERCENT
        # Streets that are still to be counted are the same for both votes.
        along = np.where(self.of_list.areas.observed[rows], 1.0, TOGETHER)[:, None] * self.stands[rows][:, on_list]
        doubts = (
            Doubt(each * along, columns, self.constituency.posterior, self.spread),
            Doubt(each * beyond.scale[:, on_list], columns, beyond.posterior, self.spread),
        )
        votes = VotesToAdd(
            mean=still_to_come(beyond.mean, counted, part, standing)[:, on_list],
            valid=whole * part,
            doubts=doubts,
            papers=papers_to_come(whole * part, whole, self.constituency.posterior, self.spread),
        )
        drawn = np.zeros((standing.shape[1], draws), dtype=np.int64)
        drawn[on_list] = votes.draw(common, draws, source)
        return drawn

    def expect(self) -> Expected:
        """Say what the lists will come to in the areas asked, and how unsure what they do beyond candidates is.

        list = list last time + 0.8 (candidates - last time's) + beyond, each of a party. Where it had no candidate last
        time, its list is what its candidate is compared with; where it has none now, nobody tells of its list.
        """
        first, lists, asked = self.race.constituency, self.of_list.areas, self.asked
        last, now, before, there = (
            shares_of(votes) * PERCENT
            for votes in (self.race.list_last_votes, lists.votes, first.last_votes, self.evidence.votes)
        )
        there[asked] = self.constituency.mean
        stands = self.stands
        # Who has won without figures tells nothing of candidates that a list could be compared with.
        observed = np.asarray(lists.observed & (self.evidence.observed | asked))
        followed = last + TOGETHER * np.where(stands, there - np.where(before > 0, before, last), 0)
        scale = scale_of(last, now, observed)
        if not observed.any():
            scale = scale_of(last, followed, np.ones_like(observed), least_points=NEW_POINTS)
        of_candidates = np.where(self.evidence.observed, self.evidence.outstanding, 0)
        seen = Observations(
            rows=observed,
            change=((now - followed) / scale)[observed],
            noise=noise_of(np.maximum(lists.outstanding, of_candidates)[observed], self.parameters),
            standing=(self.race.list_standing | (last > 0))[observed],
        )
        residual = (1 - (1 - BEYOND) * stands.mean(axis=0)) * CITY_RESIDUAL * self.parameters.residual_points
        alike = self.constituency.alike
        posterior = condition(alike, seen, asked, residual, self.parameters.freedom)
        return Expected(np.asarray(followed[asked] + scale[asked] * posterior.mean), scale[asked], posterior, alike)

    def _valid(self, rows: Ints) -> Floats:
        """Give how many valid list votes these areas, which are those asked, will have in all.

        Both votes are on papers of the same voters: the constituency says how many, where the list does not, and last
        time with the turnout of the areas that are in where nothing is in.
        """
        more = np.exp(self.constituency.posterior.mean[:, -1] / PERCENT)
        valid = self.race.list_last_votes[rows].sum(axis=1) * more
        for seen in (self.evidence, self.of_list.areas):
            known = seen.observed[rows]
            valid[known] = (seen.votes.sum(axis=1)[rows] / (1 - np.where(known, seen.outstanding[rows], 0)))[known]
        return np.asarray(valid)
