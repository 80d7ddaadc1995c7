"""Nights that are over, projected again as if they were under way: the scorecard of the projection.

The House of Commons never with parameters that were fitted on the night that is scored. What was chosen on nights of
London, where there is no other to choose on, is said where such a night is told.
"""

from service.backtest.played import MAIN_PARTIES, PlayedNight, evidence_at, final_seats, orders_of, played_night
from service.backtest.running import CUTS, Row, run

__all__ = [
    "CUTS",
    "MAIN_PARTIES",
    "PlayedNight",
    "Row",
    "evidence_at",
    "final_seats",
    "orders_of",
    "played_night",
    "run",
]
