"""Additional members: list seats by d'Hondt on top of the constituency seats won, under each statute's own terms."""

from collections.abc import Sequence

from service.counting.lists import count_averages, method_of
from service.counting.outcome import Lot, Outcome
from service.counting.rules import AdditionalMembersLondon, AdditionalMembersScotland, AdditionalMembersWales
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
    return count_averages(method_of(rule), tally, lots)


def count_additional_members_scotland(
    rule: AdditionalMembersScotland, tally: ListTally, lots: Sequence[Lot] = ()
) -> Outcome:
    """Allocate the regional seats of one region of the Scottish Parliament: v / (1 + c + s), without a threshold.

    Equal figures get a seat each; where there are too few seats for that, we read that a lot decides.

    Source: Scotland Act 1998, s. 7 (regional figures) and 8 (allocation; (7) for equality, which an order under
    s. 12(2)(f) may modify so that the number of seats is kept). In force since May 1999.
    """
    return count_averages(method_of(rule), tally, lots)


def count_additional_members_wales(rule: AdditionalMembersWales, tally: ListTally, lots: Sequence[Lot] = ()) -> Outcome:
    """Allocate the regional seats of one region of Wales: v / (1 + c + s), without a threshold.

    Equal figures get a seat each; where there are too few seats for that, we read (8) to recalculate them with one seat
    more, and a lot to decide if they are equal still, as in London.

    Source: Government of Wales Act 2006, s. 8 and 9 (allocation; (7)-(8) for equality) as enacted. May 1999 (under the
    Act of 1998) to May 2021; from 2026 the Senedd has sixteen constituencies of six members each, closed lists by
    d'Hondt: rule `dhondt`, under s. 6-9 as substituted by the Senedd Cymru (Members and Elections) Act 2024, s. 8.
    """
    return count_averages(method_of(rule), tally, lots)
