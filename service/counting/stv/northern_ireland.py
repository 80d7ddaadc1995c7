"""Northern Ireland's elections: Gregory's method on the parcel last received, in whole hundredths of a vote.

Source: Electoral Law Act (Northern Ireland) 1962 Sch 5 (Local Elections Rules) r. 41-52, as put in by SI 1985/454.

We read: a stage is the whole exclusion (r. 41, 51(4)), but a candidate is deemed elected as soon as a sub-parcel of it
brings the quota (r. 48(3), 51(5)), and later sub-parcels pass over that candidate (r. 51(6)). The difference between a
surplus and the votes transferred is non-transferable (r. 50(2)(c)), remainders ignored under r. 49(4)(b) included, so
that nothing is lost to rounding.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from service.counting.outcome import Lot, Option, Outcome, Tie
from service.counting.stv.parcels import Hands, Paper, count_papers, sort_papers
from service.counting.stv.record import Record
from service.counting.stv.rules import NorthernIrelandStv
from service.counting.stv.working import Action, Transfer
from service.counting.votes import Papers

UNIT = 100  # r. 49(4)(b): transfer values have two decimal places


def count_northern_ireland(rule: NorthernIrelandStv, papers: Papers, lots: Sequence[Lot]) -> Outcome:
    """Count a district or constituency: surpluses that can change something, then exclusions."""
    record = Record(rule, papers, lots, unit=UNIT, back="earliest stage first")
    hands = Hands(record, papers)
    settle(record, "first preferences")
    while not record.is_complete():
        # r. 49(10): surpluses wait while they could not save those who are excluded next.
        if hopeless := find_hopeless(record):
            exclude(record, hands, hopeless)
            continue
        surplus = bool(record.surpluses())
        chosen = record.choose_surplus() if surplus else record.choose_exclusion()
        if isinstance(chosen, Tie):
            return record.outcome(chosen)
        if surplus:
            transfer_surplus(record, hands, chosen)
        else:
            exclude(record, hands, (chosen,))
    return record.outcome()


def find_hopeless(record: Record) -> tuple[Option, ...]:
    """The most candidates from the bottom who together, with all surpluses, have less than the next one up.

    We read r. 51(12) with r. 52(1): never so many that fewer continue than there are vacancies.

    Source: Sch 5 r. 49(10)(a) and (b), 51(12).
    """
    standing = sorted(record.continuing, key=lambda option: (record.votes[option], option))
    together = sum(record.surpluses().values())
    hopeless = 0
    for position, option in enumerate(standing[: len(standing) - record.vacancies], start=1):
        together += record.votes[option]
        if together < record.votes[standing[position]]:
            hopeless = position
    return tuple(standing[:hopeless])


def transfer_surplus(record: Record, hands: Hands, source: Option) -> None:
    """Transfer a surplus on the transferable papers last received; on first preferences, those are all the papers.

    value = surplus / transferable papers, to two decimal places, any remainder ignored, and never more than the value
    at which the papers came.

    Source: Sch 5 r. 49(1)-(7), 50(2)(c).
    """
    received, papers = last_received(hands, source)
    piles = sort_papers(papers, record.continuing)
    stuck = count_papers(piles.pop(None, ()))
    transferable = [paper for pile in piles.values() for paper in pile]
    surplus = record.votes[source] - record.quota
    hands.begin_receipt()
    if transferable:
        hands.move(source, transferable, min(received, surplus // count_papers(transferable)))
    difference = record.votes[source] - record.quota
    record.non_transferable += difference
    record.votes[source] = record.quota
    record.transfers.append(Transfer(source, None, stuck, None, record.figure(difference)))
    settle(record, "surplus", source)


def last_received(hands: Hands, source: Option) -> tuple[int, list[Paper]]:
    """The sub-parcel that the candidate last received, with its value. All papers leave the candidate's hands.

    Source: Sch 5 r. 49(5).
    """
    parcels = hands.held.pop(source)
    last = [parcel for parcel in parcels if parcel.receipt == parcels[-1].receipt]
    return last[0].value, [paper for parcel in last for paper in parcel.papers]


def exclude(record: Record, hands: Hands, sources: Sequence[Option]) -> None:
    """Exclude candidates together: their first preferences first, then what was transferred to them, by falling value.

    Source: Sch 5 r. 51(1)-(9), (12), 52(1) and (3).
    """
    record.exclude(sources)
    if len(record.continuing) > record.vacancies:
        for value, papers in sub_parcels(hands, sources):
            hands.begin_receipt()
            for source, pile in papers:
                hands.move(source, pile, value)
            elect_at_quota(record)
            if not record.vacancies:  # r. 51(5): further sub-parcels only if a vacancy remains
                break
    settle(record, "exclusion", *sources)


def sub_parcels(hands: Hands, sources: Iterable[Option]) -> list[tuple[int, list[tuple[Option, list[Paper]]]]]:
    """What the excluded candidates hold, in the order of transfer: value, and the papers of each candidate at it."""
    batches: defaultdict[tuple[bool, int], list[tuple[Option, list[Paper]]]] = defaultdict(list)
    for source in sources:
        by_batch: defaultdict[tuple[bool, int], list[Paper]] = defaultdict(list)
        for parcel in hands.held.pop(source, ()):
            by_batch[parcel.receipt == 0, parcel.value] += parcel.papers
        for batch, papers in by_batch.items():
            batches[batch].append((source, papers))
    return [(value, papers) for (_, value), papers in sorted(batches.items(), reverse=True)]


def elect_at_quota(record: Record) -> None:
    """Deem elected everybody with the quota.

    Where one member is to be elected, nobody is before the first exclusion, not even with most first preferences.

    Source: Sch 5 r. 48(3).
    """
    if record.seats > 1 or record.excluded:
        record.elect_at_quota()


def settle(record: Record, action: Action, *sources: Option) -> None:
    """Deem elected whoever can be after this stage, and write it down.

    Source: Sch 5 r. 48(3), 52(1) and (2).
    """
    elect_at_quota(record)
    record.elect_the_rest()
    elect_unbeatable(record)
    record.close_stage(action, sources)


def elect_unbeatable(record: Record) -> None:
    """Fill the one vacancy left with a candidate who has at least what all others and the surpluses have together.

    We read: not where two candidates have, that is both half and no surplus is left (the later rules of ties decide);
    and where one member is to be elected, not before the first exclusion, or r. 48(3) would mean nothing.

    Source: Sch 5 r. 52(2).
    """
    if record.vacancies != 1 or (record.seats == 1 and not record.excluded):
        return
    votes = {option: record.votes[option] for option in record.continuing}
    everything = sum(votes.values()) + sum(record.surpluses().values())
    unbeatable = [option for option in votes if 2 * votes[option] >= everything]
    if len(unbeatable) == 1:
        record.elect(unbeatable)
