"""Which figures stand for an area, out of everything that was said about it.

Source: the README's "Which figures stand".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service.findings import Finding
from service.ids import CandidateId, ContentHash, PartyId, SourceId
from service.messages import Count, State

CLASSES: Final[Mapping[str, int]] = {"partial": 1, "declaration": 2, "recount": 2}
"""How figures rank: a declaration over any partial count, whatever their revisions."""

DECLARED: Final = 2
"""The class of figures that a returning officer declared."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """That the desk put other figures in place of the `content` that was sent: under which decision, who, and why."""

    content: ContentHash
    decision: int
    who: str
    why: str

    @property
    def finding(self) -> Finding:
        """Say so beside the figures."""
        return Finding("W109", "figures", f"corrected by {self.who}: {self.why}", f"as sent in {self.content}")


@dataclass(frozen=True, slots=True)
class Statement:
    """One distinct content of one source about one area, or what the desk has put in its place."""

    content: ContentHash
    count: Count
    corrected: Corrected | None = None


@dataclass(frozen=True, slots=True)
class AreaStanding:
    """What stands for one area of one contest.

    `figures` is the count whose votes stand, None without; `announced` are winners declared ahead of figures (a rush);
    `state` is the area's state where no later declaration settles it. `agreeing` names every source that says the same
    as the standing figures, the standing one first. `disputed` says that something undecided stands above them,
    `corrected` that the desk put the figures in place of others.
    """

    figures: Count | None = None
    content: ContentHash | None = None
    announced: tuple[CandidateId, ...] = ()
    state: State | None = None
    expected_at: datetime | None = None
    instead: "Instead | None" = None
    unopposed: tuple[CandidateId, ...] = ()
    agreeing: tuple[SourceId, ...] = ()
    disputed: bool = False
    findings: tuple[Finding, ...] = ()
    corrected: Corrected | None = None

    @property
    def declared(self) -> bool:
        """The figures are a returning officer's declaration or recount."""
        return self.figures is not None and CLASSES[self.figures.kind] == DECLARED


@dataclass(frozen=True, slots=True)
class Instead:
    """A rush or a state that stands where no figures do, and every source that says just that, its own first."""

    statement: Statement
    agreeing: tuple[SourceId, ...]


@dataclass(frozen=True, slots=True)
class _OfSource:
    """What one source says once its own revisions are settled."""

    source: SourceId
    rank: int
    figures: Statement | None
    before: Statement | None
    rush: Statement | None
    state: Statement | None
    disputed: tuple[str, ...]


def stand(statements: Iterable[Statement], ranks: Mapping[SourceId, int]) -> AreaStanding:
    """Derive what stands for an area from everything that was said about it."""
    by_source: dict[SourceId, dict[ContentHash, Statement]] = defaultdict(dict)
    # Of equal contents the one that was sent so stands for all, then any; which one must not depend on their order.
    for statement in sorted(statements, key=_correction, reverse=True):
        by_source[statement.count.source][statement.content] = statement
    sources = sorted(
        (_settle(source, ranks.get(source, 0), said.values()) for source, said in by_source.items()),
        key=lambda of: (-of.rank, of.source),
    )
    findings = [
        Finding("W104", f"source {of.source}", f"different contents at {place}", "one content at each revision")
        for of in sources
        for place in of.disputed
    ]
    figures, agreeing, equal_ranks_disagree = _choose(sources, lambda of: of.figures, _class_of, same_figures)
    announced, announcing, rushes_disagree = _choose(sources, lambda of: of.rush, lambda _: 0, _same_winners)
    state, stating, _ = _choose(sources, lambda of: of.state, lambda statement: statement.count.revision, _same_state)
    if equal_ranks_disagree or rushes_disagree:
        what = "figures" if equal_ranks_disagree else "winners"
        findings.append(Finding("W104", "sources of equal rank", f"different {what}", "the same"))
    if figures is not None:
        findings.extend(_oddities(figures, sources))
        if figures.corrected is not None:
            findings.append(figures.corrected.finding)
    if state is not None and any(_settles(one, state) for one in (figures, announced) if one is not None):
        state = None
    return AreaStanding(
        figures=figures.count if figures else None,
        content=figures.content if figures else None,
        announced=_winners(announced.count) if announced else (),
        state=state.count.state if state else None,
        expected_at=state.count.expected_at if state else None,
        instead=None if figures is not None else _instead((announced, announcing), (state, stating)),
        unopposed=tuple(state.count.elected or ()) if state and state.count.state == "unopposed" else (),
        agreeing=agreeing,
        disputed=equal_ranks_disagree or rushes_disagree or any(of.disputed for of in sources),
        findings=tuple(findings),
        corrected=figures.corrected if figures else None,
    )


def _correction(statement: Statement) -> tuple[str, ...]:
    one = statement.corrected
    return () if one is None else (one.content, str(one.decision), one.who, one.why)


