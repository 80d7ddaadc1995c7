"""Additional members: list seats by d'Hondt on top of the constituency seats won, under each statute's own terms."""

from collections.abc import Sequence

from service.counting.averages import D_HONDT
from service.counting.lists import AveragesMethod, count_averages
from service.counting.outcome import Lot, Outcome
from service.counting.rules import AdditionalMembersLondon
from service.counting.thresholds import Bar
from service.counting.votes import ListTally


def count_additional_members_london(
    rule: AdditionalMembersLondon, tally: ListTally, lots: Sequence[Lot] = ()
) -> Outcome:
    """Allocate the London members' seats.

    London figure of a party with v list votes, c constituency seats and s London seats so far: v / (1 + c + s); of an
    individual: its own votes, for one seat. Only those with at least the threshold of all valid list votes take part;
    a party whose list is exhausted drops out.

    Figures equal for the last seat are recalculated as if each had one more seat; if still equal, a lot. We read "one
    more seat" for an individual as for a party, and an equality with seats enough for all as one seat each.

    Source: Greater London Authority Act 1999, Sch. 2 Pt. II para. 7 (threshold) and 8 (allocation); Explanatory Notes
    52-53 (equality). In force since May 2000.
    """
    bar = Bar(rule.threshold, inclusive=True)
    return count_averages(AveragesMethod(rule.name, rule.seats, D_HONDT, bar, level_by_next=True), tally, lots)
