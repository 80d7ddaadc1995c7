"""Scottish council elections: the weighted inclusive Gregory method, in whole hundred-thousandths of a vote.

Source: Scottish Local Government Elections Order 2007 (SSI 2007/42) Sch 1; the Order of 2011 (SSI 2011/399) has the
same rules one number higher.
"""

from collections.abc import Sequence

from service.counting.outcome import Lot, Option, Outcome, Tie
from service.counting.stv.parcels import Hands
from service.counting.stv.record import Record
from service.counting.stv.rules import ScottishStv
from service.counting.stv.working import Action
from service.counting.votes import Papers

UNIT = 100_000  # r. 48(3): transfer values have five decimal places


def count_scottish(rule: ScottishStv, papers: Papers, lots: Sequence[Lot]) -> Outcome:
    """Count a ward: surpluses one at a time, the largest first, and exclusions one at a time when none is left."""
    record = Record(rule, papers, lots, unit=UNIT, back="most recent stage first")
    hands = Hands(record, papers)
    settle(record, "first preferences")
    while not record.is_complete():
        # r. 49(1): the highest surplus first. r. 50(1): nobody is excluded while there is one.
        surplus = bool(record.surpluses())
        chosen = record.choose_surplus() if surplus else record.choose_exclusion()
        if isinstance(chosen, Tie):
            return record.outcome(chosen)
        if surplus:
            transfer_surplus(record, hands, chosen)
        else:
            exclude(record, hands, chosen, last_transfer=rule.last_transfer)
    return record.outcome()


def transfer_surplus(record: Record, hands: Hands, source: Option) -> None:
    """Transfer a surplus on all of the candidate's papers, each at a part of the value it came with.

    value = A / B = surplus x value received / votes of the candidate, to five decimal places, any remainder ignored.

    Source: SSI 2007/42 Sch 1 r. 48(1)-(4).
    """
    votes = record.votes[source]
    surplus = votes - record.quota
    hands.begin_receipt()
    for value, papers in hands.take(source).items():
        hands.move(source, papers, surplus * value // votes)
    # r. 48(3): what the ignored remainders come to is nobody's.
    record.lost_to_rounding += record.votes[source] - record.quota
    record.votes[source] = record.quota
    settle(record, "surplus", source)


def exclude(record: Record, hands: Hands, source: Option, *, last_transfer: bool) -> None:
    """Exclude a candidate and transfer the papers at the values they came with.

    Source: SSI 2007/42 Sch 1 r. 50(1)-(4), 52(2).
    """
    record.exclude((source,))
    # r. 52: as many continuing as vacancies are elected, and no further transfer is made.
    if last_transfer or len(record.continuing) > record.vacancies:
        hands.begin_receipt()
        for value, papers in hands.take(source).items():
            hands.move(source, papers, value)
    settle(record, "exclusion", source)


def settle(record: Record, action: Action, *sources: Option) -> None:
    """Deem elected whoever can be after this stage, and write it down.

    Source: SSI 2007/42 Sch 1 r. 47(1), 52(1).
    """
    record.elect_at_quota()
    record.elect_the_rest()
    record.close_stage(action, sources)
