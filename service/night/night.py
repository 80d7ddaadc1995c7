"""The whole night as one value: records go in, changes come out, standings can be asked for at any moment."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from service.election import Election
from service.findings import FINDINGS, Finding, quote
from service.ids import AreaId, BodyId, ContestId, is_id
from service.messages import (
    CallMade,
    CallWithdrawn,
    ContentDecision,
    Correction,
    Count,
    Decision,
    LotDrawn,
    raw_hash,
    read_count,
    read_decision,
)
from service.night.as_it_stands import AsItStands
from service.night.changes import Changes
from service.night.counts import Fresh
from service.night.decisions import NOT_TIED, decided_so_far, why_without_effect, without_effect
from service.night.events import (
    BodyBefore,
    Event,
    area_events,
    body_events,
    completed,
    remember,
    whole_events,
)
from service.night.heading import Heading, heading_of
from service.night.kept_out import Group, KeptOut, Levels, Place
from service.night.opening import opens_a_test
from service.night.receipts import LastMessage
from service.records import Record, moment
from service.scrutiny import scrutinise, scrutinise_decision
from service.standings import Beside, is_complete, moved_by_cover, standings_of
from service.topics import CountTopic, DeskTopic, read_topic

NOTHING_BESIDE: Final = Beside(
    quarantined=0,
    held=0,
    in_doubt={"messages": 0, "could_change": "no", "changes": []},
    certain={"seats": {}, "control": None, "elected": None, "outstanding": {}},
)
"""For looking at what stands alone: what is certain takes longer to find out than all the rest."""

UNKNOWN: Final = "unknown"
"""What stands in a topic for a contest or area that cannot be named there."""


class Night(AsItStands):
    """One night of one election. `apply` takes records in order; everything else only looks."""

    def __init__(self, election: Election) -> None:
        super().__init__(election)
        self._complete: Final[set[BodyId]] = set()

    def apply(self, record: Record) -> Changes:
        """Take in the next record and say what it changed.

        Raises:
            JournalMismatchError: the first record was written for another election folder or other rules.
        """
        if record.sequence == 1:
            self.test, self.last = opens_a_test(self.election, record), record
            return Changes()
        self.last = record
        topic = read_topic(record.message.topic, self.election.id)
        match topic:
            case CountTopic():
                return self._apply_count(record, topic)
            case DeskTopic():
                return self._apply_decision(record, topic)
            case None:
                where = Finding("E208", "topic", quote(record.message.topic), "a topic of counts or of the desk")
                return self._keep_out(record, (where,), levels=(UNKNOWN, UNKNOWN))

    def _apply_count(self, record: Record, topic: CountTopic) -> Changes:
        levels = (_level(topic.contest), _level(topic.area))
        count = read_count(record.message.payload)
        if not isinstance(count, Count):
            heading = heading_of(self.election, topic, record.message.payload)
            named = (heading.contest, heading.area) if heading else None
            return self._keep_out(record, count, levels=levels, heading=heading, place=named)
        findings = scrutinise(self.election, topic, count, test_night=self.test)
        contest = self.election.contests.get(count.contest)
        place = (count.contest, count.area) if contest is not None and count.area in contest.areas else None
        if findings:
            return self._keep_out(record, findings, levels=levels, count=count, place=place)
        assert place is not None, "scrutiny lets in only what has its place"
        known = self._said.knows(count)
        if known:
            again = LastMessage.let_in(record.sequence, count, duplicate=True)
            return self._with_receipts(Changes(), place, record, again)
        waiting = self._said.open_groups()
        undo = self._said.add_count(count)
        try:
            changes = self._recount({place}, record)
        except Exception as fault:  # noqa: BLE001 - a message that we cannot apply must not stop the night: promise 5
            undo()
            self._recount({place}, record)
            return self._keep_out(record, (_our_fault(fault),), levels=levels, count=count, place=place)
        changes = self._with_touched(changes, waiting)
        return self._with_receipts(changes, place, record, LastMessage.let_in(record.sequence, count, duplicate=False))

    def _apply_decision(self, record: Record, topic: DeskTopic) -> Changes:
        levels = ("desk", _level(topic.action))
        decision = read_decision(topic.action, record.message.payload)
        if isinstance(decision, tuple):
            return self._keep_out(record, decision, levels=levels)
        findings = scrutinise_decision(self.election, decision, test_night=self.test)
        if findings:
            return self._keep_out(record, findings, levels=levels)
        if self._said.has_decided(topic.action, decision):
            return Changes()
        waiting, before = self._said.open_groups(), decided_so_far(self._said, decision)
        undo = self._said.decide(topic.action, decision)
        places = set(self._places_of(decision))
        try:
            changes = self._recount(places, record, first=self._told_of(topic.action, decision, before))
        except Exception as fault:  # noqa: BLE001 - as above
            undo()
            self._recount(places, record)
            return self._keep_out(record, (_our_fault(fault),), levels=levels)
        changes = self._with_touched(changes, waiting).and_more(bodies=self._bodies_of(decision))
        for place in sorted(places):
            changes = self._with_receipts(changes, place, record, None)
        return changes

    def _told_of(self, action: str, decision: Decision, before: Any) -> Iterator[Event]:
        """Tell of a decision what does not show in what is counted: a call, or that it has no effect."""
        if isinstance(decision, CallMade | CallWithdrawn):
            event = self._calls.decided(decision, before)
            if event is not None:
                yield event
                return
            if self._calls.turns_out_wrong(decision):
                return
        because = why_without_effect(self._said, self._counted, action, decision, before)
        if because is None and isinstance(decision, LotDrawn) and not self._turns_on(decision):
            because = NOT_TIED
        if because is not None:
            yield without_effect(action, decision, because)

    def _turns_on(self, lot: LotDrawn) -> bool:
        """Say whether a lot that has just been taken in decides anything."""
        places = set(self._places_of(lot))
        fresh = self._counts.fresh({place: self._said.statements(place) for place in places})
        return any(outcome != self._counted.areas[at][area] for (at, area), outcome in fresh.areas.items()) or any(
            outcome != self._counted.wholes[contest] for contest, outcome in fresh.wholes.items()
        )

    def _with_touched(self, changes: Changes, before: Mapping[Group, int]) -> Changes:
        """Add the areas whose quarantine is not what it was, and the bodies that they may be about."""
        after = self._said.open_groups()
        groups = [group for group in before.keys() | after.keys() if before.get(group) != after.get(group)]
        bodies = [body for body in self.election.bodies if any(self._concerns(group, body) for group in groups)]
        return changes.and_more(bodies=bodies, quarantine=(levels for _, levels in groups))

    def _places_of(self, decision: Decision) -> Iterator[Place]:
        """Name the areas that a desk decision may change."""
        match decision:
            case ContentDecision(content=content) | Correction(content=content):
                yield from self._said.places_of(content)
                for kept in self._said.kept_with(content):
                    if kept.place is not None:
                        yield kept.place
            case LotDrawn(contest=contest, area=area):
                yield contest, area if area is not None else self.election.contests[contest].areas[0]
            case CallMade(contest=str(of), area=str(at)) | CallWithdrawn(contest=str(of), area=str(at)):
                yield ContestId(of), AreaId(at)

    def _bodies_of(self, decision: Decision) -> frozenset[BodyId]:
        """Name the bodies that a call or a decided message in quarantine may be about: what is in doubt may change."""
        if isinstance(decision, CallMade | CallWithdrawn):
            return frozenset((decision.body,)) if decision.body is not None else frozenset()
        kept = self._said.kept_with(decision.content) if isinstance(decision, ContentDecision | Correction) else []
        groups = {(one.place, one.levels) for one in kept}
        return frozenset(body for body in self.election.bodies if any(self._concerns(group, body) for group in groups))

    def _keep_out(
        self,
        record: Record,
        findings: tuple[Finding, ...],
        *,
        levels: Levels,
        heading: Heading | None = None,
        count: Count | None = None,
        place: Place | None = None,
    ) -> Changes:
        message = record.message
        content = count.content() if count else raw_hash(message.topic, message.payload)
        heading = Heading.of(count) if count else heading
        kept = KeptOut(content, message.topic, levels, heading, count, place, findings)
        known = kept.key in self._said.kept_out[place]
        self._said.keep_out(kept)
        changes = Changes()
        if not known:
            bodies = [body for body in self.election.bodies if self._concerns((place, levels), body)]
            event = {
                "event": "quarantined",
                "contest": levels[0],
                "area": levels[1],
                "source": kept.source,
                "content": content,
                "codes": [finding.code for finding in findings],
                "text": f"{levels[0]}/{levels[1]} quarantined: {_titles(findings)}",
            }
            counts = kept.releasable or self._said.let_in_after_all(kept) is not None
            changes = self._recount({place} if place and counts else set(), record)
            numbered = self._event(record, len(changes.events), event)
            changes = changes.and_more(events=(numbered,), bodies=bodies, quarantine=(levels,))
        if heading is not None and place is not None:
            last = LastMessage(record.sequence, heading, content, count, kept, known)
            return self._with_receipts(changes, place, record, last)
        return changes

    def _recount(self, places: set[Place], record: Record, first: Iterable[Event] = ()) -> Changes:
        """Count again what the places touch, make it the night's, and say what changed, after what is told `first`."""
        fresh = self._counts.fresh({place: self._said.statements(place) for place in places})
        bodies = {body for contest, area in places for body in self.election.bodies_of(contest, area)}
        bodies |= {body.id for body in self.election.bodies.values() if fresh.wholes.keys() & set(body.contests)}
        before = {body: remember(self.election, self.election.bodies[body], self._counted) for body in sorted(bodies)}
        events = [*first, *self._changed(fresh)]
        areas = {*places, *self._moved_by_cover(fresh), *self._found_otherwise(fresh)}
        self._counts.settle(fresh)
        events += self._bodies_changed(before)
        events += self._calls.newly_contradicted(places)
        self._calls.note_change(places, record.sequence)
        for place in places:
            self.result(place)  # what cannot be published must show here, where the message can still be kept out
        numbered = tuple(self._event(record, number, event) for number, event in enumerate(events))
        return Changes(events=numbered, areas=frozenset(areas), bodies=frozenset(bodies))

    def _moved_by_cover(self, fresh: Fresh) -> Iterator[Place]:
        for contest, whole in fresh.wholes.items():
            follows = self.election.contests[contest].follows
            if follows is not None:
                before = self._counted.wholes[contest]
                yield from ((follows, area) for area in moved_by_cover(before, whole, self._counted.areas[follows]))

    def _found_otherwise(self, fresh: Fresh) -> Iterator[Place]:
        """Name the covering areas that the sum of their parts contradicts now and did not, or the other way."""
        for contest, whole in fresh.wholes.items():
            before = self._counted.wholes[contest].findings
            areas = before.keys() | whole.findings.keys()
            yield from ((contest, area) for area in areas if before.get(area) != whole.findings.get(area))

    def _changed(self, fresh: Fresh) -> Iterator[Event]:
        for (contest, area), after in sorted(fresh.areas.items()):
            yield from area_events(self.election, self._counted.areas[contest][area], after)
        for contest, whole in fresh.wholes.items():
            yield from whole_events(
                self.election, self.election.contests[contest], self._counted.wholes[contest], whole
            )

    def _bodies_changed(self, before: Mapping[BodyId, BodyBefore]) -> Iterator[Event]:
        for body, was in before.items():
            of = self.election.bodies[body]
            yield from body_events(self.election, of, was, remember(self.election, of, self._counted))
            complete = is_complete(self.election, of, self._counted)
            if complete and body not in self._complete:
                yield completed(of, standings_of(self.election, of, self._counted, self.stamp, NOTHING_BESIDE))
            (self._complete.add if complete else self._complete.discard)(body)

    def _event(self, record: Record, number: int, event: Event) -> Event:
        """Give an event its name: the record it follows from and its number there, the same after every restart."""
        as_of = moment(record.message.at_us).astimezone(self.election.time_zone).isoformat()
        stamp = {"id": f"{record.sequence}-{number + 1}", "sequence": record.sequence, "as_of": as_of}
        return {"election": self.election.id, **stamp, **event}

    def _with_receipts(self, changes: Changes, place: Place, record: Record, last: LastMessage | None) -> Changes:
        """Judge again every source's last message about an area; add the receipts that differ from before."""
        as_of = moment(record.message.at_us).astimezone(self.election.time_zone).isoformat()
        return changes.and_more(
            receipts=self._receipts.judge(self._counted.areas[place[0]][place[1]], last, as_of=as_of)
        )


def _our_fault(fault: Exception) -> Finding:
    return Finding("E901", "applying the message", f"{type(fault).__name__}: {quote(str(fault))}", "no fault")


def _titles(findings: Iterable[Finding]) -> str:
    """Say what was found wrong without what was found: figures that do not count are for the desk's eyes only."""
    return ", ".join(dict.fromkeys(FINDINGS[finding.code].title for finding in findings))


def _level(name: str) -> str:
    return name if is_id(name) else UNKNOWN
