"""What a message says of itself: of which area it is, from whom, and which revision, even where the rest is refused."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, Self, get_args

from service.election import Election
from service.findings import FIGURE_MAX, PAYLOAD_BYTES_MAX
from service.ids import AreaId, ContestId, SourceId, is_id
from service.messages import Count, Kind
from service.topics import CountTopic

KINDS: Final = frozenset(get_args(Kind))


@dataclass(frozen=True, slots=True)
class Heading:
    """Contest, area and source of a count; its `revision` and `kind` are None where they cannot be read."""

    contest: ContestId
    area: AreaId
    source: SourceId
    revision: int | None
    kind: str | None

    @classmethod
    def of(cls, count: Count) -> Self:
        """Give that of a count that can be read."""
        return cls(count.contest, count.area, count.source, count.revision, count.kind)


def heading_of(election: Election, topic: CountTopic, payload: bytes) -> Heading | None:
    """Read the heading of a count that is refused, None where it does not say who sent it about which area.

    Its contest and area have to be the topic's and the election's: a name mistyped may be any other area's. What stands
    twice in it says nothing.
    """
    said = _read(payload)
    contest = election.contests.get(ContestId(topic.contest))
    if contest is None or topic.area not in contest.areas:
        return None
    if (said.get("contest"), said.get("area")) != (topic.contest, topic.area):
        return None
    source, revision, kind = said.get("source"), said.get("revision"), said.get("kind")
    if not isinstance(source, str) or not is_id(source):
        return None
    numbered = type(revision) is int and 1 <= revision <= FIGURE_MAX  # true and false are no revisions
    return Heading(
        contest.id,
        AreaId(topic.area),
        SourceId(source),
        revision if numbered else None,
        kind if isinstance(kind, str) and kind in KINDS else None,
    )


def _read(payload: bytes) -> dict[str, Any]:
    """Read a JSON object without what stands twice in it; anything else comes back empty."""
    if len(payload) > PAYLOAD_BYTES_MAX:
        return {}
    try:
        said = json.loads(payload.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    times = Counter(key for key, _ in pairs)
    return {key: value for key, value in pairs if times[key] == 1}
