"""Small contests against votelib 0.4.0, where it can be compared; without it installed, the wards' record stands alone.

Known faults keep the comparison to contests without them: its heap of exhausted papers takes part in exclusions (every
paper here ranks everybody), it transfers all surpluses of a stage at once (none with two at a time), it stops at a tie,
and it carries exact fractions where the law cuts off (none decided by less than that can come to).
"""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.counting.outcome import Outcome
from service.counting.stv import ScottishStv, count_stv
from service.counting.votes import Papers
from tests.counting.stv.papers import stages

sequential = pytest.importorskip("votelib.evaluate.sequential", reason="votelib is not installed")

CUT_OFF = Fraction(1, 100)  # far more than a few hundred papers can lose in a few stages


def fully_ranked() -> st.SearchStrategy[dict[tuple[str, ...], int]]:
    """Papers that rank all of up to six candidates."""
    return st.integers(3, 6).flatmap(
        lambda size: st.dictionaries(st.permutations("ABCDEF"[:size]).map(tuple), st.integers(1, 40), min_size=1)
    )


def comparable(outcome: Outcome) -> bool:
    """Whether no known fault of votelib can show."""
    for stage in stages(outcome):
        over = [option for option, votes in stage.votes.items() if votes > stage.quota]
        near = [votes for votes in stage.votes.values() if 0 < abs(votes - stage.quota) < CUT_OFF]
        ranked = sorted(stage.votes.values())
        close = any(0 < above - below < CUT_OFF for below, above in pairwise(ranked))
        if len(over) > 1 or near or close:
            return False
    return not outcome.ties and not any(stage.tie_breaks for stage in stages(outcome))


@given(ranked=fully_ranked(), seats=st.integers(1, 4))
@settings(max_examples=300, deadline=None)
def test_the_same_candidates_are_elected(ranked: dict[tuple[str, ...], int], seats: int) -> None:
    candidates = tuple(sorted(next(iter(ranked))))
    assume(seats < len(candidates))
    outcome = count_stv(ScottishStv(seats), Papers(tuple((n, order) for order, n in ranked.items()), candidates))
    assume(comparable(outcome))
    count = sequential.TransferableVoteSelector(quota_function="droop", transferer="Gregory")
    assert set(count.evaluate(ranked, seats)) == set(outcome.won())
