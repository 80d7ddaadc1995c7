"""Votes in, seats out, exactly: how a contest is counted under a named rule of law.

One door::

    >>> from service.counting import Tally, count_contest, rule_named
    >>> outcome = count_contest(rule_named("plurality", seats=1), Tally({"khan": 512, "bailey": 498}))
    >>> outcome.won(), outcome.seats[0].runner_up, outcome.seats[0].votes_short
    ({'khan': 1}, 'bailey', 15)

A rule (`RULES` lists them, `rule_named` builds one) takes the votes that fit it. A tie is a result, not an error: the
seats it concerns are in `Outcome.ties`, until the lot drawn comes in as a `Lot` and the contest is counted again::

    >>> level = Tally({"a": 7, "b": 7})
    >>> count_contest(rule_named("plurality", seats=1), level).ties[0].options
    ('a', 'b')
    >>> drawn = Lot(options=("a", "b"), order=("b", "a"))
    >>> count_contest(rule_named("plurality", seats=1), level, [drawn]).seats[0].by_lot
    True

An outcome explains itself: every seat has the figure that took it, the runner-up and the votes that it was short of,
`next_in_line` says who is nearest to the last seat, and `working` (one class for each kind of rule) holds the rounds::

    >>> lists = ListTally({"con": 835_535, "lab": 665_443, "green": 203_465}, constituency_seats={"con": 8, "lab": 6})
    >>> outcome = count_contest(rule_named("additional-members-london", seats=3), lists)
    >>> [(seat.option, str(seat.figure)) for seat in outcome.seats]
    [('green', '203465'), ('green', '203465/2'), ('lab', '665443/7')]
    >>> outcome.next_in_line[0]
    NextInLine(option='con', votes_short=20035, figure=Fraction(835535, 9))

What papers still to come cannot change, `certain_winners`, `certain_list_seats`, `certain_supplementary_winner`,
`seat_ranges` and `certain_control` say::

    >>> certain_winners(Tally({"khan": 512, "bailey": 498}), outstanding=13)
    frozenset({'khan'})

Votes are whole numbers of any size, figures are whole numbers or fractions, and nothing depends on the order of a
mapping. The package stands alone: it imports nothing but the standard library.
"""

from collections.abc import Callable, Sequence

from service.counting.additional import (
    count_additional_members_london,
    count_additional_members_scotland,
    count_additional_members_wales,
)
from service.counting.averages import Contender, Divisors
from service.counting.certainty import (
    CertainControl,
    SeatRange,
    certain_control,
    certain_supplementary_winner,
    certain_winners,
    possible_winners,
)
from service.counting.certainty_lists import certain_list_seats, possible_list_seats, seat_ranges
from service.counting.errors import CountingError, LotError, RuleError, VotesError
from service.counting.germany import GermanyWorking, LandSeats, count_germany
from service.counting.lists import (
    AverageRound,
    AveragesRule,
    AveragesWorking,
    count_dhondt,
    count_modified_sainte_lague,
    count_sainte_lague,
)
from service.counting.new_zealand import NewZealandWorking, count_new_zealand
from service.counting.outcome import ANSWER, Lot, NextInLine, Option, Outcome, Seat, Tie, Working
from service.counting.plurality import PluralityWorking, count_plurality, count_referendum
from service.counting.registry import RULES, Rule, RuleEntry, rule_named
from service.counting.remainders import RemaindersWorking, count_droop, count_hare
from service.counting.rules import (
    AdditionalMembersLondon,
    AdditionalMembersScotland,
    AdditionalMembersWales,
    DHondt,
    DroopRemainders,
    GermanyMixed,
    HareRemainders,
    InstantRunOff,
    ModifiedSainteLague,
    NewZealandMixed,
    Plurality,
    Referendum,
    SainteLague,
    SupplementaryVote,
)
from service.counting.run_off import RunOffWorking, count_run_off
from service.counting.stv import (
    MeekStv,
    NorthernIrelandStv,
    ScottishStv,
    Stage,
    StvWorking,
    TieBreak,
    Transfer,
    count_stv,
)
from service.counting.supplementary import (
    PreferenceRound,
    SupplementaryWorking,
    count_supplementary_vote,
    remaining_after_first,
    transfers_to,
)
from service.counting.votes import ConstituencyWinner, LandTally, ListTally, Papers, PreferenceTally, Tally, Votes

