"""The whole night as one value: records go in, changes come out, standings can be asked for at any moment."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.election import Election
from service.errors import JournalMismatchError
from service.findings import Finding, quote
from service.ids import AreaId, BodyId, ContestId, is_id
from service.messages import (
    CallMade,
    CallWithdrawn,
    ContentDecision,
    Count,
    Decision,
    LotDrawn,
    Question,
    raw_hash,
    read_count,
    read_decision,
)
from service.night.calls import Calls
from service.night.counts import Counts, Fresh
from service.night.decisions import decided_so_far, why_without_effect, without_effect
from service.night.doubt import doubt_about
from service.night.events import (
    BodyBefore,
    Event,
    area_events,
    body_events,
    completed,
    remember,
    whole_events,
)
from service.night.receipts import LastMessage, Receipt, Receipts
from service.night.said import Group, KeptOut, Levels, Place, Said
from service.projection.calls import Call
from service.records import Message, Record, moment, opening
from service.scrutiny import scrutinise, scrutinise_decision
from service.standings import (
    AreaBeside,
    Beliefs,
    Beside,
    Counted,
    Outlook,
    QuarantinedOut,
    ResultOut,
    Stamp,
    StandingsOut,
    call_out,
    calls_out,
    certain_of,
    is_complete,
    moved_by_cover,
    result_of,
    standings_of,
)
from service.topics import CountTopic, DeskTopic, read_topic

COUNTING_VERSION: Final = "1"
"""Raised with every change that can alter a published number, and marked **Counting** in the changelog."""

NOTHING_BESIDE: Final = Beside(
    quarantined=0,
    held=0,
    in_doubt={"messages": 0, "could_change": "no", "changes": []},
    certain={"seats": {}, "control": None, "elected": None, "outstanding": {}},
)
"""For looking at what stands alone: what is certain takes longer to find out than all the rest."""

UNKNOWN: Final = "unknown"
"""What stands in a topic for a contest or area that cannot be named there."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one record changed: events in order, and what has to be published anew."""

    events: tuple[Event, ...] = ()
    areas: frozenset[Place] = frozenset()
    bodies: frozenset[BodyId] = frozenset()
    receipts: tuple[Receipt, ...] = ()
    quarantine: frozenset[Levels] = frozenset()


def opening_of(election: Election, *, test: bool) -> Message:
    """Write the first record of this election's night."""
    rules = {str(contest.id): contest.rule for contest in election.contests.values()}
    versions = {"counting": COUNTING_VERSION, **rules}
    return opening(election.id, content=election.content, day=election.opens_at, rules=versions, test=test)


