"""Nights that are over, projected again as if they were under way: the scorecard of the projection.

Never with parameters that were fitted on the night that is scored.
"""

from service.backtest.played import PlayedNight, evidence_at, final_seats, orders_of, played_night
from service.backtest.running import CUTS, Row, run

__all__ = ["CUTS", "PlayedNight", "Row", "evidence_at", "final_seats", "orders_of", "played_night", "run"]
