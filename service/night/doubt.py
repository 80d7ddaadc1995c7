"""What if? Whether messages that are kept out or disputed could change a seat, a control or an office.

The contests are counted again with each of these messages alone and with all of them, beside what stands without them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.election import Body, Election
from service.ids import ContentHash, PartyId
from service.night.counts import Counts
from service.night.kept_out import DESK, KeptOut, Place
from service.night.said import Said
from service.standings import Counted, control_of, seats_in_all, seats_standing
from service.standings.wire import DoubtChangeOut, DoubtOut
from service.totals import CLASSES, Statement

ALTERNATIVES_MAX: Final = 64
"""More alternatives are not tried: the answer is then at best unknown. A desk with so many open has other worries."""

CHANGES_SHOWN_MAX: Final = 20
"""Changes listed; that there is one is what matters."""


@dataclass(frozen=True, slots=True)
class _Alternative:
    """Other statements for some areas, and whose contents they bring in."""

    contents: tuple[ContentHash, ...]
    statements: Mapping[Place, Sequence[Statement]]


def doubt_about(
    election: Election, body: Body, said: Said, counts: Counts, *, held: int, decisions: bool = True
) -> DoubtOut:
    """Say whether what is in doubt about a body could change it, and how; `held` contents about it the desk holds back.

    What is held is for the desk's eyes only: that it would change nothing may be said as little as that it would.
    Without `decisions`, those of the desk that cannot be read are left out.
    """
    waiting = [
        kept
        for kept in said.open_quarantine()
        if kept.bears_on_figures and _concerns(election, body, kept) and (decisions or kept.levels[0] != DESK)
    ]
    kept = [each for each in waiting if said.decision_on(each.content) != "hold"]
    # Of what waits and is held too, the desk may still release what can be counted; the rest it has laid aside.
    held += sum(each.releasable for each in waiting if said.decision_on(each.content) == "hold")
    countable = [one for one in kept if one.releasable and one.place is not None and one.count is not None]
    alternatives = list(_alternatives(election, body, said, counts.counted, countable))
    changes: list[DoubtChangeOut] = []
    before = _Seen.of(election, body, counts.counted)
    for alternative in alternatives[:ALTERNATIVES_MAX]:
        after = _Seen.of(election, body, counts.with_fresh(counts.fresh(alternative.statements)))
        changes.extend(before.changes(after, alternative))
    unknown = held > 0 or len(countable) < len(kept) or len(alternatives) > ALTERNATIVES_MAX
    single = {each.contents for each in alternatives if len(each.contents) == 1}
    return DoubtOut(
        messages=len(kept) - len(countable) + len(single) + held,
        could_change="yes" if changes else "unknown" if unknown else "no",
        changes=changes[:CHANGES_SHOWN_MAX],
    )


def _concerns(election: Election, body: Body, kept: KeptOut) -> bool:
    if kept.place is not None:
        return body.id in election.bodies_of(*kept.place)
    return kept.levels[0] not in election.contests or kept.levels[0] in body.contests


def _alternatives(
    election: Election, body: Body, said: Said, counted: Counted, countable: Sequence[KeptOut]
) -> Iterator[_Alternative]:
    added = [(kept.place, Statement(kept.content, kept.count)) for kept in countable if kept.place and kept.count]
    places = [(contest, area) for contest in body.contests for area in election.contests[contest].areas]
    own = [place for place in places if body.id in election.bodies_of(*place)]
    counting = {place: said.statements(place) for place in {place for place, _ in added}}
    for place, statement in added:
        yield _Alternative((statement.content,), {place: [*counting[place], statement]})
    if len(added) > 1:
        together = {place: [*there] for place, there in counting.items()}
        for place, statement in added:
            together[place].append(statement)
        yield _Alternative(tuple(statement.content for _, statement in added), together)
    for contest, area in own:
        if counted.areas[contest][area].standing.disputed:
            for statement in _disputing(said, (contest, area)):
                yield _Alternative((statement.content,), {(contest, area): [statement]})


def _disputing(said: Said, place: Place) -> Iterator[Statement]:
    """Give the figures and announcements of an area among which nobody has decided: each source's highest."""
    highest: dict[tuple[str, bool], list[Statement]] = {}
    for one in sorted(said.statements(place), key=lambda one: (one.count.source, one.content)):
        if one.count.kind not in CLASSES and one.count.kind != "rush":
            continue
        there = highest.setdefault((one.count.source, one.count.kind == "rush"), [])
        if there and _place(there[0]) > _place(one):
            continue
        if there and _place(there[0]) < _place(one):
            there.clear()
        there.append(one)
    own = [there for there in highest.values() if len(there) > 1]
    yield from (one for there in own or highest.values() for one in there)


def _place(statement: Statement) -> tuple[int, int]:
    return CLASSES.get(statement.count.kind, 0), statement.count.revision


def _by_party(seats: Mapping[PartyId, int]) -> tuple[str, ...]:
    return tuple(f"{party} {number}" for party, number in sorted(seats.items()))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What could change of a body: who has which seats, who controls it, who holds the office."""

    seats: Mapping[tuple[str, str | None], tuple[str, ...]]
    control: str | None
    office: tuple[str, ...]

    @classmethod
    def of(cls, election: Election, body: Body, counted: Counted) -> "_Seen":
        seats: dict[tuple[str, str | None], tuple[str, ...]] = {}
        office: tuple[str, ...] = ()
        for name in body.contests:
            if name in counted.wholes and counted.wholes[name].covers:
                seats[name, None] = _by_party(counted.wholes[name].from_lists)
                continue
            if name in counted.wholes:
                winners = tuple(sorted(counted.wholes[name].winners))
                office, seats[name, None] = (winners if body.office else ()), winners
                continue
            without = counted.without_seat(name)
            for area in election.reporting(name, body.id):
                outcome = counted.areas[name][area]
                seats[name, area] = () if area in without else outcome.winners or _by_party(outcome.seats)
        in_all = seats_in_all(body, counted)
        control = None if body.office else control_of(in_all, seats_standing(election, body, counted))
        return cls(seats, control, office)

    def changes(self, after: "_Seen", alternative: _Alternative) -> Iterator[DoubtChangeOut]:
        contents = [str(content) for content in alternative.contents]
        for contest, area in self.seats:
            was, now = self.seats[contest, area], after.seats[contest, area]
            if was != now:
                what = "office" if self.office and area is None else "seat"
                yield DoubtChangeOut(
                    contents=contents, what=what, contest=contest, area=area, was=list(was), would_be=list(now)
                )
        if self.control != after.control:
            yield DoubtChangeOut(
                contents=contents,
                what="control",
                contest=None,
                area=None,
                was=[self.control] if self.control else [],
                would_be=[after.control] if after.control else [],
            )
