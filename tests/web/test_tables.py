"""Tables and maps in a real browser: with all that may stand in them, none is wider than its panel on any screen."""

import json
from dataclasses import replace
from functools import cache

import pytest
from playwright.async_api import Browser, expect

from service.app import forecaster_of
from service.ids import AreaId, BodyId, ContestId
from service.views.links import Links
from service.views.pages import document
from service.views.shown import Address, Said, Shown
from tests.nights.nights_on_record import on_record
from tests.service.nights import recorded
from tests.views.shown import shown
from tests.web.boards import board_of, served
from tests.web.told import styled

SCREENS = ((360, 740), (768, 1024), (1440, 900), (1920, 1080), (3840, 2160))
NORTH_EAST = ContestId("constituency"), AreaId("north-east")


@cache
def projected(name: str, messages: int) -> Shown:
    """A night with what is projected of it then."""
    recorded = on_record(name)
    night = recorded.night(recorded.messages[:messages])
    outlooks = forecaster_of(night.election).outlooks(night)
    said = {body: json.loads(json.dumps(night.standings(body, outlooks.get(body)))) for body in night.election.bodies}
    return replace(shown(name, messages), standings=said)


@pytest.mark.parametrize("width, height", SCREENS)
async def test_no_table_or_map_is_cut_by_its_panel(browser: Browser, width: int, height: int) -> None:
    london, commons = projected("london-2021", 30), projected("commons-2019", 420)
    boroughs, bundestag = projected("london-boroughs-2022", 340), projected("germany-2021", 300)
    referendums = projected("mayoral-referendums-2012", 5)
    told = london.with_earlier([Said("2021-05-07T20:00:00+01:00", 5, london.results[NORTH_EAST])])
    pages = (
        (london, Address()),
        (london, Address(body=BodyId("assembly"))),
        (told, Address(contest=NORTH_EAST[0], area=NORTH_EAST[1])),
        (commons, Address()),
        (commons, Address(body=BodyId("commons"))),
        (boroughs, Address()),
        (boroughs, Address(body=BodyId("barnet"))),
        (bundestag, Address()),
        (bundestag, Address(body=BodyId("bundestag"))),
        (referendums, Address()),
        (referendums, Address(body=BodyId("leeds"))),
    )
    for of, address in pages:
        page = await browser.new_page(viewport={"width": width, "height": height})
        await page.set_content(styled(document(of, address, Links(), stream=None)))
        wider = await page.evaluate(
            "[...document.querySelectorAll('.scroll')].filter((each) => each.scrollWidth > each.clientWidth)"
            ".map((each) => `${each.ariaLabel}: ${each.scrollWidth} of ${each.clientWidth}`)"
        )
        assert wider == [], address.path
        await page.close()


async def test_on_a_phone_a_map_of_many_areas_is_a_list_by_region_that_leads_to_each(browser: Browser) -> None:
    commons = recorded("commons-2019")
    async with served(board_of(commons, messages=350), commons) as of:
        page = await browser.new_page(viewport={"width": 360, "height": 740})
        await page.goto(of.page)
        await expect(page.locator(".tiles")).to_be_hidden()
        await expect(page.locator(".regions li", has_text="Wales")).to_contain_text("Lab 16 Con 12 PC 4")
        await page.get_by_role("link", name="Wales", exact=True).click()
        area = page.get_by_role("link", name="Ynys Môn", exact=True)
        await expect(area.first).to_be_visible()
        await area.first.click()
        await page.wait_for_url("**/areas/constituency/ynys-mon")
        await page.close()
