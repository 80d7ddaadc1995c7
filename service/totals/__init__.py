"""Totals: which figures stand for each area, and what they add up to.

Everything here is derived from the set of distinct contents of an area, never from the order in which they arrived: a
source's later revision replaces its earlier one, a declaration its partial counts, a higher-ranked source a lower one.
"""

from service.totals.figures import Figures, add_up, areas_that_count, figures_of
from service.totals.standing import CLASSES, AreaStanding, Corrected, Statement, same_figures, stand

__all__ = [
    "CLASSES",
    "AreaStanding",
    "Corrected",
    "Figures",
    "Statement",
    "add_up",
    "areas_that_count",
    "figures_of",
    "same_figures",
    "stand",
]
