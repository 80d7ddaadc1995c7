"""The page says plainly what its reader has to know: the feed is silent, the broker is lost; and when that is over."""

import re
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Browser, expect

from service.adapters.journal import Journal
from service.adapters.web.ports import SILENT_S_MAX
from service.night import opening_of
from tests.brokers import running
from tests.service.nights import recorded
from tests.web.boards import WELL, board_of, served
from tests.web.listeners import warning_on
from tests.web.sites import get, publish, site, until_sequence

NIGHT = recorded("london-2012")
HALF = len(NIGHT.messages) // 2
QUIET_MIN = 20


def journal_of_a_quiet_night(path: Path) -> None:
    """Keep half a night, the last of it some minutes ago."""
    at_us = int((time.time() - QUIET_MIN * 60) * 1_000_000)
    with closing(Journal.open(path, opening_of(NIGHT.election, test=False))) as journal:
        journal.append([replace(message, at_us=at_us) for message in NIGHT.messages[:HALF]])


class TestSilence:
    async def test_a_feed_from_which_nothing_comes_is_said_to_be_silent_until_something_comes(
        self, browser: Browser, tmp_path: Path
    ) -> None:
        journal_of_a_quiet_night(tmp_path / "night.sqlite")
        async with site(NIGHT, tmp_path / "night.sqlite") as running_site:
            page = await browser.new_page()
            await page.goto(str(running_site.page))
            said = page.locator("#connection")
            await expect(said).to_contain_text(
                re.compile(r"The feed is silent: nothing has come in for [2-9]\d minutes")
            )
            await publish(running_site, NIGHT.messages[HALF : HALF + 1])
            await expect(said).to_be_hidden()
            await page.close()

    async def test_a_night_that_is_complete_may_be_silent(self, tmp_path: Path) -> None:
        def long_ago() -> str:
            return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - QUIET_MIN * 60))

        health = replace(WELL, last_count=long_ago())
        async with served(board_of(NIGHT), NIGHT, health=lambda: health) as whole:
            assert await warning_on(whole) == ""
        async with served(board_of(NIGHT, messages=HALF), NIGHT, health=lambda: health) as part:
            assert "silent" in await warning_on(part)

    async def test_a_service_that_is_not_heard_of_is_said_to_be_so_and_not_to_live(self) -> None:
        health = replace(WELL, silent_s=SILENT_S_MAX + 1)
        async with served(board_of(NIGHT, messages=HALF), NIGHT, health=lambda: health) as of:
            assert "not been heard of" in await warning_on(of)
            assert (await get(of, "/healthz")).status == 503
            ready = await get(of, "/readyz")
            assert (ready.status, ready.json["reason"]) == (503, "the service has not been heard of")


class TestTheBroker:
    async def test_a_broker_that_is_lost_is_told_on_the_page_until_it_is_back(
        self, browser: Browser, tmp_path: Path
    ) -> None:
        async with running("nats", tmp_path) as broker, site(NIGHT, tmp_path / "n.sqlite", broker=broker.url) as of:
            await publish(of, NIGHT.messages[:HALF])
            await until_sequence(of, HALF + 1)
            page = await browser.new_page()
            await page.goto(str(of.page))
            said = page.locator("#connection")
            await expect(said).to_be_hidden()
            await broker.kill()
            await expect(said).to_contain_text("The service has no connection to its broker")
            ready = await get(of, "/readyz")
            assert (ready.status, ready.json["reason"]) == (503, "no connection to the broker")
            await broker.start()
            await expect(said).to_be_hidden()
            await publish(of, NIGHT.messages[HALF:])
            await expect(page.locator('[data-part="body-mayor"]')).to_contain_text("1,054,811")
            await page.close()
