"""The snapshots: the same pages as files, which a server of plain files can carry."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.async_api import Browser, expect

from service.adapters.snapshots import Snapshots
from service.ids import BodyId
from service.standings.wire import encode
from service.views.board import Board
from service.views.shown import Shown
from tests.brokers import eventually
from tests.service.nights import ending, recorded
from tests.web.sites import publish, site, until_sequence

NIGHT = recorded("london-2012")


def board() -> Board:
    """Give a board that has been told how the night ended."""
    told = Board(NIGHT.election, NIGHT.topics, {})
    told.tell((topic, encode(said)) for topic, said in ending(NIGHT).retained.items())
    return told


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """Serve a folder as a server of plain files does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


class TestFiles:
    def test_every_link_between_the_pages_leads_to_a_file(self, tmp_path: Path) -> None:
        Snapshots(tmp_path, board()).write()
        pages = list(tmp_path.rglob("*.html"))
        assert len(pages) > len(NIGHT.election.areas)
        for page in pages:
            for link in re.findall(r'(?:href|src)="([^"#:]+)"', page.read_text()):
                assert (page.parent / link).resolve().is_file(), f"{page}: {link}"

    def test_what_has_not_changed_is_not_written_again(self, tmp_path: Path) -> None:
        snapshots = Snapshots(tmp_path, board())
        assert snapshots.write() > 0
        assert snapshots.write() == 0

    def test_nothing_half_written_is_left_behind_and_data_is_as_published(self, tmp_path: Path) -> None:
        of = board()
        Snapshots(tmp_path, of).write()
        assert not list(tmp_path.rglob(".*"))
        assert (tmp_path / "api/standings/mayor.json").read_bytes() == of.published["standings/mayor"]

    def test_the_pages_of_seats_that_are_gone_are_removed(self, tmp_path: Path) -> None:
        of = board()
        snapshots = Snapshots(tmp_path, of)
        snapshots.write()
        seats = sorted(tmp_path.glob("bodies/assembly/seats/*/index.html"))
        tell_seats(of, seats=len(seats) - 2)
        snapshots.write()
        assert len(sorted(tmp_path.glob("bodies/assembly/seats/*/index.html"))) == len(seats) - 2
        assert (tmp_path / "areas/constituency/city-and-east/index.html").exists()
        Snapshots(tmp_path, board()).write()
        tell_seats(of, seats=len(seats) - 1)
        Snapshots(tmp_path, of).write()
        assert len(sorted(tmp_path.glob("bodies/assembly/seats/*/index.html"))) == len(seats) - 1

    def test_what_somebody_who_was_killed_left_half_written_is_removed_and_nothing_else(self, tmp_path: Path) -> None:
        ours = (".index.html.4711", "api/standings/.mayor.json.4711")
        others = (".htaccess", ".index.html.old", ".notes.4711", "api/notes.4711")
        for name in (*ours, *others):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("<!doc")
        Snapshots(tmp_path, board()).write()
        assert [name for name in (*ours, *others) if (tmp_path / name).exists()] == list(others)

    async def test_one_that_ends_while_it_writes_has_written_everything_in_the_end(self, tmp_path: Path) -> None:
        writes, goes_on = threading.Event(), threading.Event()

        class Slow(Snapshots):
            def _write(self, shown: Shown, published: dict[str, bytes]) -> int:
                if not writes.is_set():
                    writes.set()
                    goes_on.wait()
                return super()._write(shown, published)

        of = Board(NIGHT.election, NIGHT.topics, {})
        running = asyncio.create_task(Slow(tmp_path, of).run())
        await asyncio.to_thread(writes.wait)
        of.tell((topic, encode(said)) for topic, said in ending(NIGHT).retained.items())
        running.cancel()
        threading.Timer(0.0, goes_on.set).start()
        await asyncio.wait([running])
        assert (tmp_path / "api/standings/mayor.json").read_bytes() == of.published["standings/mayor"]
        assert not half_written(tmp_path)

    async def test_what_could_not_be_written_for_a_fault_is_tried_again(self, tmp_path: Path) -> None:
        class Faulty(Snapshots):
            faults = 1

            def _write(self, shown: Shown, published: dict[str, bytes]) -> int:
                self.faults -= 1
                if self.faults >= 0:
                    raise RuntimeError("no drawing")
                return super()._write(shown, published)

        running = asyncio.create_task(Faulty(tmp_path, board()).run())
        await eventually((tmp_path / "areas/constituency/city-and-east/index.html").is_file)
        running.cancel()
        await asyncio.wait([running])


def half_written(folder: Path) -> list[Path]:
    return list(folder.rglob(".*"))


def tell_seats(of: Board, *, seats: int) -> None:
    """Tell a board that only so many seats have been allocated."""
    standings = ending(NIGHT).retained[NIGHT.topics.standings(BodyId("assembly"))]
    fewer = standings | {"allocation": standings["allocation"][:seats]}
    of.tell([(NIGHT.topics.standings(BodyId("assembly")), encode(fewer))])


async def test_the_service_keeps_the_folder_up_to_date_and_a_browser_reads_it(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    async with site(NIGHT, tmp_path / "night.sqlite", snapshots=folder) as running:
        await publish(running, NIGHT.messages)
        await until_sequence(running, len(NIGHT.messages) + 1)
    with plain_server(folder) as address:
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        await page.goto(address)
        await expect(page.locator('[data-part="body-mayor"]')).to_contain_text("1,054,811")
        await page.get_by_role("link", name="London Assembly").first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("London Assembly")
        await asyncio.sleep(0.1)
        assert complaints == []
        await page.close()
