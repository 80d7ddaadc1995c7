"""`make pictures`: a night played through the service, and its page pictured early, in the middle and at the end."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from service.app import Started
from tests.service.nights import recorded
from tests.web.conftest import ARGUMENTS, CHROMIUM
from tests.web.sites import publish, site, until_sequence

NIGHT = recorded("london-2012")
MOMENTS = {"early": 5, "middle": 26, "end": len(NIGHT.messages)}
SCREENS = {"phone": (390, 844), "laptop": (1440, 900), "wall": (3840, 2160)}
PAGES = {"night": "", "assembly": "bodies/assembly", "mayor": "bodies/mayor"}
README_PICTURE = Path(__file__).parents[2] / "config" / "pictures" / "page.png"
README_SCREEN = (1180, 700)


async def picture(browser: Browser, address: str, screen: tuple[int, int], file: Path) -> None:
    """Take one picture."""
    page = await browser.new_page(viewport={"width": screen[0], "height": screen[1]})
    await page.goto(address)
    await page.wait_for_selector("#slider:visible")
    await page.screenshot(path=file)
    await page.close()


async def pictures(browser: Browser, running: Started, moment: str, folder: Path) -> None:
    """Take every picture of one moment."""
    for screen, size in SCREENS.items():
        for name, path in PAGES.items():
            await picture(browser, f"{running.page}{path}", size, folder / f"{name}-{moment}-{screen}.png")


async def main(folder: Path) -> None:
    """Play the night, and take the pictures."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with tempfile.TemporaryDirectory() as scratch:
            async with site(NIGHT, Path(scratch) / "night.sqlite") as running:
                brought = 0
                for moment, number in MOMENTS.items():
                    await publish(running, NIGHT.messages[brought:number])
                    brought = number
                    await until_sequence(running, number + 1, bodies=["assembly"] if moment != "end" else ["mayor"])
                    await pictures(browser, running, moment, folder)
                    if moment == "middle":
                        await picture(browser, str(running.page), README_SCREEN, README_PICTURE)
        await browser.close()


if __name__ == "__main__":
    chosen = Path(sys.argv[1])
    chosen.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(chosen))
