"""Snapshots: the page, its data and its cards as files in a folder, for a server of plain files or an object store.

A file is written beside its place and renamed, so that nobody ever reads half of one; a file that would say the same
is left alone, with its time; the file of a page that is no longer there is removed, and so is what somebody who was
killed left half written. How long a copy may be kept: what lies in `static/` for good, its names change with its
content; everything else 5 seconds while the night runs.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

import structlog

from service.standings.wire import encode
from service.views.areas import drawn_from
from service.views.board import Board
from service.views.cards import body_card, declaration_card
from service.views.links import Links
from service.views.pages import document, static_files
from service.views.shown import Address, Place, Shown
from service.views.tables import body_csv
from service.views.working import seats_explained

INTERVAL_S: Final = 1.0
"""Files follow what is published at most so often."""

SEATS: Final = "bodies/*/seats/*/index.html"
"""Pages that come and go: as many as a body has seats from lists at the moment."""

HALF_WRITTEN: Final = re.compile(r"\.(?P<name>.+)\.\d+")

Files = Iterator[tuple[str, bytes]]


class Snapshots:
    """Keeps a folder of files as the board is."""

    def __init__(self, folder: Path, board: Board) -> None:
        self._folder: Final = folder
        self._board: Final = board
        self._changed: Final = asyncio.Event()
        self._written: Final[dict[str, bytes]] = {}
        self._areas: Final[dict[Place, Sequence[object]]] = {}
        self._tidied = False
        board.on_change(self._changed.set)
        self._changed.set()

    async def run(self) -> None:
        """Write what there is, and what changes, until cancelled; then once more."""
        log = structlog.get_logger()
        writing: asyncio.Future[int] | None = None
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                writing = asyncio.ensure_future(asyncio.to_thread(self._write, *self._told()))
                try:
                    await asyncio.shield(writing)
                except Exception as error:  # the files are a copy: the count goes on, and they are tried again
                    log.exception("snapshot_failed", folder=str(self._folder), reason=str(error))
                    self._changed.set()
                await asyncio.sleep(INTERVAL_S)
        finally:
            if writing is not None:  # what it writes is older
                await asyncio.gather(writing, return_exceptions=True)
            try:
                self.write()
            except OSError as error:
                log.warning("snapshot_failed", folder=str(self._folder), reason=str(error))

    def write(self) -> int:
        """Write every file that is not as it should be; gives how many. Not for two threads at once.

        Raises:
            OSError: the folder cannot be written.
        """
        return self._write(*self._told())

    def _told(self) -> tuple[Shown, dict[str, bytes]]:
        """Take what there is to write; not in another thread than that which tells the board."""
        return self._board.shown(), dict(self._board.published)

    def _write(self, shown: Shown, published: dict[str, bytes]) -> int:
        written, there = 0, {*map(_area_file, self._areas)}
        for name, content in self._files(shown, published):
            there.add(name)
            if self._written.get(name) == content:
                continue
            _replace(self._folder / name, content)
            self._written[name] = content
            written += 1
        self._remove(there)
        return written

    def _remove(self, there: AbstractSet[str]) -> None:
        """Remove the files of pages that are gone; at first those, too, that were left by whoever wrote before us."""
        gone = self._written.keys() - there
        if not self._tidied:
            gone |= {str(page.relative_to(self._folder)) for page in self._folder.glob(SEATS)} - there
            self._remove_half_written(there)
            self._tidied = True
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)
            self._written.pop(name, None)

    def _remove_half_written(self, there: AbstractSet[str]) -> None:
        for folder in {(self._folder / name).parent for name in there}:
            for beside in folder.iterdir():
                left = HALF_WRITTEN.fullmatch(beside.name)
                if left and str((folder / left["name"]).relative_to(self._folder)) in there:
                    beside.unlink(missing_ok=True)

    def _files(self, shown: Shown, published: dict[str, bytes]) -> Files:
        for name, content in static_files().items():
            yield f"static/{name}", content
        yield "index.html", self._page(shown, Address(), 0)
        for body, standings in shown.standings.items():
            yield f"bodies/{body}/index.html", self._page(shown, Address(body=body), 2)
            for seat in seats_explained(shown, standings):
                address = Address(body=body, seat=seat)
                yield f"bodies/{body}/seats/{seat}/index.html", self._page(shown, address, 4)
            yield f"api/standings/{body}.csv", body_csv(standings).encode()
            yield f"cards/{body}.svg", str(body_card(shown, body)).encode()
        yield "cards/latest.svg", str(declaration_card(shown)).encode()
        yield "api/events.json", encode({"events": list(shown.events)})
        for levels, payload in published.items():
            kind, _, rest = levels.partition("/")
            if kind in ("standings", "results"):
                yield f"api/{'areas' if kind == 'results' else kind}/{rest}.json", payload
        yield from self._area_pages(shown)

    def _area_pages(self, shown: Shown) -> Files:
        """Draw the pages of areas about which something else is to be shown than when they were last drawn."""
        for body in shown.election.bodies:
            for place in shown.places_of(body):
                sources = drawn_from(shown, place)
                if self._areas.get(place) != sources:
                    address = Address(contest=place[0], area=place[1])
                    yield _area_file(place), self._page(shown, address, 3)
                    self._areas[place] = sources

    def _page(self, shown: Shown, address: Address, depth: int) -> bytes:
        return document(shown, address, Links.from_file(depth), stream=None, poll=True).encode()


def write_folder(folder: Path, files: Files) -> int:
    """Make a folder of files, all of it at once: nobody sees a part of it; gives how many files.

    Raises:
        OSError: it cannot be written, or is there already.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as beside:
        whole = Path(beside) / folder.name
        written = 0
        for name, content in files:
            _replace(whole / name, content)
            written += 1
        whole.rename(folder)
    return written


def _area_file(place: Place) -> str:
    return f"areas/{place[0]}/{place[1]}/index.html"


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)
