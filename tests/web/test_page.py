"""The page in a real browser: it follows the night, survives a restart, fits every screen, and keeps nobody out."""

import gzip
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, Page, expect

from service.app import Started
from service.ids import BodyId
from service.records import Message
from tests.brokers import free_port
from tests.service.nights import ending, recorded, written
from tests.web.boards import WELL, board_of
from tests.web.boards import served as served_board
from tests.web.sites import Answer, get, publish, site, until_sequence, until_settled

NIGHT = recorded("london-2012")
HALF = len(NIGHT.messages) // 2
EVERYTHING = len(NIGHT.messages) + 1
PORTION = 8
STARTED = datetime(2012, 5, 4, 20, 0, tzinfo=UTC)
SEATS = {
    row["name"]: row["seats"]
    for row in ending(NIGHT).retained[NIGHT.topics.standings(BodyId("assembly"))]["parties"]
    if row["seats"]
}
FIRST_VIEW_BYTES_MAX = 150_000
"""The page, its style sheet and its script, as they go over the line."""
PATHS = (
    "/",
    "/bodies/assembly",
    "/bodies/mayor",
    "/bodies/assembly/seats/3",
    "/bodies/mayor/seats/1",
    "/areas/constituency/brent-and-harrow",
)
SCREENS = ((360, 740), (768, 1024), (1440, 900), (3840, 2160))
WALL = (3840, 2160)


@asynccontextmanager
async def opened(browser: Browser, address: str, *, width: int = 1440, height: int = 900) -> AsyncIterator[Page]:
    """Open an address, and hold against the page whatever it complains about or fetches from elsewhere."""
    complaints: list[str] = []
    page = await browser.new_page(viewport={"width": width, "height": height})
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: complaints.append(asked.url) if not _is_ours(asked.url, address) else None)
    await page.goto(address)
    yield page
    assert [each for each in complaints if "ERR_CONNECTION_REFUSED" not in each] == []
    await page.close()


def _is_ours(url: str, address: str) -> bool:
    return url.startswith(("data:", "/".join(address.split("/")[:3]) + "/"))


async def seats_on(page: Page) -> dict[str, int]:
    """Read the seats from the table of the assembly's parties, those that have some."""
    rows = await page.locator('[data-part="body-assembly"] .parties tbody tr').all()
    shown = {}
    for row in rows:
        name = await row.locator(".long").text_content() or ""
        shown[name] = int(await row.locator("td").first.text_content() or "")
    return {name: seats for name, seats in shown.items() if seats}


async def marked(page: Page) -> None:
    """Mark the document, to notice a reload."""
    await page.evaluate("document.kept = true")


async def is_marked(page: Page) -> bool:
    return bool(await page.evaluate("document.kept === true"))


