"""Pages as drawn: each once for all who read it, off the event loop, with the version at which each part changed."""

import asyncio
import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from service.adapters.web.ports import History
from service.adapters.web.recent import Recent
from service.topics import Topics
from service.views.areas import drawn_from
from service.views.board import Board
from service.views.links import Links
from service.views.pages import document, page_of
from service.views.rendering import render
from service.views.shown import Address, Said, Shown

PARTS_KEPT: Final = 1024
"""Pages whose parts are kept as last drawn: each area of the largest night can have its readers."""

WRITTEN_KEPT: Final = 256
"""Whole pages that are kept: those that people open one after the other."""

FIRST_PAGE: Final = Address()

COMPRESSION_LEVEL: Final = 6

_T = TypeVar("_T")


@dataclass(slots=True)
class Drawn:
    """A page's parts as last drawn, the version of the board at which each changed last, and of which it is drawn.

    `sources` is all that an area's part is drawn from, None where it is drawn with the rest of its page.
    """

    version: int = -1
    sources: object = None
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


@dataclass(slots=True)
class _Latest:
    """A whole page as written last, and of which version of the board."""

    version: int = -1
    page: Written | None = None


class Pages:
    """Draws pages from the board, in threads, so that no count waits for it.

    The first page has a thread of its own: it waits for no other one, however many of those are watched.
    """

    def __init__(self, board: Board, history: History, topics: Topics) -> None:
        self._board: Final = board
        self._history: Final = history
        self._topics: Final = topics
        self._drawn: Final = Recent[Address, Drawn](PARTS_KEPT)
        self._written: Final = Recent[Address, _Latest](WRITTEN_KEPT)
        self._drawing: Final[WeakValueDictionary[Address, asyncio.Lock]] = WeakValueDictionary()
        self._first: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="first page")
        self._others: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pages")

    def close(self) -> None:
        """End the threads."""
        for thread in (self._first, self._others):
            thread.shutdown(wait=False, cancel_futures=True)

    async def drawn(self, address: Address) -> Drawn:
        """Give a page's parts, drawn anew if the board has changed since."""
        async with self._one_at_a_time(address):
            drawn = self._drawn.get(address, Drawn)
            if drawn.version == self._board.version:
                return drawn
            version, shown = self._board.version, self._board.shown()
            parts = await self._in_thread(address, lambda: self._parts(shown, address, drawn))
            for name, html in parts.items():
                if drawn.parts.get(name) != html:
                    drawn.changed[name] = version
            drawn.version, drawn.parts, drawn.encoded = version, dict(parts), {}
            return drawn

    async def written(self, address: Address, stream: str) -> Written:
        """Give a whole page as of now."""
        async with self._one_at_a_time(address):
            latest = self._written.get(address, _Latest)
            if latest.page is None or latest.version != self._board.version:
                version, shown = self._board.version, self._board.shown()
                page = await self._in_thread(address, lambda: pack(self._document(shown, address, stream)))
                latest.version, latest.page = version, page
            return latest.page

    async def ask(self, question: Callable[[], _T]) -> _T:
        """Ask the record something, or draw something that is no page, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._others, question)

    def _one_at_a_time(self, address: Address) -> asyncio.Lock:
        """Give the lock of a page, which is there for as long as somebody holds it or waits for it."""
        return self._drawing.setdefault(address, asyncio.Lock())

    def _parts(self, shown: Shown, address: Address, drawn: Drawn) -> Mapping[str, str]:
        """Draw a page's parts; an area's own part is left as it is while nothing that it shows has changed."""
        sources = None
        if address.area is not None and address.contest is not None:
            sources = drawn_from(shown, (address.contest, address.area))
            if sources == drawn.sources:
                return {**drawn.parts, "state": str(render("state.html", shown, Links(), address=address))}
        page = page_of(with_history(shown, address, self._history, self._topics), address, Links())
        drawn.sources = sources
        return {name: str(part) for name, part in page.parts.items()}

    def _document(self, shown: Shown, address: Address, stream: str) -> str:
        whole = with_history(shown, address, self._history, self._topics)
        return document(whole, address, Links(), stream=stream)

    async def _in_thread(self, address: Address, draw: Callable[[], _T]) -> _T:
        thread = self._first if address == FIRST_PAGE else self._others
        return await asyncio.get_running_loop().run_in_executor(thread, draw)


def with_history(
    shown: Shown, address: Address, history: History, topics: Topics, *, until_us: int | None = None
) -> Shown:
    """Add what was said before about the area that a page is about, up to a moment."""
    if address.area is None or address.contest is None:
        return shown
    said = history.said_on(topics.result(address.contest, address.area))
    zone = shown.election.time_zone
    return shown.with_earlier([Said.of(each, zone) for each in said if until_us is None or each.at_us <= until_us])


def pack(text: str) -> Written:
    """Encode and compress a page."""
    plain = text.encode()
    return Written(plain, gzip.compress(plain, COMPRESSION_LEVEL, mtime=0), tag_of(plain))


def tag_of(content: bytes) -> str:
    """Give the entity tag of some bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:20]}"'