class Night:
    """One night of one election. `apply` takes records in order; everything else only looks."""

    def __init__(self, election: Election) -> None:
        self.election: Final = election
        self.test = False
        self.last: Record | None = None
        self._said: Final = Said(election)
        self._counts: Final = Counts(election, self._said)
        self._counted: Final = self._counts.counted
        self._calls: Final = Calls(election, self._said, self._counted)
        self._receipts: Final = Receipts(self._said)
        self._complete: Final[set[BodyId]] = set()

    def apply(self, record: Record) -> Changes:
        """Take in the next record and say what it changed.

        Raises:
            JournalMismatchError: the first record was written for another election folder or other rules.
        """
        if record.sequence == 1:
            self._open(record)
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

    @property
    def stamp(self) -> Stamp:
        """Up to where the record has been applied."""
        if self.last is None:
            return Stamp(0, "", self.election.opens_at.isoformat())
        as_of = moment(self.last.message.at_us).astimezone(self.election.time_zone)
        return Stamp(self.last.sequence, self.last.digest.hex(), as_of.isoformat())

    @property
    def counted(self) -> Counted:
        """Every contest as counted at this moment, for whoever explains it."""
        return self._counted

    def standings(
        self, body: BodyId, outlook: Outlook | None = None, suggested: frozenset[Call] = frozenset()
    ) -> StandingsOut:
        """Give the standings of a body at this moment, with the projection that there is of it.

        `suggested` is what was suggested to the desk before: a model that has suggested something gives it up late.
        """
        of = self.election.bodies[body]
        groups = self._said.open_groups()
        quarantined = sum(number for group, number in groups.items() if self._concerns(group, body))
        held = sum(
            self._said.held_at((contest, area))
            for contest in of.contests
            for area in self.election.contests[contest].areas
            if body in self.election.bodies_of(contest, area)
        )
        in_doubt = doubt_about(self.election, of, self._said, self._counts)
        certain = certain_of(self.election, of, self._counted)
        open_to_doubt = self._calls.in_doubt(of, body_too=in_doubt["could_change"] != "no")
        beliefs = Beliefs(
            desk=self._calls.desk(),
            certain=certain,
            suggested=self._calls.suggestions(of, outlook, suggested, open_to_doubt),
            outlook=outlook,
            in_doubt=open_to_doubt,
        )
        calls = calls_out(self.election, of, self._counted, beliefs)
        beside = Beside(quarantined, held, in_doubt, certain, calls, outlook)
        return standings_of(self.election, of, self._counted, self.stamp, beside)

    def result(self, place: Place) -> ResultOut:
        """Give an area as it stands at this moment."""
        contest, area = place
        outcome = self._counted.areas[contest][area]
        whole = self._counted.wholes.get(contest)
        question = Question("area", contest, area, None)
        desk, wrong = self._said.call_on(question), self._calls.contradicted(question)
        against = () if wrong is None else (Finding("W108", "winner", wrong[0], f"{wrong[1]}, as called"),)
        beside = AreaBeside(
            held=self._said.held_at(place),
            findings=(*(whole.findings.get(area, ()) if whole else ()), *against),
            covering=self._counted.covering(contest),
            call=None if desk is None else call_out(self.election, self._counted, Beliefs({question: desk}), question),
        )
        return result_of(self.election, outcome, self.stamp, beside)

    def results_in(self) -> Iterator[Place]:
        """Name the areas about which something has been said."""
        for contest, areas in self._counted.areas.items():
            for area in areas:
                if self._said.counts.get((contest, area)) or self._said.statements((contest, area)):
                    yield contest, area

    @property
    def quarantined(self) -> int:
        """How many messages wait in quarantine."""
        return sum(self._said.open_groups().values())

    def quarantine(self) -> list[QuarantinedOut]:
        """Give what is in quarantine and waits for the desk."""
        return [self._kept_out(kept) for kept in self._said.open_quarantine()]

    def quarantine_at(self, levels: Levels) -> list[QuarantinedOut]:
        """Give what waits of one area, by the last two levels of its topic."""
        return [self._kept_out(kept) for kept in self._said.open_at(levels)]

    def quarantined_levels(self) -> frozenset[Levels]:
        """Name the areas, by the last two levels of their topics, of which something waits or has waited."""
        return self._said.levels_kept_out()

    def receipts(self) -> Iterable[Receipt]:
        """Give the present receipt of every source about every area."""
        return self._receipts.present()

    def _open(self, record: Record) -> None:
        openings = {test: opening_of(self.election, test=test) for test in (False, True)}
        if record.message not in openings.values():
            raise JournalMismatchError(
                where="record 1",
                found=record.message.payload.decode(errors="backslashreplace"),
                expected=openings[False].payload.decode(),
                way_out="Use the election folder and the release that this journal was opened with.",
            )
        self.test = record.message == openings[True]
        self.last = record

    def _apply_count(self, record: Record, topic: CountTopic) -> Changes:
        levels = (_level(topic.contest), _level(topic.area))
        count = read_count(record.message.payload)
        if not isinstance(count, Count):
            return self._keep_out(record, count, levels=levels)
        findings = scrutinise(self.election, topic, count, test_night=self.test)
        contest = self.election.contests.get(count.contest)
        place = (count.contest, count.area) if contest is not None and count.area in contest.areas else None
        if findings:
            return self._keep_out(record, findings, levels=levels, count=count, place=place)
        assert place is not None, "scrutiny lets in only what has its place"
        known = self._said.knows(count)
        if known:
            return self._with_receipts(
                Changes(), place, record, LastMessage(record.sequence, count, None, duplicate=True)
            )
        waiting = self._said.open_groups()
        undo = self._said.add_count(count)
        try:
            changes = self._recount({place}, record)
        except Exception as fault:  # noqa: BLE001 - a message that we cannot apply must not stop the night: promise 5
            undo()
            self._recount({place}, record)
            return self._keep_out(record, (_our_fault(fault),), levels=levels, count=count, place=place)
        changes = self._with_touched(changes, waiting)
        return self._with_receipts(changes, place, record, LastMessage(record.sequence, count, None, duplicate=False))

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
        changes = _and(self._with_touched(changes, waiting), bodies=self._bodies_of(decision))
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
        because = why_without_effect(self._said, self._counted, action, decision, before)
        if because is not None:
            yield without_effect(action, decision, because)

    def _with_touched(self, changes: Changes, before: Mapping[Group, int]) -> Changes:
        """Add the areas whose quarantine is not what it was, and the bodies that they may be about."""
        after = self._said.open_groups()
        groups = [group for group in before.keys() | after.keys() if before.get(group) != after.get(group)]
        bodies = [body for body in self.election.bodies if any(self._concerns(group, body) for group in groups)]
        return _and(changes, bodies=frozenset(bodies), quarantine=frozenset(group[1] for group in groups))

    def _places_of(self, decision: Decision) -> Iterator[Place]:
        """Name the areas that a desk decision may change."""
        match decision:
            case ContentDecision(content=content):
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
        kept = self._said.kept_with(decision.content) if isinstance(decision, ContentDecision) else []
        groups = {(one.place, one.levels) for one in kept}
        return frozenset(body for body in self.election.bodies if any(self._concerns(group, body) for group in groups))

    def _keep_out(
        self,
        record: Record,
        findings: tuple[Finding, ...],
        *,
        levels: Levels,
        count: Count | None = None,
        place: Place | None = None,
    ) -> Changes:
        message = record.message
        content = count.content() if count else raw_hash(message.topic, message.payload)
        kept = KeptOut(content, message.topic, levels, count.source if count else None, count, place, findings)
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
                "text": f"{levels[0]}/{levels[1]} quarantined: {findings[0].sentence}",
            }
            changes = self._recount({place} if place and kept.releasable else set(), record)
            events = [*changes.events, self._event(record, len(changes.events), event)]
            changes = _and(changes, events=events, bodies=frozenset(bodies), quarantine=frozenset({levels}))
        if count is not None and place is not None:
            return self._with_receipts(changes, place, record, LastMessage(record.sequence, count, kept, known))
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
        events += self._calls.newly_contradicted()
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
        return _and(changes, receipts=self._receipts.judge(self._counted.areas[place[0]][place[1]], last, as_of=as_of))

    def _concerns(self, group: Group, body: BodyId) -> bool:
        """Say whether messages in quarantine may be about a body; those that cannot be placed may be about any."""
        place, levels = group
        if place is not None:
            return body in self.election.bodies_of(*place)
        contest = ContestId(levels[0])
        return contest not in self.election.contests or contest in self.election.bodies[body].contests

    def _kept_out(self, kept: KeptOut) -> QuarantinedOut:
        return QuarantinedOut(
            content=kept.content,
            topic=kept.topic,
            contest=kept.place[0] if kept.place else None,
            area=kept.place[1] if kept.place else None,
            source=kept.source,
            revision=kept.count.revision if kept.count else None,
            findings=[finding.as_json() for finding in kept.findings],
        )


def _our_fault(fault: Exception) -> Finding:
    return Finding("E901", "applying the message", f"{type(fault).__name__}: {quote(str(fault))}", "no fault")


def _level(name: str) -> str:
    return name if is_id(name) else UNKNOWN


def _and(
    changes: Changes,
    *,
    events: Iterable[Event] | None = None,
    bodies: frozenset[BodyId] = frozenset(),
    receipts: Iterable[Receipt] = (),
    quarantine: frozenset[Levels] = frozenset(),
) -> Changes:
    return Changes(
        events=changes.events if events is None else tuple(events),
        areas=changes.areas,
        bodies=changes.bodies | bodies,
        receipts=(*changes.receipts, *receipts),
        quarantine=changes.quarantine | quarantine,
    )