class TestTheNight:
    async def test_an_open_page_follows_a_replay_to_the_right_numbers(self, browser: Browser, tmp_path: Path) -> None:
        async with (
            site(NIGHT, tmp_path / "night.sqlite") as running,
            opened(browser, str(running.page)) as page,
        ):
            await marked(page)
            await publish(running, NIGHT.messages)
            await expect(page.locator('[data-part="state"]')).to_contain_text("complete")
            await expect(page.locator('[data-part="body-mayor"]')).to_contain_text("1,054,811")
            assert await seats_on(page) == SEATS
            assert await is_marked(page)
            await expect(page.locator(".ticker")).to_contain_text("Boris Johnson")

    async def test_an_open_page_says_when_it_is_cut_off_and_goes_on_after_a_restart(
        self, browser: Browser, tmp_path: Path
    ) -> None:
        port = free_port()
        async with site(NIGHT, tmp_path / "night.sqlite", port=port) as running:
            await publish(running, NIGHT.messages[:HALF])
            await until_sequence(running, HALF + 1)
            page = await browser.new_page()
            await page.goto(str(running.page))
            await marked(page)
            await expect(page.locator("#connection")).to_be_hidden()
        await expect(page.locator("#connection")).to_contain_text("Disconnected")
        async with site(NIGHT, tmp_path / "night.sqlite", port=port) as running:
            await publish(running, NIGHT.messages[HALF:])
            await expect(page.locator('[data-part="body-mayor"]')).to_contain_text("1,054,811")
            await expect(page.locator("#connection")).to_be_hidden()
            assert await is_marked(page)
            await page.close()

    async def test_a_call_of_the_desk_is_on_the_page_at_once_and_loud_once_it_is_declared_otherwise(
        self, browser: Browser, tmp_path: Path
    ) -> None:
        area = {"of": "area", "contest": "constituency", "area": "south-west"}
        said = {"decision": 1, "who": "anna", "why": "sampled piles", "issued_at": "2012-05-04T14:00:00+01:00"}
        called = {**area, **said, "candidate": "wilson-ld"}
        async with (
            site(NIGHT, tmp_path / "night.sqlite") as running,
            opened(browser, f"{running.page}bodies/assembly") as page,
        ):
            await publish(running, [Message(0, NIGHT.topics.desk("call"), written(called))])
            await expect(page.locator(".call-called")).to_contain_text("called by the desk, anna")
            await expect(page.locator(".tile-called")).to_have_count(1)
            await publish(running, NIGHT.messages)
            await expect(page.locator(".call-wrong")).to_contain_text("DECLARED OTHERWISE")
            await expect(page.locator(".tile-called")).to_have_count(0)

    async def test_the_slider_goes_back_to_what_was_published_then(self, browser: Browser, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages[:HALF])
            await until_sequence(running, HALF + 1)
            then = (await get(running, "/api/moments")).json["moments"][-1]
            before = (await get(running, "/api/standings/assembly.json")).json
            await publish(running, NIGHT.messages[HALF:])
            await until_sequence(running, EVERYTHING)
            async with opened(browser, str(running.page)) as page:
                slider = page.locator("#slider")
                await expect(slider).to_be_visible()
                moments = (await get(running, "/api/moments")).json["moments"]
                await slider.fill(str(moments.index(then)))
                await page.wait_for_url("**/?at=*")
                await expect(page.locator(".past")).to_contain_text("what was published then")
                filled = f"{before['areas']['declared']} of 14 areas declared"
                await expect(page.locator('[data-part="body-assembly"] .foot')).to_contain_text(filled)
                area = page.get_by_role("link", name="South West").first
                await area.click()
                await page.wait_for_url("**/areas/constituency/south-west?at=*")
                await expect(page.locator(".past")).to_contain_text("what was published then")
                await page.get_by_role("link", name="London Assembly").first.click()
                await page.wait_for_url("**/bodies/assembly?at=*")
                await expect(page.locator('[data-part="seats"] .foot')).to_contain_text(filled)
                await page.get_by_text("Back to now").click()
                await expect(page.locator('[data-part="state"]')).to_contain_text("complete")

    async def test_an_areas_page_goes_back_to_what_was_known_of_it_then(self, browser: Browser, tmp_path: Path) -> None:
        area = "areas/constituency/brent-and-harrow"
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages[:HALF])
            await until_sequence(running, HALF + 1)
            then = (await get(running, "/api/moments")).json["moments"][-1]
            await publish(running, NIGHT.messages[HALF:])
            await until_sequence(running, EVERYTHING)
            async with opened(browser, f"{running.page}{area}") as page:
                await expect(page.locator(".verdict")).to_contain_text("Navin Shah")
                said = await page.locator("table").last.locator("tbody tr").count()
                slider = page.locator("#slider")
                await expect(slider).to_be_visible()
                moments = (await get(running, "/api/moments")).json["moments"]
                await slider.fill(str(moments.index(then)))
                await page.wait_for_url(f"**/{area}?at=*")
                await expect(page.locator(".past")).to_be_visible()
                assert "Navin Shah" not in str(await page.locator("main").text_content())
                assert await page.locator('[aria-label="What was said when"] tbody tr').count() < said


