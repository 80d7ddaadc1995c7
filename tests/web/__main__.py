"""`make pictures`: nights played through the service, and its page pictured early, in the middle and at the end."""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from service.app import Started
from tests.service.nights import Recorded, recorded
from tests.web.conftest import ARGUMENTS, CHROMIUM
from tests.web.sites import publish, site, until_settled

SCREENS = {"phone": (360, 740), "laptop": (1440, 900), "wall": (3840, 2160)}
README_PICTURE = "page.png"
"""The README's first picture, to be copied into `config/pictures` by whoever wants to renew that."""
README_SCREEN = (1180, 700)


@dataclass(frozen=True)
class Pictured:
    """A night to picture: after how many messages, and which of its pages."""

    night: Recorded
    moments: Mapping[str, int]
    pages: Mapping[str, str]


LONDON = recorded("london-2012")
COMMONS = recorded("commons-2019")
NIGHTS = (
    Pictured(
        LONDON,
        {"early": 5, "middle": 26, "end": len(LONDON.messages)},
        {"london": "", "assembly": "bodies/assembly", "mayor": "bodies/mayor", "seat": "bodies/assembly/seats/11"},
    ),
    Pictured(
        COMMONS,
        {"early": 40, "middle": 350, "end": len(COMMONS.messages)},
        {"commons": "", "house": "bodies/commons", "area": "areas/constituency/blyth-valley"},
    ),
)


async def picture(browser: Browser, address: str, screen: tuple[int, int], file: Path) -> None:
    """Take one picture."""
    page = await browser.new_page(viewport={"width": screen[0], "height": screen[1]})
    await page.goto(address)
    await page.wait_for_selector("#slider:visible")
    await page.screenshot(path=file)
    await page.close()


async def pictures(browser: Browser, running: Started, pages: Mapping[str, str], moment: str, folder: Path) -> None:
    """Take every picture of one moment."""
    for screen, size in SCREENS.items():
        for name, path in pages.items():
            await picture(browser, f"{running.page}{path}", size, folder / f"{name}-{moment}-{screen}.png")


async def play(browser: Browser, pictured: Pictured, scratch: Path, folder: Path) -> None:
    """Play a night, and take its pictures."""
    messages = pictured.night.messages
    async with site(pictured.night, scratch / f"{pictured.night.election.id}.sqlite") as running:
        brought = 0
        for moment, number in pictured.moments.items():
            await publish(running, messages[brought:number])
            brought = number
            await until_settled(running, pictured.night, number)
            await pictures(browser, running, pictured.pages, moment, folder)
            if moment == "middle" and pictured.night is LONDON:
                await picture(browser, str(running.page), README_SCREEN, folder / README_PICTURE)


async def main(folder: Path) -> None:
    """Picture every night."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with tempfile.TemporaryDirectory() as scratch:
            for pictured in NIGHTS:
                await play(browser, pictured, Path(scratch), folder)
        await browser.close()


if __name__ == "__main__":
    chosen = Path(sys.argv[1])
    chosen.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(chosen))
