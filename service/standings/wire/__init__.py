"""The shapes of what is published, as types from which JSON Schema is printed. Figures not known are null, never 0."""

from service.standings.wire.beside import CallOut, CertainOut, CertainPartyOut, DoubtChangeOut, DoubtOut, RecountOut
from service.standings.wire.projected import CandidateProjectionOut, NationalShareOut, OutlookOut, PartyProjectionOut
from service.standings.wire.resulting import ElectedOut, ResultOut, StageOut, SwingOut
from service.standings.wire.standing import (
    AllocatedOut,
    AreasOut,
    CandidateOut,
    ContestOut,
    LineOut,
    NextOut,
    PartyOut,
    PartyVotesOut,
    PendingOut,
    RoundOut,
    RoundVotesOut,
    SeatsOut,
    StandingsOut,
    TieOut,
    WithoutSeatOut,
)
from service.standings.wire.telling import EventOut, QuarantinedOut, QuarantineOut, ReceiptOut, StatusOut
from service.standings.wire.written import JSON, encode

__all__ = [
    "JSON",
    "AllocatedOut",
    "AreasOut",
    "CallOut",
    "CandidateOut",
    "CandidateProjectionOut",
    "CertainOut",
    "CertainPartyOut",
    "ContestOut",
    "DoubtChangeOut",
    "DoubtOut",
    "ElectedOut",
    "EventOut",
    "LineOut",
    "NationalShareOut",
    "NextOut",
    "OutlookOut",
    "PartyOut",
    "PartyProjectionOut",
    "PartyVotesOut",
    "PendingOut",
    "QuarantineOut",
    "QuarantinedOut",
    "ReceiptOut",
    "RecountOut",
    "ResultOut",
    "RoundOut",
    "RoundVotesOut",
    "SeatsOut",
    "StageOut",
    "StandingsOut",
    "StatusOut",
    "SwingOut",
    "TieOut",
    "WithoutSeatOut",
    "encode",
]
