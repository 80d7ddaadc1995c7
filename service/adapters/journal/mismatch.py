"""When a journal was opened for something else: what it holds, what was wanted, and the way out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from service.errors import JournalMismatchError
from service.records import Message, moment

NEW_JOURNAL = "Give this night a journal of its own, under another name."
WAYS_OUT: Mapping[str, str] = {
    "election": NEW_JOURNAL,
    "test": NEW_JOURNAL,
    "content": (
        "Put the election folder back as it was when the journal was made; to count its messages under the folder as "
        "it is now, `election-night journal export` them and import them into a new journal."
    ),
    "rules": (
        "Use the version of election-night that made the journal; to count its messages under the rules of this one, "
        "`election-night journal export` them and import them into a new journal."
    ),
}
"""By the first member of the opening record that differs: another election explains another content."""


def mismatch(path: Path, *, found: Message, expected: Message) -> JournalMismatchError:
    """Tell how the opening record of a journal differs from what is to be opened."""
    theirs, ours = _told(found), _told(expected)
    differing = sorted((name for name in theirs | ours if theirs.get(name) != ours.get(name)), key=_weight)
    return JournalMismatchError(
        where=f"{path}, record 1",
        found="a journal of " + _listed(theirs, differing),
        expected=_listed(ours, differing),
        way_out=WAYS_OUT.get(differing[0] if differing else "", NEW_JOURNAL),
    )


def _told(opening: Message) -> dict[str, Any]:
    """List what an opening record says, its time among it."""
    try:
        said = json.loads(opening.payload)
    except ValueError:
        said = None
    return (said if isinstance(said, dict) else {}) | {"topic": opening.topic, "day": moment(opening.at_us).isoformat()}


def _weight(name: str) -> tuple[int, str]:
    names = list(WAYS_OUT)
    return (names.index(name) if name in names else len(names), name)


def _listed(said: Mapping[str, Any], names: list[str]) -> str:
    return ", ".join(f"{name} {json.dumps(said.get(name), ensure_ascii=False, sort_keys=True)}" for name in names)
