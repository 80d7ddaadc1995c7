"""Standings: what is published about an area and a body at one moment, as a function of what stands.

Counting gives outcomes; here they meet the election's parties, last time's figures and the words of the wire.
"""

from service.standings.area import AreaOutcome, count_area
from service.standings.body import Beside, Stamp, standings_of, time_out, winner_of
from service.standings.certain import certain_of
from service.standings.contest import Counted
from service.standings.fit import Misfit, misfits
from service.standings.outlook import (
    NOT_YET,
    Outlook,
    Projectable,
    Said,
    contents_of,
    evidence_of,
    projectable_of,
    race_of,
)
from service.standings.result import result_of
from service.standings.seats import control_of, is_complete, seats_in_all, seats_standing
from service.standings.whole import WholeOutcome, count_whole, moved_by_cover
from service.standings.wire import QuarantinedOut, ResultOut, StandingsOut

__all__ = [
    "NOT_YET",
    "AreaOutcome",
    "Beside",
    "Counted",
    "Misfit",
    "Outlook",
    "Projectable",
    "QuarantinedOut",
    "ResultOut",
    "Said",
    "Stamp",
    "StandingsOut",
    "WholeOutcome",
    "certain_of",
    "contents_of",
    "control_of",
    "count_area",
    "count_whole",
    "evidence_of",
    "is_complete",
    "misfits",
    "moved_by_cover",
    "projectable_of",
    "race_of",
    "result_of",
    "seats_in_all",
    "seats_standing",
    "standings_of",
    "time_out",
    "winner_of",
]
