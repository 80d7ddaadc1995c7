"""Project a supplementary vote whose second preferences are not known yet: who wins after they are transferred."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from service.projection.chance import Source, on_grid
from service.projection.projected import chance
from service.projection.race import Floats, Ints

FINALISTS: Final = 2
PAPERS_PER_CHOICE: Final = 500.0
"""Second preferences go together in a place: so many papers tell as much as one voter asked at random."""
CHOICES_MAX: Final = 400.0
"""However many papers are in, the rest of the city is not quite like them."""
CHOICES_MIN: Final = 0.02
"""A transfer that never occurred may yet occur, a little."""


@dataclass(frozen=True, slots=True, eq=False)
class SecondRound:
    """How the second round may end: the finalists by first preferences, and each option's chance to win.

    `votes` (finalists x 3) are low, median and high of the final votes at level 0.9.
    """

    finalists: tuple[str, str]
    chances: dict[str, float]
    votes: Ints


def project_second_round(
    options: tuple[str, ...], first: Ints, transfers: Floats, *, seed: int, draws: int = 10_000
) -> SecondRound:
    """Draw final_k = first_k + sum over e of T_ek first_e, with T_e Dirichlet over the finalists and nobody.

    Args:
        options: who stands.
        first: first preferences of each.
        transfers: papers seen so far, last time's included if there are none of tonight's (options x options + 1): of
            those whose first preference was the row, how many had the column second; the last column is nobody valid.
        seed: of the draws.
        draws: how many.
    """
    source = Source(seed)
    ranked = np.argsort(-first, kind="stable")
    finalists = ranked[:FINALISTS]
    final = np.repeat(first[finalists].astype(np.float64)[:, None], draws, axis=1)
    for eliminated in ranked[FINALISTS:]:
        seen = np.append(transfers[eliminated, finalists], _to_nobody(transfers[eliminated], finalists))
        final += first[eliminated] * _dirichlet(_concentration(seen), draws, source)[:FINALISTS]
    votes = np.rint(final).astype(np.int64)
    wins = int((votes[0] > votes[1]).sum()), int((votes[1] > votes[0]).sum())
    first_named, second_named = (options[option] for option in finalists)
    reached = np.quantile(votes, (0.05, 0.5, 0.95), axis=1, method="nearest").T
    return SecondRound(
        finalists=(first_named, second_named),
        chances={first_named: chance(wins[0], draws), second_named: chance(wins[1], draws)},
        votes=np.asarray(reached, dtype=np.int64),
    )


def _to_nobody(row: Floats, finalists: Ints) -> float:
    """Second preferences that help no finalist: none given, or for somebody else who is out."""
    return float(row.sum() - row[finalists].sum())


def _concentration(papers: Floats) -> Floats:
    """Weigh papers as so many independent choices."""
    choices = papers / PAPERS_PER_CHOICE
    total = float(choices.sum())
    scaled = choices * min(1.0, CHOICES_MAX / total) if total else np.ones_like(choices)
    return np.asarray(np.maximum(scaled, CHOICES_MIN), dtype=np.float64)


def _dirichlet(concentration: Floats, draws: int, source: Source) -> Floats:
    """Draw shares (choices x draws): gamma variables over their sum, each by Wilson and Hilferty's cube root."""
    part = concentration[:, None]
    root = 1 - 1 / (9 * part) + source.normal((len(concentration), draws)) / (3 * np.sqrt(part))
    gamma = part * np.maximum(root, 0) ** 3
    return on_grid(np.asarray(gamma / np.maximum(gamma.sum(axis=0), np.finfo(np.float64).tiny)))
