"""What a projection needs of a night, and what it says, in the election's own terms.

One door: `projectable_of` says how a body is projected, or why it is not; what that gives is an `Outlook`, which the
wire's own functions print. A model for one more kind of body is one more module here.
"""

from service.standings.outlook.evidence import contents_of
from service.standings.outlook.kinds import Projectable, projectable_of, uncovered_because
from service.standings.outlook.national import NationalSaid, NationalShare
from service.standings.outlook.plurality import evidence_of, race_of
from service.standings.outlook.printed import (
    candidate_outlook,
    national_out,
    outlook_out,
    party_outlook,
    withheld_because,
)
from service.standings.outlook.said import NOT_YET, Outlook, Said

__all__ = [
    "NOT_YET",
    "NationalSaid",
    "NationalShare",
    "Outlook",
    "Projectable",
    "Said",
    "candidate_outlook",
    "contents_of",
    "evidence_of",
    "national_out",
    "outlook_out",
    "party_outlook",
    "projectable_of",
    "race_of",
    "uncovered_because",
    "withheld_because",
]
