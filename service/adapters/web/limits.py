"""Limits: how many may read at once, for how long one may take nothing, and what the system lets us keep open."""

import resource
from dataclasses import dataclass
from typing import Final

READERS_MAX: Final = 5000
"""Each reader holds a socket and some kilobytes; whoever comes on top is asked to come back."""

STALLED_S: Final = 20.0
"""A reader that takes nothing for so long is let go; it may come back and resume."""

OTHERS_MAX: Final = 256
"""Descriptors for all but readers who stay: those who open a page, the journal, files."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many may read at once, and for how long one may take nothing."""

    readers_max: int = READERS_MAX
    stalled_s: float = STALLED_S


def room_for(readers: int) -> int:
    """Have the system let us keep so many connections open, as far as it does; gives for how many readers it does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = readers + OTHERS_MAX
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return readers if soft == resource.RLIM_INFINITY else min(readers, max(1, soft - OTHERS_MAX))
