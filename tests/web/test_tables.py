"""Tables in a real browser: with all that may stand in them, none is wider than its panel on any screen."""

import json
from dataclasses import replace

import pytest
from playwright.async_api import Browser

from service.app import forecaster_of
from service.ids import AreaId, BodyId, ContestId
from service.views.links import Links
from service.views.pages import document
from service.views.shown import Address, Said, Shown
from tests.nights.nights_on_record import on_record
from tests.views.shown import shown
from tests.web.told import styled

SCREENS = ((360, 740), (1440, 900), (3840, 2160))
NORTH_EAST = ContestId("constituency"), AreaId("north-east")


def projected(name: str, messages: int) -> Shown:
    """A night with what is projected of it then."""
    recorded = on_record(name)
    night = recorded.night(recorded.messages[:messages])
    outlooks = forecaster_of(night.election).outlooks(night)
    said = {body: json.loads(json.dumps(night.standings(body, outlooks.get(body)))) for body in night.election.bodies}
    return replace(shown(name, messages), standings=said)


@pytest.mark.parametrize("width, height", SCREENS)
async def test_no_table_is_cut_by_its_panel(browser: Browser, width: int, height: int) -> None:
    london, commons = projected("london-2021", 30), projected("commons-2019", 420)
    told = london.with_earlier([Said("2021-05-07T20:00:00+01:00", 5, london.results[NORTH_EAST])])
    pages = (
        (london, Address()),
        (london, Address(body=BodyId("assembly"))),
        (told, Address(contest=NORTH_EAST[0], area=NORTH_EAST[1])),
        (commons, Address(body=BodyId("commons"))),
    )
    for of, address in pages:
        page = await browser.new_page(viewport={"width": width, "height": height})
        await page.set_content(styled(document(of, address, Links(), stream=None)))
        wider = await page.evaluate(
            "[...document.querySelectorAll('.scroll:has(table)')].filter((each) => each.scrollWidth > each.clientWidth)"
            ".map((each) => `${each.ariaLabel}: ${each.scrollWidth} of ${each.clientWidth}`)"
        )
        assert wider == [], address.path
        await page.close()