def _settle(source: SourceId, rank: int, said: Iterable[Statement]) -> _OfSource:
    said = list(said)
    withdrawn = max((one.count.revision for one in said if one.count.kind == "withdrawal"), default=0)
    alive = [one for one in said if one.count.revision > withdrawn and one.count.kind != "withdrawal"]
    figures, disputed = _highest([one for one in alive if one.count.kind in CLASSES])
    rush, rush_disputed = _highest([one for one in alive if one.count.kind == "rush"])
    state, state_disputed = _highest([one for one in alive if one.count.kind == "state"])
    return _OfSource(
        source=source,
        rank=rank,
        figures=figures[0] if figures else None,
        before=figures[1] if len(figures) > 1 else None,
        rush=rush[0] if rush else None,
        state=state[0] if state else None,
        disputed=(*disputed, *rush_disputed, *state_disputed),
    )


def _highest(said: Iterable[Statement]) -> tuple[list[Statement], tuple[str, ...]]:
    """Give the undisputed statements, highest place first, and the disputed places above the first of them."""
    places: dict[tuple[int, int], list[Statement]] = defaultdict(list)
    for one in said:
        places[_class_of(one), one.count.revision].append(one)
    undisputed: list[Statement] = []
    disputed: list[str] = []
    for place in sorted(places, reverse=True):
        if len(places[place]) == 1:
            undisputed.append(places[place][0])
        elif not undisputed:
            kinds = " and ".join(sorted({one.count.kind for one in places[place]}))
            names = ", ".join(sorted(one.content for one in places[place]))
            disputed.append(f"{kinds} revision {place[1]}: {names}")
    return undisputed, tuple(disputed)


def _class_of(statement: Statement) -> int:
    return CLASSES.get(statement.count.kind, 0)


def _choose(
    sources: Iterable[_OfSource],
    pick: Callable[[_OfSource], Statement | None],
    order: Callable[[Statement], int],
    same: Callable[[Count, Count], bool],
) -> tuple[Statement | None, tuple[SourceId, ...], bool]:
    """Choose among sources: the highest rank, then the highest order; equals that disagree leave nothing chosen.

    Gives what stands, the sources that say the same (the standing one first), and whether equals disagree.
    """
    said = [(of.rank, order(one), one) for of in sources if (one := pick(of)) is not None]
    if not said:
        return None, (), False
    top = max((rank, place) for rank, place, _ in said)
    equals = [one for rank, place, one in said if (rank, place) == top]
    if not all(same(one.count, other.count) for number, one in enumerate(equals) for other in equals[:number]):
        return None, (), True
    chosen = min(equals, key=lambda one: one.count.source)
    others = [one.count.source for _, _, one in said if one is not chosen and same(one.count, chosen.count)]
    return chosen, (chosen.count.source, *sorted(others)), False


def _settles(said: Statement, state: Statement) -> bool:
    """Say whether a statement settles a state: declared, and not followed by the same source's later state."""
    later = state.count.source == said.count.source and state.count.revision > said.count.revision
    return (_class_of(said) == DECLARED or said.count.kind == "rush") and not later


def _oddities(figures: Statement, sources: Iterable[_OfSource]) -> Iterator[Finding]:
    for of in sources:
        if of.figures is None:
            continue
        if of.figures is figures:
            yield from _fallen(of)
        elif _class_of(of.figures) == _class_of(figures) and not same_figures(of.figures.count, figures.count):
            found = f"source {of.source} (rank {of.rank}) says otherwise"
            yield Finding("W103", "figures", found, f"what {figures.count.source} says")


def _fallen(of: _OfSource) -> Iterator[Finding]:
    if of.figures is None or of.before is None:
        return
    now, before = of.figures.count, of.before.count
    for candidate, votes in sorted((now.votes or {}).items()):
        was = (before.votes or {}).get(candidate, 0)
        if votes < was:
            where = f"votes.{candidate}, revision {now.revision}"
            yield Finding("W101", where, str(votes), f"at least {was} as in revision {before.revision}")


def same_figures(one: Count, other: Count) -> bool:
    """Say whether two counts say the same: all votes (nobody's are as good as no line), papers where both give them."""

    def nonzero(figures: Mapping[CandidateId, int] | Mapping[PartyId, int] | None) -> dict[str, int] | None:
        return None if figures is None else {name: number for name, number in figures.items() if number}

    both_say = ((one.rejected, other.rejected), (one.ballots, other.ballots), (one.electorate, other.electorate))
    return (
        nonzero(one.votes) == nonzero(other.votes)
        and one.transfers == other.transfers
        and one.second_preferences == other.second_preferences
        and sorted(one.elected or ()) == sorted(other.elected or ())
        and nonzero(one.seats) == nonzero(other.seats)
        and one.papers == other.papers
        and all(a is None or b is None or a == b for a, b in both_say)
    )


def _same_winners(one: Count, other: Count) -> bool:
    return sorted(_winners(one)) == sorted(_winners(other))


def _same_state(one: Count, other: Count) -> bool:
    return (one.state, one.expected_at, sorted(_winners(one))) == (
        other.state,
        other.expected_at,
        sorted(_winners(other)),
    )


def _instead(*said: tuple[Statement | None, tuple[SourceId, ...]]) -> Instead | None:
    return next((Instead(one, agreeing) for one, agreeing in said if one is not None), None)


def _winners(count: Count) -> tuple[CandidateId, ...]:
    return (count.winner,) if count.winner is not None else tuple(count.elected or ())
