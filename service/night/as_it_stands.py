"""The night as it stands: whatever is published about it at one moment. Nothing here changes it."""

from collections.abc import Iterable, Iterator
from typing import Final

from service.election import Body, Election
from service.findings import Finding
from service.ids import AreaId, BodyId, ContentHash, ContestId
from service.messages import Question
from service.night.calls import Before, Calls
from service.night.counts import Counts
from service.night.doubt import doubt_about
from service.night.kept_out import Group, KeptOut, Levels, Place
from service.night.receipts import Receipt, Receipts
from service.night.said import Said
from service.projection.calls import Call
from service.records import Record, moment
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
    result_of,
    standings_of,
)
from service.standings.wire import DoubtOut


class AsItStands:
    """What was said and counted on one night of one election, up to the `last` record."""

    def __init__(self, election: Election) -> None:
        self.election: Final = election
        self.test = False
        self.last: Record | None = None
        self._said: Final = Said(election)
        self._counts: Final = Counts(election, self._said)
        self._counted: Final = self._counts.counted
        self._calls: Final = Calls(election, self._said, self._counted)
        self._receipts: Final = Receipts(self._said)

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
        self,
        body: BodyId,
        outlook: Outlook | None = None,
        suggested: frozenset[Call] = frozenset(),
        suspended: frozenset[Call] = frozenset(),
    ) -> StandingsOut:
        """Give the standings of a body at this moment, with the projection that there is of it.

        `suggested` is what was suggested to the desk before: a model that has suggested something gives it up late.
        `suspended` is what was, until something else than the model's mind spoke against it.
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
        in_doubt = doubt_about(self.election, of, self._said, self._counts, held=held)
        certain = certain_of(self.election, of, self._counted)
        open_to_doubt = self._calls.in_doubt(of, outlook, body_too=self._count_could_change(of, held, in_doubt))
        beliefs = Beliefs(
            desk=self._calls.desk(),
            certain=certain,
            suggested=self._calls.suggestions(of, outlook, Before(suggested, suspended), open_to_doubt),
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
        against = () if wrong is None else (Finding("W108", "winner", *wrong),)
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

    def holds(self, content: ContentHash) -> bool:
        """Say whether the desk holds a content back: what it says is for the desk's eyes only."""
        return self._said.decision_on(content) == "hold"

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

    def _count_could_change(self, of: Body, held: int, in_doubt: DoubtOut) -> bool:
        """Say whether a count that is in doubt could change a body: a decision that cannot be read is none."""
        if in_doubt["could_change"] == "unknown":
            in_doubt = doubt_about(self.election, of, self._said, self._counts, held=held, decisions=False)
        return in_doubt["could_change"] != "no"

    def _concerns(self, group: Group, body: BodyId) -> bool:
        """Say whether messages in quarantine may be about a body.

        A count on another area's topic may be about either; what cannot be placed may be about any.
        """
        place, levels = group
        contest, area = ContestId(levels[0]), AreaId(levels[1])
        known = self.election.contests.get(contest)
        places = [place] if place is not None else []
        if known is not None and area in known.areas:
            places.append((contest, area))
        if places:
            return any(body in self.election.bodies_of(*each) for each in places)
        return known is None or contest in self.election.bodies[body].contests

    def _kept_out(self, kept: KeptOut) -> QuarantinedOut:
        return QuarantinedOut(
            content=kept.content,
            topic=kept.topic,
            contest=kept.place[0] if kept.place else None,
            area=kept.place[1] if kept.place else None,
            source=kept.source,
            revision=kept.revision,
            findings=[finding.as_json() for finding in kept.findings],
        )
