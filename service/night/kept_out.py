"""A message in quarantine: what is known of it, where it belongs, and whether the desk can let it in."""

from dataclasses import dataclass
from typing import Final

from service.findings import Finding
from service.ids import AreaId, ContentHash, ContestId, SourceId
from service.messages import Count
from service.night.heading import Heading

RELEASABLE: Final = frozenset({"E201", "E301", "E302", "E303", "E304", "E305"})
"""Faults that a named person can overrule: the count can be applied all the same. The others leave nothing to apply."""

DESK: Final = "desk"
"""Under which desk messages wait in quarantine: they hold no figures of any area."""

SAYS_NO_FIGURES: Final = frozenset({(DESK, "call"), (DESK, "withdraw"), (DESK, "note")})
"""Topics of the desk, by their last two levels, on which nothing can come that bears on any figures."""

Place = tuple[ContestId, AreaId]
"""A contest and an area of it: where a count belongs."""

Levels = tuple[str, str]
"""The last two levels of a topic: contest and area as written there, whether or not they exist."""

Key = tuple[SourceId | None, ContentHash, str]
"""Source, content and topic: what came on two wrong topics waits at both."""

Group = tuple[Place | None, Levels]


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A message in quarantine. `count` is None where it cannot be read; `place` is None where it belongs nowhere.

    `heading` is None where it does not even say from whom it is about which area.
    """

    content: ContentHash
    topic: str
    levels: Levels
    heading: Heading | None
    count: Count | None
    place: Place | None
    findings: tuple[Finding, ...]

    @property
    def source(self) -> SourceId | None:
        """Who sent it."""
        return self.heading.source if self.heading else None

    @property
    def revision(self) -> int | None:
        """Which revision of its source it is."""
        return self.heading.revision if self.heading else None

    @property
    def key(self) -> Key:
        """What tells it from everything else in quarantine."""
        return self.source, self.content, self.topic

    @property
    def bears_on_figures(self) -> bool:
        """It may have been meant to change what is counted."""
        return self.levels not in SAYS_NO_FIGURES

    @property
    def releasable(self) -> bool:
        """The desk can let it in."""
        return self.place is not None and all(finding.code in RELEASABLE for finding in self.findings)
