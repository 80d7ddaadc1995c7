"""Who may take list seats: the threshold in votes, exactly, and how it moves when somebody gets more of them."""

from dataclasses import dataclass
from fractions import Fraction

from service.counting.outcome import Option
from service.counting.votes import ListTally

NO_THRESHOLD = Fraction(0)


@dataclass(frozen=True, slots=True)
class Bar:
    """A threshold t as a share of the V valid votes: v >= t V clears it if `inclusive`, v > t V otherwise.

    The `exempt` clear it with any votes.
    """

    threshold: Fraction = NO_THRESHOLD
    inclusive: bool = True
    exempt: frozenset[Option] = frozenset()

    def cleared_by(self, option: Option, votes: int, valid: int) -> bool:
        """Whether so many of the valid votes are enough."""
        return votes >= self.votes_needed(option, valid)

    def votes_needed(self, option: Option, valid: int) -> int:
        """Fewest of so many valid votes that clear it."""
        if option in self.exempt:
            return 0
        level, rest = divmod(self.threshold.numerator * valid, self.threshold.denominator)
        return level + (rest > 0 if self.inclusive else 1)

    def votes_to_clear(self, option: Option, votes: int, valid: int) -> int:
        """Fewest votes more with which the option clears the bar, which its own votes raise.

        With t = n/d, (v + x) d >= n (V + x) holds from x = ceil((n V - v d) / (d - n)).
        """
        if self.cleared_by(option, votes, valid):
            return 0
        short = self.threshold.numerator * valid - votes * self.threshold.denominator
        each = self.threshold.denominator - self.threshold.numerator
        return -(-short // each) if self.inclusive else short // each + 1

    def votes_to_drop(self, option: Option, votes: int, valid: int) -> int | None:
        """Fewest votes more for others with which the option, which clears the bar now, no longer does; None: never.

        With t = n/d, v d < n (V + x) holds from x = floor(v d / n) - V + 1.
        """
        if option in self.exempt or not self.threshold:
            return None
        if self.inclusive:
            return votes * self.threshold.denominator // self.threshold.numerator - valid + 1
        return -(-votes * self.threshold.denominator // self.threshold.numerator) - valid


def kept_out(tally: ListTally, bar: Bar) -> dict[Option, str]:
    """Options with votes that may take no list seat, each with the reason, most votes first.

    Reasons: "aggregate" (a line that adds up several), "threshold", "no places" (nobody left on the list, or an
    individual who is returned already).
    """
    valid = sum(tally.votes.values())
    reasons: dict[Option, str] = {}
    for option in sorted(tally.votes, key=lambda option: (-tally.votes[option], option)):
        votes = tally.votes[option]
        if votes == 0:
            continue
        if option in tally.aggregates:
            reasons[option] = "aggregate"
        elif not bar.cleared_by(option, votes, valid):
            reasons[option] = "threshold"
        elif places_of(tally, option, 1) == 0:
            reasons[option] = "no places"
    return reasons


def places_of(tally: ListTally, option: Option, seats: int) -> int:
    """How many of `seats` the option has candidates for: one at most if it stands alone, none if it is returned."""
    places = min(tally.places.get(option, seats), seats)
    if option in tally.individuals:
        return 0 if tally.constituency_seats.get(option) else min(places, 1)
    return places
