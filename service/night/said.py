"""Everything that was said on a night, as sets: counts that passed scrutiny, those kept out, and the desk's decisions.

Nothing here knows in which order things came, so nothing derived from here can depend on it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from service.counting import Lot
from service.election import Election
from service.ids import AreaId, ContentHash, ContestId, SourceId
from service.messages import CallMade, CallWithdrawn, ContentDecision, Correction, Count, Decision, LotDrawn, Question
from service.night.corrections import Corrections
from service.night.heading import Heading
from service.night.kept_out import Group, KeptOut, Key, Levels, Place
from service.standings import DeskCall
from service.totals import Statement


@dataclass(frozen=True, slots=True)
class _DrawnLot:
    """A lot as drawn, without who sent it, when and why: the same lot twice is one lot."""

    decision: int
    options: tuple[str, ...]
    order: tuple[str, ...]


@dataclass
class Said:
    """The night's messages as sets, by place and source."""

    election: Election
    counts: dict[Place, dict[tuple[SourceId, ContentHash], Statement]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    kept_out: dict[Place | None, dict[Key, KeptOut]] = field(default_factory=lambda: defaultdict(dict))
    waiting: dict[Group, dict[Key, KeptOut]] = field(default_factory=dict)
    """What is in quarantine and waits for the desk, grouped so that a flood of bad messages costs little."""
    decisions: dict[ContentHash, dict[int, frozenset[str]]] = field(default_factory=lambda: defaultdict(dict))
    lots: dict[tuple[ContestId, AreaId | None], set[_DrawnLot]] = field(default_factory=lambda: defaultdict(set))
    calls: dict[Question, frozenset[DeskCall]] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=Corrections)

    def knows(self, count: Count) -> bool:
        """Say whether the source has said just this before."""
        return (count.source, count.content()) in self.counts.get((count.contest, count.area), {})

    def add_count(self, count: Count) -> Callable[[], None]:
        """Take in a count that passed scrutiny; gives back how to take it out again."""
        place, key = (count.contest, count.area), (count.source, count.content())
        # Of equal contents one stands for all: nothing in which they may differ is ever looked at.
        self.counts[place].setdefault(key, Statement(key[1], count))
        self._look_again(self.kept_out.get(place, {}).values())

        def undo() -> None:
            self.counts[place].pop(key, None)
            self._look_again(self.kept_out.get(place, {}).values())

        return undo

    def keep_out(self, kept: KeptOut) -> None:
        """Put a message into quarantine."""
        self.kept_out[kept.place][kept.key] = kept
        self._look_again((kept,))

    def has_decided(self, action: str, decision: Decision) -> bool:
        """Say whether the desk has said just this before, by whomever."""
        match decision:
            case ContentDecision():
                return action in self.decisions.get(decision.content, {}).get(decision.decision, ())
            case Correction():
                return self.corrections.has(decision)
            case LotDrawn():
                return _drawn(decision) in self.lots.get((decision.contest, decision.area), ())
            case CallMade() | CallWithdrawn():
                return _desk_call(decision) in self.calls.get(decision.question, ())
            case _:
                return False

    def decide(self, action: str, decision: Decision) -> Callable[[], None]:
        """Take in a desk decision that passed scrutiny; gives back how to take it out again."""
        match decision:
            case ContentDecision():
                there = self.decisions[decision.content]
                before = there.get(decision.decision, frozenset())
                there[decision.decision] = before | {action}
                concerned = self.kept_with(decision.content)
                self._look_again(concerned)

                def undo() -> None:
                    there[decision.decision] = before
                    self._look_again(concerned)

                return undo
            case Correction():
                self.corrections.add(decision)
                mended = self.kept_with(decision.content)
                self._look_again(mended)

                def uncorrect() -> None:
                    self.corrections.remove(decision)
                    self._look_again(mended)

                return uncorrect
            case LotDrawn():
                drawn = _drawn(decision)
                lots = self.lots[decision.contest, decision.area]
                known = drawn in lots
                lots.add(drawn)
                return lambda: None if known else lots.discard(drawn)
            case CallMade() | CallWithdrawn():
                question, said = decision.question, self.calls.get(decision.question, frozenset())
                self.calls[question] = said | {_desk_call(decision)}

                def unsay() -> None:
                    self.calls[question] = said

                return unsay
            case _:
                return lambda: None  # a note is on record, and changes nothing

    def decision_on(self, content: ContentHash) -> str | None:
        """Give what the desk decided about a content: the highest number; two decisions under one number hold it."""
        there = self.decisions.get(content)
        if not there or not any(there.values()):
            return None
        actions = there[max(number for number, taken in there.items() if taken)]
        return next(iter(actions)) if len(actions) == 1 else "hold"

    def statements(self, place: Place) -> list[Statement]:
        """Give the contents that count for an area: those let in, without those rejected or held by the desk.

        What the desk has corrected stands as corrected.
        """
        let_in = [
            self.corrected(place, one.content, Heading.of(one.count)) or one
            for one in self.counts.get(place, {}).values()
            if self.decision_on(one.content) in (None, "release")
        ]
        if not self.decisions and not self.corrections.made:
            return let_in  # in a flood of bad messages it takes long to see that none of them is released
        kept_there = self.kept_out.get(place, {}).values()
        return [*let_in, *(one for kept in kept_there if (one := self.let_in_after_all(kept)) is not None)]

    def corrected(self, place: Place, content: ContentHash, heading: Heading | None) -> Statement | None:
        """Give what the desk has put in place of a content; None where nothing, or nothing any more."""
        if heading is None or heading.revision is None or self.decision_on(content) in ("hold", "reject"):
            return None
        found: Statement | None = None
        seen = [content]  # a correction may be corrected in its turn, and that back to what was sent
        while one := self.corrections.statement(seen[-1], heading.source, heading.revision, sent=content):
            taken_out = self.decision_on(one.content) in ("hold", "reject")
            if taken_out or one.content in seen[1:] or (one.count.contest, one.count.area) != place:
                break
            if one.content == content:
                return None
            found = one
            seen.append(one.content)
        return found

    def held_statements(self, place: Place) -> list[Statement]:
        """Give the contents that the desk holds back in an area."""
        there = self.counts.get(place, {})
        return [there[key] for key in sorted(there) if self.decision_on(there[key].content) == "hold"]

    def held_at(self, place: Place) -> int:
        """Count the contents that the desk holds back in an area."""
        return len(self.held_statements(place)) if self.decisions else 0

    def kept_with(self, content: ContentHash) -> list[KeptOut]:
        """Give the messages in quarantine, waiting or settled, that say just this, or were corrected to it."""
        wanted = self._behind(content)
        return [kept for kept in self._every_kept() if kept.content in wanted]

    def places_of(self, content: ContentHash) -> list[Place]:
        """Name the areas about which a content was let in, or one that was corrected to it."""
        wanted = self._behind(content)
        return [place for place, there in self.counts.items() if any(one.content in wanted for one in there.values())]

    def _behind(self, content: ContentHash) -> frozenset[ContentHash]:
        """Name a content and all that were corrected to it."""
        if not self.corrections.made:
            return frozenset((content,))
        revisions: dict[ContentHash, set[int]] = defaultdict(set)
        for there in self.counts.values():
            for one in there.values():
                revisions[one.content].add(one.count.revision)
        for kept in self._every_kept():
            if kept.revision is not None:
                revisions[kept.content].add(kept.revision)
        return frozenset(
            (content, *(sent for sent in revisions if content in self.corrections.after(sent, revisions[sent])))
        )

    def open_quarantine(self) -> list[KeptOut]:
        """Give what is in quarantine and waits for the desk, in an order of its own."""
        return _in_order(kept for group in self.waiting.values() for kept in group.values())

    def open_at(self, levels: Levels) -> list[KeptOut]:
        """Give what waits of one area, by the last two levels of its topic."""
        groups = [group for (_, at), group in self.waiting.items() if at == levels]
        return _in_order(kept for group in groups for kept in group.values())

    def open_groups(self) -> dict[Group, int]:
        """Count what waits, by where it belongs."""
        return {group: len(there) for group, there in self.waiting.items()}

    def levels_kept_out(self) -> frozenset[Levels]:
        """Name the areas, by the last two levels of their topics, of which something was ever kept out."""
        return frozenset(kept.levels for kept in self._every_kept())

    def _look_again(self, concerned: Iterable[KeptOut]) -> None:
        """Sort messages in quarantine anew into those that wait and those that are settled."""
        for kept in concerned:
            group, key = (kept.place, kept.levels), kept.key
            if self._is_open(kept):
                self.waiting.setdefault(group, {})[key] = kept
            elif group in self.waiting:
                self.waiting[group].pop(key, None)
                if not self.waiting[group]:
                    del self.waiting[group]

    def _is_open(self, kept: KeptOut) -> bool:
        """Say whether a message still waits: not released, not rejected, not followed by a good one of its source."""
        decided = self.let_in_after_all(kept) or self.decision_on(kept.content) == "reject"
        return not (decided or self._followed(kept))

    def _every_kept(self) -> Iterator[KeptOut]:
        return (kept for there in self.kept_out.values() for kept in there.values())

    def lots_drawn(self, contest: ContestId, area: AreaId | None) -> list[Lot]:
        """Give the lots that count: among the same options the highest decision, unless two of that number differ."""
        by_options: dict[tuple[str, ...], list[_DrawnLot]] = defaultdict(list)
        for lot in self.lots.get((contest, area), set()):
            by_options[lot.options].append(lot)
        drawn = []
        for options in sorted(by_options):
            top = max(lot.decision for lot in by_options[options])
            orders = {lot.order for lot in by_options[options] if lot.decision == top}
            if len(orders) == 1:
                drawn.append(Lot(options=options, order=next(iter(orders))))
        return drawn

    def call_on(self, question: Question) -> DeskCall | None:
        """Give what the desk says of a question: its highest number; two different choices under one call nothing."""
        said = self.calls.get(question)
        if not said:
            return None
        top = max(call.decision for call in said)
        highest = sorted(
            (call for call in said if call.decision == top), key=lambda call: (call.who, call.why, call.at)
        )
        differ = len({call.choice for call in highest}) > 1
        made = sorted(
            (call for call in said if call.choice is not None),
            key=lambda call: (-call.decision, call.choice, call.who, call.why, call.at),
        )
        return replace(highest[0], contradictory=differ, made=tuple(made))

    def let_in_after_all(self, kept: KeptOut) -> Statement | None:
        """Give how a message from quarantine counts, released or corrected; None while it does not."""
        ours = any(finding.code == "E901" for finding in kept.findings)
        if kept.place is not None and not ours:
            corrected = self.corrected(kept.place, kept.content, kept.heading)
            if corrected is not None:
                return corrected
        released = self.decision_on(kept.content) == "release" and kept.releasable
        return Statement(kept.content, kept.count) if released and kept.count is not None else None

    def _followed(self, kept: KeptOut) -> bool:
        revision, source = kept.revision, kept.source
        if kept.place is None or revision is None:
            return False
        there = self.counts.get(kept.place, {}).values()
        return any(one.count.source == source and one.count.revision >= revision for one in there)


def _drawn(lot: LotDrawn) -> _DrawnLot:
    return _DrawnLot(lot.decision, tuple(sorted(set(lot.options))), tuple(lot.order))


def _desk_call(decision: CallMade | CallWithdrawn) -> DeskCall:
    choice = decision.choice if isinstance(decision, CallMade) else None
    return DeskCall(decision.decision, choice, decision.who, decision.why, decision.issued_at)


def _in_order(kept: Iterable[KeptOut]) -> list[KeptOut]:
    return sorted(kept, key=lambda one: (one.topic, one.content, one.source or ""))
