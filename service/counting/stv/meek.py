"""Meek's method: elected candidates keep just the share of every vote that makes a quota, and the rest goes on.

Source: Local Electoral Regulations 2001 (New Zealand, SR 2001/145) Sch 1A Part 1; clauses below are of that schedule,
which we know from commentaries and from two programs that quote it. Departures, each of them on purpose:

- Clause 10 rounds every product up and so lets a paper count for more than one vote. We round up what a candidate keeps
  and pass on exactly what is left of the paper: no vote is made or lost (so do Hill's program and ours alike).
- A keep value never rises, and when none falls any more the surplus counts as settled, whatever its size. It stands in
  for clause 23, which ends counts that would otherwise go on for ever.
- Where clause 19 asks a pseudo-random number, we ask for a lot.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from service.counting.outcome import Lot, Option, Outcome, Tie
from service.counting.stv.parcels import Paper, group_papers
from service.counting.stv.record import Record
from service.counting.stv.rules import MeekStv
from service.counting.votes import Papers

UNIT = 1_000_000_000  # cl. 5: nine decimal places
SETTLED = UNIT // 10_000  # cl. 13: a total surplus below 0.0001 settles nothing any more


def count_meek(rule: MeekStv, papers: Papers, lots: Sequence[Lot]) -> Outcome:
    """Count step by step: keep values, all papers shared out anew, a lower quota, then elections and an exclusion.

    Each step is a stage. Source: cl. 3 to 18.
    """
    record = Record(rule, papers, lots, unit=UNIT, back="earliest stage first")
    alike = group_papers(papers)
    keep = dict.fromkeys(record.candidates, UNIT)
    within_reach = shorten(alike, keep)
    share_out(record, within_reach, keep)
    settle(record)
    record.close_stage("first preferences", ())
    while not record.is_complete():
        before, keep = keep, next_keep_values(record, keep)
        if whole(keep) != whole(before):
            within_reach = shorten(alike, keep)
        share_out(record, within_reach, keep)
        settle(record)
        tie = None if record.is_complete() else exclude_lowest_if_settled(record, stuck=keep == before)
        record.close_stage("keep values", (), {option: Fraction(value, UNIT) for option, value in keep.items()})
        if tie is not None:
            return record.outcome(tie)
    return record.outcome()


def next_keep_values(record: Record, keep: Mapping[Option, int]) -> dict[Option, int]:
    """The keep values of a step: whoever is over the quota keeps less than before, whoever is excluded nothing.

    new = old x quota / votes, the product and the quotient both rounded up to nine decimal places.

    Source: cl. 7 to 9.
    """
    new = dict(keep)
    for option in record.surpluses():
        share = divide_up(divide_up(keep[option] * record.quota, UNIT) * UNIT, record.votes[option])
        new[option] = min(keep[option], share)
    for option in record.excluded:
        new[option] = 0
    return new


def share_out(record: Record, papers: Iterable[Paper], keep: Mapping[Option, int]) -> None:
    """Share every paper out along its preferences, and set the quota by what is left.

    A candidate keeps its keep value of what reaches it, rounded up to nine decimal places; the rest goes on, at last to
    the non-transferable votes.

    quota = (valid papers - non-transferable votes) / (seats + 1), to nine decimal places, + 0.000000001

    Source: cl. 5, 10, 11.
    """
    votes = dict.fromkeys(record.candidates, 0)
    non_transferable = 0
    for count, preferences in papers:
        left = UNIT
        for preference in preferences:
            kept = divide_up(left * keep[preference], UNIT)
            votes[preference] += count * kept
            left -= kept
        non_transferable += count * left
    record.votes = votes
    record.non_transferable = non_transferable
    record.quota = (record.valid * UNIT - non_transferable) // (record.seats + 1) + 1


def shorten(papers: Iterable[Paper], keep: Mapping[Option, int]) -> list[Paper]:
    """Papers without the excluded, and no further than the first candidate who keeps everything: few kinds are left."""
    alike: dict[tuple[Option, ...], int] = {}
    for count, preferences in papers:
        reached = []
        for preference in preferences:
            if keep[preference]:
                reached.append(preference)
                if keep[preference] == UNIT:
                    break
        alike[tuple(reached)] = alike.get(tuple(reached), 0) + count
    return [(count, preferences) for preferences, count in alike.items()]


def settle(record: Record) -> None:
    """Deem successful whoever has the quota, and the rest if there are no more of them than vacancies.

    Source: cl. 3, 6, 12.
    """
    record.elect_at_quota()
    record.elect_the_rest()


def exclude_lowest_if_settled(record: Record, *, stuck: bool) -> Tie | None:
    """Exclude the lowest candidate if no surplus can help, or there is none left: the lot to draw if that is a tie.

    `stuck`: no keep value fell at this step, so none will.

    Source: cl. 13, 19, 40; cl. 3 for the rest elected at once.
    """
    surplus = sum(record.surpluses().values())
    lowest, second = sorted(record.votes[option] for option in record.continuing)[:2]
    if stuck or surplus < SETTLED or lowest + surplus < second:
        chosen = record.choose_exclusion()
        if isinstance(chosen, Tie):
            return chosen
        record.exclude((chosen,))
        record.elect_the_rest()
    return None


def whole(keep: Mapping[Option, int]) -> dict[Option, int]:
    """The candidates who keep all or nothing: who they are decides how far papers reach."""
    return {option: value for option, value in keep.items() if value in {0, UNIT}}


def divide_up(dividend: int, divisor: int) -> int:
    """A quotient rounded up to a whole number."""
    return -(-dividend // divisor)
