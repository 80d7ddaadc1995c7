"""What the desk has corrected: the count as it should have been, in place of a content that was sent."""

from collections.abc import Collection
from dataclasses import dataclass, field

from service.ids import ContentHash, SourceId
from service.messages import Correction, Count
from service.totals import Corrected, Statement


@dataclass(frozen=True, slots=True)
class _Made:
    """A correction, without when it was sent: the same correction twice is one."""

    decision: int
    said: ContentHash
    count: Count = field(compare=False)  # its content says all that is looked at
    who: str
    why: str

    def at(self, revision: int) -> ContentHash:
        """Name its content at a revision of the source."""
        return self.count.model_copy(update={"revision": revision}).content()


@dataclass
class Corrections:
    """Corrections as a set, by the content that they replace: in which order they came plays no part."""

    made: dict[ContentHash, frozenset[_Made]] = field(default_factory=dict)

    def has(self, correction: Correction) -> bool:
        """Say whether just this was said before."""
        return _made(correction) in self.made.get(correction.content, ())

    def add(self, correction: Correction) -> None:
        """Take one in."""
        self.made[correction.content] = self.made.get(correction.content, frozenset()) | {_made(correction)}

    def remove(self, correction: Correction) -> None:
        """Take one out again."""
        self.made[correction.content] = self.made.get(correction.content, frozenset()) - {_made(correction)}

    def of(self, content: ContentHash) -> _Made | None:
        """Give what a content is corrected to: the highest number; two different counts under it correct nothing."""
        made = self.made.get(content)
        if not made:
            return None
        top = max(one.decision for one in made)
        highest = sorted((one for one in made if one.decision == top), key=lambda one: (one.said, one.who, one.why))
        return highest[0] if len({one.said for one in highest}) == 1 else None

    def after(self, content: ContentHash, revisions: Collection[int]) -> frozenset[ContentHash]:
        """Name all that a content of these revisions was ever corrected to, one correction after another."""
        found: set[ContentHash] = set()
        ahead = [content]
        while ahead:
            made = self.made.get(ahead.pop(), ())
            fresh = {one.at(revision) for one in made for revision in revisions} - found
            found |= fresh
            ahead += fresh
        return frozenset(found)

    def statement(
        self, content: ContentHash, source: SourceId, revision: int, *, sent: ContentHash
    ) -> Statement | None:
        """Give a content as it is corrected, at the place of what its source `sent`; None where it is not."""
        one = self.of(content)
        if one is None:
            return None
        count = one.count.model_copy(update={"source": source, "revision": revision})
        return Statement(count.content(), count, Corrected(sent, one.decision, one.who, one.why))


def _made(correction: Correction) -> _Made:
    # Whose count it is, and which revision, follow from the content that is corrected.
    count = correction.count.model_copy(update={"revision": 1})
    return _Made(correction.decision, count.content(), count, correction.who, correction.why)