__all__ = [
    "ANSWER",
    "RULES",
    "AdditionalMembersLondon",
    "AdditionalMembersScotland",
    "AdditionalMembersWales",
    "AverageRound",
    "AveragesRule",
    "AveragesWorking",
    "CertainControl",
    "ConstituencyWinner",
    "Contender",
    "CountingError",
    "DHondt",
    "Divisors",
    "DroopRemainders",
    "GermanyMixed",
    "GermanyWorking",
    "HareRemainders",
    "InstantRunOff",
    "LandSeats",
    "LandTally",
    "ListTally",
    "Lot",
    "LotError",
    "MeekStv",
    "ModifiedSainteLague",
    "NewZealandMixed",
    "NewZealandWorking",
    "NextInLine",
    "NorthernIrelandStv",
    "Option",
    "Outcome",
    "Papers",
    "Plurality",
    "PluralityWorking",
    "PreferenceRound",
    "PreferenceTally",
    "Referendum",
    "RemaindersWorking",
    "Rule",
    "RuleEntry",
    "RuleError",
    "RunOffWorking",
    "SainteLague",
    "ScottishStv",
    "Seat",
    "SeatRange",
    "Stage",
    "StvWorking",
    "SupplementaryVote",
    "SupplementaryWorking",
    "Tally",
    "Tie",
    "TieBreak",
    "Transfer",
    "Votes",
    "VotesError",
    "Working",
    "certain_control",
    "certain_list_seats",
    "certain_supplementary_winner",
    "certain_winners",
    "count_contest",
    "possible_list_seats",
    "possible_winners",
    "remaining_after_first",
    "rule_named",
    "seat_ranges",
    "transfers_to",
]

_COUNTS: dict[type, tuple[type, Callable[..., Outcome]]] = {
    Plurality: (Tally, count_plurality),
    Referendum: (Tally, count_referendum),
    SupplementaryVote: (PreferenceTally, count_supplementary_vote),
    InstantRunOff: (Papers, count_run_off),
    DHondt: (ListTally, count_dhondt),
    SainteLague: (ListTally, count_sainte_lague),
    ModifiedSainteLague: (ListTally, count_modified_sainte_lague),
    HareRemainders: (ListTally, count_hare),
    DroopRemainders: (ListTally, count_droop),
    AdditionalMembersLondon: (ListTally, count_additional_members_london),
    AdditionalMembersScotland: (ListTally, count_additional_members_scotland),
    AdditionalMembersWales: (ListTally, count_additional_members_wales),
    NewZealandMixed: (ListTally, count_new_zealand),
    GermanyMixed: (LandTally, count_germany),
    ScottishStv: (Papers, count_stv),
    NorthernIrelandStv: (Papers, count_stv),
    MeekStv: (Papers, count_stv),
}


def count_contest(rule: Rule, votes: Votes, lots: Sequence[Lot] = ()) -> Outcome:
    """Count one contest under its rule, with the lots drawn so far.

    Args:
        rule: from `rule_named`, or one of the rule classes.
        votes: the type that the rule counts: `Tally`, `PreferenceTally`, `ListTally`, `Papers`.
        lots: as drawn; one that nobody is tied for is left aside, and of two among the same options the later stands.

    Raises:
        TypeError: the rule does not count votes of this type.
        CountingError: the votes cannot be true under this rule.
    """
    try:
        counted, count = _COUNTS[type(rule)]
    except KeyError:
        raise TypeError(f"{type(rule).__name__} is no rule that count_contest knows") from None
    if not isinstance(votes, counted):
        raise TypeError(f"{rule.name} counts a {counted.__name__}, found a {type(votes).__name__}")
    return count(rule, votes, lots)
