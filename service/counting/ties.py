"""Who is level, and what a drawn lot says about it: shared by every rule that ranks whole numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from service.counting.outcome import Lot, NextInLine, Option


@dataclass(frozen=True, slots=True)
class Ranking:
    """Options by figure, highest first, as far as figures and lots order them.

    The first `places` of `order` are in, if `level` is empty. Otherwise a lot decides which of `level` (sorted) take
    the `level_places` after those `ahead` of them.
    """

    order: tuple[Option, ...]
    ahead: int
    level: tuple[Option, ...]
    level_places: int
    drawn: frozenset[Option]


def rank(figures: Mapping[Option, int] | Mapping[Option, Fraction], places: int, lots: Sequence[Lot]) -> Ranking:
    """Order options by `figures`, highest first, and find the lot that the last of `places` turns on.

    Where the tie does not matter (all of it in, or all of it out) the name orders. `drawn`: whom a lot ordered.
    """
    order = sorted(figures, key=lambda option: (-figures[option], option))
    if places == 0 or len(order) <= places or figures[order[places - 1]] != figures[order[places]]:
        return Ranking(tuple(order), min(places, len(order)), (), 0, frozenset())
    cut = figures[order[places]]
    ahead = [option for option in order if figures[option] > cut]
    level = [option for option in order if figures[option] == cut]
    drawn = find_lot(level, lots)
    if drawn is None:
        return Ranking(tuple(order), len(ahead), tuple(level), places - len(ahead), frozenset())
    behind = order[len(ahead) + len(level) :]
    return Ranking((*ahead, *drawn, *behind), places, (), 0, frozenset(level))


def find_lot(options: Iterable[Option], lots: Sequence[Lot]) -> tuple[Option, ...] | None:
    """The order drawn among exactly these options, None if no lot was. Drawn again, the latest stands."""
    among = tuple(sorted(options))
    for lot in reversed(lots):
        if lot.options == among:
            return lot.order
    return None


def by_votes(votes: Mapping[Option, int]) -> dict[Option, int]:
    """The same votes, most first, by name where equal."""
    return {option: votes[option] for option in sorted(votes, key=lambda option: (-votes[option], option))}


def nearest_first(line: Iterable[NextInLine]) -> tuple[NextInLine, ...]:
    """Fewest votes short first, by name where equal; those who can never take the seat last."""
    return tuple(sorted(line, key=lambda near: (near.votes_short is None, near.votes_short, near.option)))
