"""Short ways to write papers down and to read a count."""

from fractions import Fraction

from hypothesis import strategies as st

from service.counting.outcome import Lot, Option, Outcome
from service.counting.stv import Stage, StvRule, StvWorking, count_stv
from service.counting.votes import Papers


def papers(written: str, candidates: str = "") -> Papers:
    """``"30 AB, 6 A"``: thirty papers with A first and B second, six with A alone. Candidates are single letters."""
    rows = [row.split() for row in written.split(",") if row.strip()]
    counted = tuple((int(count), tuple(preferences)) for count, preferences in rows)
    standing = set(candidates).union(*(preferences for _, preferences in counted))
    return Papers(counted, tuple(sorted(standing)))


def stages(outcome: Outcome) -> tuple[Stage, ...]:
    """The stages of an STV count."""
    assert isinstance(outcome.working, StvWorking)
    return outcome.working.stages


def votes(stage: Stage) -> dict[Option, str]:
    """Votes after a stage, as decimals; without those who have none."""
    return {option: decimal(figure) for option, figure in stage.votes.items() if figure}


def decimal(figure: Fraction) -> str:
    """A figure as a decimal number, exactly."""
    whole, rest = divmod(figure.numerator * 10**9 // figure.denominator, 10**9)
    assert Fraction(whole * 10**9 + rest, 10**9) == figure
    return f"{whole}.{rest:09}".rstrip("0").rstrip(".")


def count_to_the_end(rule: StvRule, cast: Papers, seed: int = 0) -> Outcome:
    """A count with every lot drawn that it asks for; `seed` turns the order drawn."""
    lots: list[Lot] = []
    while (outcome := count_stv(rule, cast, lots)).ties:
        level = outcome.ties[0].options
        turn = seed % len(level)
        lots.append(Lot(level, level[turn:] + level[:turn]))
    return outcome


@st.composite
def cast_papers(draw: st.DrawFn, most_candidates: int = 6, most_kinds: int = 14, most_alike: int = 9) -> Papers:
    """A small contest: up to six candidates, papers of any length, some kinds in bulk so that quotas are reached."""
    candidates = tuple("ABCDEF"[: draw(st.integers(2, most_candidates))])
    orders = st.permutations(candidates).flatmap(
        lambda order: st.integers(1, len(order)).map(lambda length: tuple(order[:length]))
    )
    kinds = draw(st.lists(st.tuples(st.integers(1, most_alike), orders), min_size=1, max_size=most_kinds))
    return Papers(tuple(kinds), candidates)


def one_by_one(cast: Papers) -> list[tuple[Option, ...]]:
    """Every paper for itself."""
    return [preferences for count, preferences in cast.papers for _ in range(count)]
