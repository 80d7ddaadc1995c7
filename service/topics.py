"""Topics: where each message goes, and what a topic that arrives is about."""

import itertools
from dataclasses import dataclass

from service.ids import AreaId, BodyId, ContestId, ElectionId, SourceId


@dataclass(frozen=True, slots=True)
class CountTopic:
    """The topic of a count: its contest and area as written there, whether or not they exist."""

    contest: str
    area: str


@dataclass(frozen=True, slots=True)
class DeskTopic:
    """The topic of a desk message: its action as written there."""

    action: str


def read_topic(topic: str, election: ElectionId) -> CountTopic | DeskTopic | None:
    """Say what a topic is about, whatever its root (a night may be replayed under another); None: nothing of ours.

    Where `{election}/counts` or `{election}/desk` stands first, there the root ends: brokers let count centres publish
    anything below the one, and so nothing that is found further in may be taken for the other.
    """
    levels = topic.split("/")
    for end, (level, kind) in enumerate(itertools.pairwise(levels), start=2):
        if level == election and kind in ("counts", "desk"):
            match kind, levels[end:]:
                case "counts", [contest, area]:
                    return CountTopic(contest=contest, area=area)
                case "desk", [action]:
                    return DeskTopic(action=action)
            return None
    return None


def root_of(topic: str, election: ElectionId) -> str | None:
    """Give what a topic of this election starts with, before the election's name; None: it is not of this election."""
    levels = topic.split("/")
    return "/".join(levels[: levels.index(election)]) if election in levels[1:] else None


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one election below a root."""

    root: str
    election: ElectionId

    @property
    def base(self) -> str:
        """What all of them start with."""
        return f"{self.root}/{self.election}"

    @property
    def intake(self) -> tuple[str, ...]:
        """What the service subscribes to."""
        return f"{self.base}/counts/#", f"{self.base}/desk/#"

    @property
    def retained(self) -> tuple[str, ...]:
        """Where the broker keeps what the service says."""
        kinds = ("status", "standings/+", "results/+/+", "quarantine/+/+", "receipts/+/+/+")
        return tuple(f"{self.base}/{kind}" for kind in kinds)

    @property
    def events(self) -> str:
        """Where events go."""
        return f"{self.base}/events"

    @property
    def status(self) -> str:
        """Where the service says whether it is there."""
        return f"{self.base}/status"

    @property
    def standings_of_all(self) -> str:
        """What anybody subscribes to: the standings of every body."""
        return f"{self.base}/standings/+"

    def count(self, contest: str, area: str) -> str:
        """Where count centres publish an area's count."""
        return f"{self.base}/counts/{contest}/{area}"

    def desk(self, action: str) -> str:
        """Where the desk publishes its decisions."""
        return f"{self.base}/desk/{action}"

    def standings(self, body: BodyId) -> str:
        """Where a body's standings go."""
        return f"{self.base}/standings/{body}"

    def result(self, contest: ContestId, area: AreaId) -> str:
        """Where an area as it stands goes."""
        return f"{self.base}/results/{contest}/{area}"

    def receipt(self, source: SourceId, contest: ContestId, area: AreaId) -> str:
        """Where a source learns what became of its last message."""
        return f"{self.base}/receipts/{source}/{contest}/{area}"

    def quarantine(self, contest: str, area: str) -> str:
        """Where what is held of an area goes."""
        return f"{self.base}/quarantine/{contest}/{area}"
