"""What there is to show of a recorded night after so many messages, without a service or a page."""

import json
from functools import cache

from service.app import recount
from service.views.shown import Shown
from tests.service.nights import recorded


@cache
def shown(night: str, messages: int | None = None) -> Shown:
    of = recorded(night)
    counted = recount(of.election, of.messages[:messages])
    return Shown(
        of.election,
        standings={body: json.loads(json.dumps(counted.standings(body))) for body in of.election.bodies},
        results={place: json.loads(json.dumps(counted.result(place))) for place in counted.results_in()},
    )