class TestEverybody:
    @pytest.mark.parametrize("width, height", SCREENS)
    async def test_nothing_sticks_out_of_the_screen(
        self, browser: Browser, tmp_path: Path, width: int, height: int
    ) -> None:
        async with served(tmp_path) as running:
            for path in PATHS:
                async with opened(browser, f"{running.page}{path[1:]}", width=width, height=height) as page:
                    assert await page.evaluate("document.documentElement.scrollWidth") <= width, path

    @pytest.mark.parametrize("width, height", SCREENS)
    async def test_axe_finds_nothing_that_keeps_people_out(
        self, browser: Browser, tmp_path: Path, width: int, height: int
    ) -> None:
        async with served(tmp_path) as running:
            for path in PATHS:
                async with opened(browser, f"{running.page}{path[1:]}", width=width, height=height) as page:
                    await no_barrier(page)

    async def test_the_page_is_whole_without_script(self, browser: Browser, tmp_path: Path) -> None:
        async with served(tmp_path) as running:
            context = await browser.new_context(java_script_enabled=False)
            page = await context.new_page()
            await page.goto(str(running.page))
            assert await seats_on(page) == SEATS
            await page.get_by_role("link", name="Mayor of London").first.click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Mayor of London")
            await context.close()

    async def test_the_first_key_press_leads_to_the_standings(self, browser: Browser, tmp_path: Path) -> None:
        async with served(tmp_path) as running, opened(browser, str(running.page)) as page:
            await page.keyboard.press("Tab")
            assert await page.evaluate("document.activeElement.textContent") == "Skip to the standings"

    async def test_going_back_by_keyboard_is_near_says_the_time_and_keeps_its_place(
        self, browser: Browser, tmp_path: Path
    ) -> None:
        async with served(tmp_path) as running:
            page = await browser.new_page()
            await page.clock.install(time=STARTED)
            await page.goto(str(running.page))
            slider = page.locator("#slider")
            await expect(slider).to_have_attribute("aria-valuetext", "now")
            await page.clock.pause_at(STARTED + timedelta(hours=1))  # keys are as near to one another as it takes
            for key in ("Tab", "Tab", "Enter", "Tab"):
                await page.keyboard.press(key)
            await expect(slider).to_be_focused()
            for _ in range(3):
                await page.keyboard.press("ArrowLeft")
            await expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^\d\d:\d\d:\d\d$"))
            said = await slider.get_attribute("aria-valuetext")
            await page.clock.resume()
            await page.wait_for_url("**/?at=*")
            await expect(slider).to_be_focused()
            await expect(slider).to_have_attribute("aria-valuetext", str(said))
            await page.close()

    async def test_without_script_the_page_says_of_which_day_and_time_it_is(
        self, browser: Browser, tmp_path: Path
    ) -> None:
        async with served(tmp_path) as running:
            as_of = (await get(running, "/api/standings/mayor.json")).json["as_of"]
            when = datetime.fromisoformat(as_of)
            context = await browser.new_context(java_script_enabled=False)
            page = await context.new_page()
            await page.goto(str(running.page))
            await expect(page.locator(".as-of")).to_contain_text(f"{when.day} {when:%B %Y, %H:%M:%S}")
            await context.close()

    async def test_a_broker_that_is_away_is_told_once(self, browser: Browser) -> None:
        board = board_of(NIGHT)
        board.tell_status({"status": "away", "test": False})
        away = replace(WELL, connected=False)
        async with served_board(board, NIGHT, health=lambda: away) as of, opened(browser, of.page) as page:
            await expect(page.locator("#connection")).to_contain_text("no connection to its broker")
            await expect(page.get_by_text("no connection to its broker").locator("visible=true")).to_have_count(1)

    async def test_a_map_of_many_links_can_be_skipped_by_keyboard(self, browser: Browser, tmp_path: Path) -> None:
        async with served(tmp_path) as running, opened(browser, f"{running.page}bodies/assembly") as page:
            skip = page.get_by_role("link", name="Skip the map")
            await skip.focus()
            await expect(skip).to_be_in_viewport()
            await page.keyboard.press("Enter")
            await page.keyboard.press("Tab")
            assert not await page.evaluate("document.activeElement.closest('.tiles') !== null")


class TestLargeBodies:
    async def test_a_night_of_650_seats_is_told_in_a_small_first_view_on_any_screen(
        self, browser: Browser, tmp_path: Path
    ) -> None:
        commons = recorded("commons-2019")
        async with site(commons, tmp_path / "night.sqlite") as running:
            await publish(running, commons.messages)
            await until_sequence(running, len(commons.messages) + 1, bodies=["commons"], within_s=120)
            page = await get(running, "/", Accept_Encoding="gzip")
            fetched = len(page.body) + sum(
                [
                    len((await get(running, link)).body)
                    for link in re.findall(r'(?:href|src)="(/static/[^"]+)"', unzip(page))
                ]
            )
            assert fetched < FIRST_VIEW_BYTES_MAX
            for path in ("", "bodies/commons", "areas/constituency/bury-north"):
                for width, height in (SCREENS[0], WALL):
                    async with opened(browser, f"{running.page}{path}", width=width, height=height) as shown:
                        assert await shown.evaluate("document.documentElement.scrollWidth") <= width, path
                        await no_barrier(shown)
                        if path.startswith("areas"):
                            await expect(shown.locator(".of").first).to_be_visible()
            async with opened(browser, str(running.page)) as shown:
                await expect(shown.locator(".hemicycle")).to_contain_text("Con 365")
                await shown.locator(".tiles a", has_text="Bury North").first.click()
                await expect(shown.locator(".why")).to_contain_text("106 votes short")


async def no_barrier(page: Page) -> None:
    """Hold axe-core against a page."""
    found = await Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def unzip(page: Answer) -> str:
    return gzip.decompress(page.body).decode()


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Started]:
    """Serve the night at its end, after several moments to go back to, with all told and nothing on its way."""
    async with site(NIGHT, folder / "night.sqlite") as running:
        for first in range(0, len(NIGHT.messages), PORTION):
            brought = NIGHT.messages[first : first + PORTION]
            await publish(running, brought)
            bodies = ["assembly"] if first == 0 else ["assembly", "mayor"]
            await until_sequence(running, first + len(brought) + 1, bodies=bodies)
        await until_settled(running, NIGHT, len(NIGHT.messages))
        yield running
