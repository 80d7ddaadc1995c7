"""On paper and in a system's own high contrast what is drawn stands out as what is written does."""

import pytest
from playwright.async_api import Browser

from service.views.links import Links
from service.views.pages import document
from service.views.shown import Address
from tests.web.told import styled, told

WHITE = "rgb(255, 255, 255)"
DRAWN = {
    ".figure": "fill",
    ".caption": "fill",
    ".line-name": "fill",
    ".line": "stroke",
    ".tile-open + .tile-name": "fill",
}


@pytest.mark.parametrize("media", ["print", "forced"])
async def test_no_letter_or_line_of_a_drawing_is_as_light_as_the_page(browser: Browser, media: str) -> None:
    page = await browser.new_page()
    if media == "print":
        await page.emulate_media(media="print")
    else:
        await page.emulate_media(forced_colors="active")
    shown = told("london-2012", 26, projected=True)
    await page.set_content(styled(document(shown, Address(), Links(), stream=None)))
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == WHITE
    written = await page.evaluate("getComputedStyle(document.body).color")
    for what, how in DRAWN.items():
        drawn = page.locator(what).first
        light = await drawn.evaluate(f"(each) => getComputedStyle(each).{how}")
        assert light in (written, "rgb(51, 51, 51)"), what
    await page.close()
