"""What the election folder says was expected of a contest, as a model takes it."""

import numpy as np

from service.election import Election, PriorShares
from service.ids import ContestId, PartyId
from service.projection import Prior, Race


def expected_of(election: Election, contest: ContestId) -> PriorShares | None:
    """Find the prior on a contest, of several the first."""
    return next((prior for prior in election.priors if prior.contest == contest), None)


def prior_of(of: PriorShares | None, race: Race) -> Prior | None:
    """Give a prior in the order of a race."""
    if of is None:
        return None
    within = [not of.countries or country in of.countries for country in race.country]
    shares = [float(of.shares[party]) if party in of.shares else np.nan for party in map(PartyId, race.parties)]
    return Prior(np.array(within), np.array(shares), float(of.error_points))
