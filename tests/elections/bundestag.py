"""The Bundestag under the law of 2023, counted from a night's files by another method than the service's.

Seats go by a divisor that is searched for, with standard rounding, as the law words it; the service compares quotients.
"""

from collections import Counter, defaultdict
from fractions import Fraction

from tests.elections.night_files import Night


def by_divisor(votes: dict[str, int], seats: int) -> dict[str, int]:
    """Seats by standard rounding of votes / divisor, with the divisor that gives just so many."""
    low, high = Fraction(0), Fraction(2 * sum(votes.values()))
    while True:
        divisor = (low + high) / 2
        given = {
            party: (2 * number * divisor.denominator // divisor.numerator + 1) // 2 for party, number in votes.items()
        }
        if sum(given.values()) == seats:
            return given
        low, high = (divisor, high) if sum(given.values()) > seats else (low, divisor)


def second_votes(night: Night) -> dict[str, Counter[str]]:
    """Second votes by Land and party, of what the night's messages say."""
    by_land: dict[str, Counter[str]] = defaultdict(Counter)
    for count in night.counts("zweitstimme"):
        by_land[night.areas[count["area"]]["region"]].update(count["votes"])
    return by_land


def winners(night: Night) -> dict[str, tuple[str, str, Fraction]]:
    """Land, party and share of first votes of who has most of them, by constituency."""
    won = {}
    for count in night.counts("erststimme"):
        first = max(count["votes"], key=count["votes"].__getitem__)
        party = night.candidates["erststimme", count["area"]][first]
        share = Fraction(count["votes"][first], count["valid"])
        won[count["area"]] = (night.areas[count["area"]]["region"], party, share)
    return won


def counted_again(night: Night, seats: int) -> tuple[dict[str, dict[str, int]], dict[str, Fraction]]:
    """Seats by party and Land, and the winners without a seat with their shares."""
    by_land, won = second_votes(night), winners(night)
    votes = sum(by_land.values(), Counter[str]())
    constituencies = Counter(party for _, party, _ in won.values())
    taking_part = {
        party: number
        for party, number in votes.items()
        if 20 * number >= votes.total() or constituencies[party] >= 3 or party == "ssw"
    }
    lists: dict[str, dict[str, int]] = defaultdict(dict)
    for party, own in by_divisor(taking_part, seats).items():
        for land, given in by_divisor({land: by_land[land][party] for land in by_land}, own).items():
            lists[land][party] = given
    without = {}
    for land, there in lists.items():
        for party in constituencies:
            ranked = sorted((share, area) for area, (where, who, share) in won.items() if (where, who) == (land, party))
            without.update({area: share for share, area in ranked[: max(0, len(ranked) - there.get(party, 0))]})
    return lists, without
