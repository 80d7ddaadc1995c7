"""Standings: what is published about an area and a body at one moment, as a function of what stands.

Counting gives outcomes; here they meet the election's parties, last time's figures and the words of the wire.
"""

from service.standings.area import TRANSFERABLE, AreaOutcome, count_area
from service.standings.body import Beside, Stamp, standings_of, time_out, winner_of
from service.standings.calls import Beliefs, DeskCall, call_out, calls_out, chance_of_no_majority
from service.standings.certain import certain_of
from service.standings.contest import Counted
from service.standings.fit import Miscount, Misfit, miscounts, misfits
from service.standings.outlook import (
    NOT_YET,
    NationalSaid,
    NationalShare,
    Outlook,
    Projectable,
    Said,
    contents_of,
    evidence_of,
    projectable_of,
    race_of,
    uncovered_because,
)
from service.standings.questions import answers_of, body_of, declared_answer, questions_of, who_may
from service.standings.recounts import watched
from service.standings.result import AreaBeside, result_of
from service.standings.seats import control_of, is_complete, seats_in_all, seats_standing
from service.standings.whole import WholeOutcome, count_whole, moved_by_cover
from service.standings.wire import QuarantinedOut, ResultOut, StandingsOut

__all__ = [
    "NOT_YET",
    "TRANSFERABLE",
    "AreaBeside",
    "AreaOutcome",
    "Beliefs",
    "Beside",
    "Counted",
    "DeskCall",
    "Miscount",
    "Misfit",
    "NationalSaid",
    "NationalShare",
    "Outlook",
    "Projectable",
    "QuarantinedOut",
    "ResultOut",
    "Said",
    "Stamp",
    "StandingsOut",
    "WholeOutcome",
    "answers_of",
    "body_of",
    "call_out",
    "calls_out",
    "certain_of",
    "chance_of_no_majority",
    "contents_of",
    "control_of",
    "count_area",
    "count_whole",
    "declared_answer",
    "evidence_of",
    "is_complete",
    "miscounts",
    "misfits",
    "moved_by_cover",
    "projectable_of",
    "questions_of",
    "race_of",
    "result_of",
    "seats_in_all",
    "seats_standing",
    "standings_of",
    "time_out",
    "uncovered_because",
    "watched",
    "who_may",
    "winner_of",
]
