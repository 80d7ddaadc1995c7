"""Letters: what the service tells the process beside it, each how it is and what it has published since the last.

A letter is a line of JSON, `{"about": ..., "parts": [[name, bytes], ...]}`, and then the parts, one after the other, to
the byte as they were published. The first letter says what to serve, with the election folder's files as its parts;
each later one how the service is, with topics and payloads.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

LINE_BYTES_MAX: Final = 16 * 1024 * 1024
"""The first line of a letter: a name for each area, receipt and body, a hundred times over."""

Part = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: `about` as JSON, and parts in their order."""

    about: dict[str, Any]
    parts: Sequence[Part]

    def write(self) -> bytes:
        """Write it."""
        named = [[name, len(content)] for name, content in self.parts]
        head = json.dumps({"about": self.about, "parts": named}).encode()
        return b"".join([head, b"\n", *(content for _, content in self.parts)])


async def read_letter(reader: asyncio.StreamReader) -> Letter | None:
    """Read the next letter; None: there is no more, or only the beginning of one."""
    try:
        head = json.loads(await reader.readuntil(b"\n"))
        parts = [(name, await reader.readexactly(size)) for name, size in head["parts"]]
    except asyncio.IncompleteReadError:
        return None
    return Letter(head["about"], parts)
