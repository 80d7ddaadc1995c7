"""A recorded night of any election, projected again while it comes in as it did: how wrong were we at 10%, 25%, 50%?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from service.election import Election
from service.ids import BodyId
from service.night import Forecaster, Night
from service.projection import Projection, Withheld
from service.projection.calls import Call, calls_now
from service.projection.scoring import seats_misallocated
from service.records import Record

CHOSEN_HERE: Final = """\
The kernel is that of other nights. But how few areas are enough in a body of two votes, how far the shares of small
parties move, how a list goes with its candidates, how much less second preferences move in a city than in towns, how
sure the wards of a council are of each other and how far a slate's candidates lie apart were chosen on nights of
London: for these this is no test of them.
"""
SHARES: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
"""Of the areas declared: when to look."""
HEADS: Final = (
    "          areas   seats  ranges  chance   areas   calls",
    "       declared  missed    held   given  called   wrong",
)


@dataclass(frozen=True, slots=True)
class Score:
    """How right a projection was.

    Seats `missed` are half the sum of the parties' differences; of the parties' `ranges` so many `held` the outcome;
    `given` is the mean chance given to who won the areas that were open (None: none was); so many areas had been
    `called` before they declared, of which so many `wrong`.
    """

    missed: float
    held: int
    ranges: int
    given: float | None
    called: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Moment:
    """What was said of a body when `declared` of its `areas` had: `score` is None where it was withheld, and why."""

    body: BodyId
    declared: int
    areas: int
    withheld: str | None
    score: Score | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A moment with what was said, and the areas that were open."""

    moment: Moment
    said: Projection | Withheld
    still_open: frozenset[str]


def moments_of(election: Election, records: Iterable[Record], forecaster: Forecaster) -> tuple[Moment, ...]:
    """Play a night's records, ask for a projection as each of the `SHARES` has declared, and score it by the end.

    A body of which nothing can be said in the end either, such as one that is still open, is not scored.
    """
    night = Night(election)
    asked: dict[BodyId, list[_Asked]] = {body: [] for body in sorted(forecaster.bodies)}
    left = {body: list(SHARES) for body in asked}
    for record in records:
        night.apply(record)
        for body, questions in asked.items():
            if left[body] and _may_have_declared(night, body, left[body][0]):
                questions.extend(_ask(night, body, left[body], forecaster))
    found: list[Moment] = []
    for body, questions in asked.items():
        end = forecaster.answer(forecaster.ask(night, body)).said
        found.extend(_scored(questions, end) if isinstance(end, Projection) else (each.moment for each in questions))
    return tuple(found)


def _may_have_declared(night: Night, body: BodyId, share: float) -> bool:
    """Whether so many areas may have declared in one of a body's contests: what is quick to see after each record."""
    election = night.election
    for contest in election.bodies[body].contests:
        areas = election.reporting(contest, body)
        outcomes = night.counted.areas[contest]
        declared = [area for area, outcome in outcomes.items() if outcome.declared]
        if sum(len(election.covered_by(contest, area)) for area in declared) >= share * len(areas):
            return True
    return False


def _ask(night: Night, body: BodyId, left: list[float], forecaster: Forecaster) -> Iterator[_Asked]:
    """Ask once where one or more of the shares left have declared, and take them from those left."""
    standings = night.standings(body)
    declared, areas = standings["areas"]["declared"], standings["areas"]["total"]
    reached = [share for share in left if declared and declared >= share * areas]
    if not reached:
        return
    del left[: len(reached)]
    if declared == areas:
        return
    said = forecaster.answer(forecaster.ask(night, body)).said
    withheld = said.reason if isinstance(said, Withheld) else None
    still_open = frozenset(pending["area"] for pending in standings["pending"])
    yield _Asked(Moment(body, declared, areas, withheld), said, still_open)


def _scored(asked: Sequence[_Asked], end: Projection) -> Iterator[Moment]:
    """Score what was said of a body by how it ended; calls are kept and withdrawn from one moment to the next."""
    final = {party: line.median for party, line in end.parties.items()}
    calls: frozenset[Call] = frozenset()
    called: dict[Call, bool] = {}
    for each in asked:
        if isinstance(each.said, Withheld):
            yield each.moment
            continue
        calls = calls_now(calls, each.said)
        for call in calls:
            if call.area in each.still_open:
                called.setdefault(call, end.areas[str(call.area)].get(call.party) == 1)
        lines = {party: line for party, line in each.said.parties.items() if line.high or final.get(party)}
        given = [
            chances.get(party, 0.0)
            for area, chances in each.said.areas.items()
            if area in each.still_open
            for party, came in end.areas[area].items()
            if came == 1
        ]
        yield replace(
            each.moment,
            score=Score(
                missed=seats_misallocated({party: line.median for party, line in lines.items()}, final),
                held=sum(line.low <= final.get(party, 0) <= line.high for party, line in lines.items()),
                ranges=len(lines),
                given=sum(given) / len(given) if given else None,
                called=len(called),
                wrong=sum(not right for right in called.values()),
            ),
        )


def told(election: Election, moments: Sequence[Moment]) -> str:
    """Print the moments of each body as a table."""
    lines: list[str] = []
    for body in dict.fromkeys(moment.body for moment in moments):
        lines += [
            f"{election.bodies[body].name}",
            *HEADS,
            *(_line(moment) for moment in moments if moment.body == body),
            "",
        ]
    return "\n".join(lines)


def _line(moment: Moment) -> str:
    head = f"{f'{moment.declared} of {moment.areas}':>10} {moment.declared / moment.areas:4.0%}"
    score = moment.score
    if score is None:
        return f"{head} withheld: {moment.withheld}" if moment.withheld else f"{head} not scored: not over yet"
    given = "-" if score.given is None else f"{score.given:.2f}"
    held = f"{score.held}/{score.ranges}"
    return f"{head} {score.missed:7.1f} {held:>7} {given:>7} {score.called:7} {score.wrong:7}"
