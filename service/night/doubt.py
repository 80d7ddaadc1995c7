"""What if? Whether messages that are kept out, held back or disputed could change a seat, a control or an office.

The contests are counted again with each of these messages alone and with all of them, beside what stands without them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.election import Body, Election
from service.ids import ContentHash
from service.night.counts import Counts
from service.night.said import KeptOut, Place, Said
from service.standings import Counted, control_of, seats_standing
from service.standings.wire import DoubtChangeOut, DoubtOut
from service.totals import CLASSES, Statement, stand

ALTERNATIVES_MAX: Final = 64
"""More alternatives are not tried: the answer is then at best unknown. A desk with so many open has other worries."""

CHANGES_SHOWN_MAX: Final = 20
"""Changes listed; that there is one is what matters."""


@dataclass(frozen=True, slots=True)
class _Alternative:
    """Other statements for some areas, and whose contents they bring in."""

    contents: tuple[ContentHash, ...]
    statements: Mapping[Place, Sequence[Statement]]


def doubt_about(election: Election, body: Body, said: Said, counts: Counts) -> DoubtOut:
    """Say whether what is in doubt about a body could change it, and how."""
    kept = [kept for kept in said.open_quarantine() if _concerns(election, body, kept)]
    countable = [one for one in kept if one.releasable and one.place is not None and one.count is not None]
    alternatives = list(_alternatives(election, body, said, countable))
    changes: list[DoubtChangeOut] = []
    before = _Seen.of(election, body, counts.counted)
    for alternative in alternatives[:ALTERNATIVES_MAX]:
        after = _Seen.of(election, body, counts.with_fresh(counts.fresh(alternative.statements)))
        changes.extend(before.changes(after, alternative))
    unknown = len(countable) < len(kept) or len(alternatives) > ALTERNATIVES_MAX
    single = {each.contents for each in alternatives if len(each.contents) == 1}
    return DoubtOut(
        messages=len(kept) - len(countable) + len(single),
        could_change="yes" if changes else "unknown" if unknown else "no",
        changes=changes[:CHANGES_SHOWN_MAX],
    )


def _concerns(election: Election, body: Body, kept: KeptOut) -> bool:
    if kept.place is not None:
        return body.id in election.bodies_of(*kept.place)
    return kept.levels[0] not in election.contests or kept.levels[0] in body.contests


def _alternatives(election: Election, body: Body, said: Said, countable: Sequence[KeptOut]) -> Iterator[_Alternative]:
    added = [(kept.place, Statement(kept.content, kept.count)) for kept in countable if kept.place and kept.count]
    places = [(contest, area) for contest in body.contests for area in election.contests[contest].areas]
    own = [place for place in places if body.id in election.bodies_of(*place)]
    added += [(place, held) for place in own for held in said.held_statements(place)]
    for place, statement in added:
        yield _Alternative((statement.content,), {place: [*said.statements(place), statement]})
    if len(added) > 1:
        together: dict[Place, list[Statement]] = {}
        for place, statement in added:
            together.setdefault(place, said.statements(place)).append(statement)
        yield _Alternative(tuple(statement.content for _, statement in added), together)
    for place in own:
        for statement in _disputing(election, said, place):
            yield _Alternative((statement.content,), {place: [statement]})


def _disputing(election: Election, said: Said, place: Place) -> Iterator[Statement]:
    """Give the figures and announcements of an area among which nobody has decided."""
    statements = said.statements(place)
    if not stand(statements, election.ranks).disputed:
        return
    for statement in sorted(statements, key=lambda one: (one.count.source, one.content)):
        if statement.count.kind in CLASSES or statement.count.kind == "rush":
            yield statement


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
            if name in counted.wholes:
                winners = tuple(sorted(counted.wholes[name].winners))
                office, seats[name, None] = (winners if body.office else ()), winners
                continue
            for area in election.reporting(name, body.id):
                outcome = counted.areas[name][area]
                seats[name, area] = outcome.winners or tuple(
                    f"{party} {number}" for party, number in sorted(outcome.seats.items())
                )
        control = None if body.office else control_of(body.seats, seats_standing(election, body, counted))
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
