"""Pages as drawn: each once for all who read it, off the event loop, with the version at which each part changed."""

import asyncio
import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, TypeVar

from service.adapters.web.ports import History
from service.topics import Topics
from service.views.board import Board
from service.views.links import Links
from service.views.pages import document, page_of
from service.views.shown import Address, Said, Shown

PAGES_KEPT: Final = 256
"""Pages whose last drawing is kept: the bodies and the areas that people look at."""

COMPRESSION_LEVEL: Final = 6

_T = TypeVar("_T")


@dataclass(slots=True)
class Drawn:
    """A page's parts as last drawn, the version of the board at which each changed last, and of which it is drawn."""

    version: int = -1
    parts: dict[str, str] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    encoded: dict[int, bytes] = field(default_factory=dict)

    def since(self, version: int) -> bytes:
        """Write the parts that changed after a version, as one event of the stream: the same bytes for every reader."""
        known = self.encoded.get(version)
        if known is None:
            parts = {name: html for name, html in self.parts.items() if self.changed[name] > version}
            known = self.encoded[version] = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
        return known


@dataclass(frozen=True, slots=True)
class Written:
    """A whole page, plain and compressed, and its entity tag."""

    plain: bytes
    packed: bytes
    tag: str


class Pages:
    """Draws pages from the board. Drawing runs in one thread, so that no count waits for it."""

    def __init__(self, board: Board, history: History, topics: Topics) -> None:
        self._board: Final = board
        self._history: Final = history
        self._topics: Final = topics
        self._drawn: Final[OrderedDict[Address, Drawn]] = OrderedDict()
        self._written: Final[OrderedDict[Address, tuple[int, Written]]] = OrderedDict()
        self._drawing: Final[dict[Address, asyncio.Lock]] = {}
        self._thread: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pages")

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def drawn(self, address: Address) -> Drawn:
        """Give a page's parts, drawn anew if the board has changed since."""
        async with self._drawing.setdefault(address, asyncio.Lock()):
            drawn = _kept(self._drawn, address, Drawn)
            if drawn.version == self._board.version:
                return drawn
            version, shown = self._board.version, self._board.shown()
            parts = await self._in_thread(lambda: self._parts(shown, address))
            for name, html in parts.items():
                if drawn.parts.get(name) != html:
                    drawn.changed[name] = version
            drawn.version, drawn.parts, drawn.encoded = version, dict(parts), {}
            return drawn

    async def written(self, address: Address, stream: str) -> Written:
        """Give a whole page as of now."""
        async with self._drawing.setdefault(address, asyncio.Lock()):
            kept = self._written.get(address)
            if kept is not None and kept[0] == self._board.version:
                return kept[1]
            version, shown = self._board.version, self._board.shown()
            written = await self._in_thread(lambda: pack(self._document(shown, address, stream)))
            self._written[address] = version, written
            if len(self._written) > PAGES_KEPT:
                self._written.popitem(last=False)
            return written

    async def written_as_of(self, address: Address, until_us: int, shown: Shown) -> Written:
        """Give a whole page as of an earlier moment, of which `shown` is what there was to show."""

        def write() -> Written:
            then = self._with_history(shown, address, until_us)
            return pack(document(then, address, Links(at=then.past), stream=None))

        return await self._in_thread(write)

    async def ask(self, question: Callable[[], _T]) -> _T:
        """Ask the record something, off the event loop."""
        return await self._in_thread(question)

    def _parts(self, shown: Shown, address: Address) -> Mapping[str, str]:
        page = page_of(self._with_history(shown, address), address, Links())
        return {name: str(part) for name, part in page.parts.items()}

    def _document(self, shown: Shown, address: Address, stream: str) -> str:
        return document(self._with_history(shown, address), address, Links(), stream=stream)

    def _with_history(self, shown: Shown, address: Address, until_us: int | None = None) -> Shown:
        """Add what was said before about the area that a page is about, up to a moment."""
        if address.area is None or address.contest is None:
            return shown
        said = self._history.said_on(self._topics.result(address.contest, address.area))
        zone = shown.election.time_zone
        return shown.with_earlier([Said.of(each, zone) for each in said if until_us is None or each.at_us <= until_us])

    async def _in_thread(self, call: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def pack(text: str) -> Written:
    """Encode and compress a page."""
    plain = text.encode()
    return Written(plain, gzip.compress(plain, COMPRESSION_LEVEL, mtime=0), tag_of(plain))


def tag_of(content: bytes) -> str:
    """Give the entity tag of some bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:20]}"'


def _kept(kept: OrderedDict[Address, Drawn], address: Address, new: Callable[[], Drawn]) -> Drawn:
    drawn = kept.get(address)
    if drawn is None:
        drawn = kept[address] = new()
        if len(kept) > PAGES_KEPT:
            kept.popitem(last=False)
    kept.move_to_end(address)
    return drawn
