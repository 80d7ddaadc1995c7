"""A wall's screen: the first page is one screen of it in every state of a night, with nothing cut or left unsaid."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from service.records import Message
from service.views.links import Links
from service.views.pages import document
from service.views.shown import Address, Shown
from tests.service.nights import Recorded, recorded, written
from tests.web.told import styled, told

WALL = (3840, 2160)
OTHER_WALLS = ((2560, 1440), (3440, 1440), (3840, 2400))
FILLED_MIN = 0.8
"""Of a wall's height the panels take so much: the rest is the night's name, the legend and the links."""

MOMENTS = {
    "london-2012": (0, 4, 12, 26, 31, 32),
    "london-2021": (3, 20, 33, 44),
    "london-2004": (4, 12, 18),
    "commons-2019": (10, 350, 650),
    "councils-2012": (3,),
    "london-boroughs-2022": (20, 340, 679),
    "glasgow-2012": (11,),
    "germany-2021": (200, 598),
    "mayoral-referendums-2012": (5,),
}
TROUBLED = {"london-2012": 26, "london-2021": 30, "london-2004": 12, "commons-2019": 350}
"""When something goes wrong: a count is kept out, one disputed, one corrected, and the desk calls before its time."""


@cache
def troubled(name: str) -> Shown:
    """Give a state in which all has gone wrong."""
    number = TROUBLED[name]
    return told(name, number, projected=True, more=list(trouble(name, number)))


def trouble(name: str, number: int) -> Iterator[Message]:
    """Say all at once that can go wrong: about counts that are in, the last ones with figures."""
    night = recorded(name)
    counts = [(message, json.loads(message.payload)) for message in night.messages[:number]]
    with_figures = [(message, said) for message, said in counts if said.get("votes")]
    (kept_out, one), (disputed, other), (corrected, third) = with_figures[-3:]
    last_us = night.messages[number - 1].at_us
    yield Message(last_us, kept_out.topic, written(one | {"revision": one["revision"] + 1, "ballots": 1}))
    yield Message(last_us, disputed.topic, written(one_more(other)))
    yield Message(last_us, corrected.topic, written(one_more(third) | {"revision": third["revision"] + 1}))
    yield from calls_of_all(night, last_us)


def one_more(said: dict[str, Any]) -> dict[str, Any]:
    """Give a count with one more vote, and one more paper where those are told."""
    papers = {name: said[name] + 1 for name in ("valid", "ballots") if name in said}
    first, votes = next(iter(said["votes"].items()))
    return said | papers | {"votes": said["votes"] | {first: votes + 1}}


def calls_of_all(night: Recorded, at_us: int) -> Iterator[Message]:
    """Call each body's control, or its office for whoever comes first."""
    for decision, (id_, body) in enumerate(night.election.bodies.items(), 1):
        about: dict[str, Any] = {"of": "control", "party": "none"}
        if body.office:
            candidate = next(iter(night.election.candidates[body.contests[0], None].values()))
            about = {"of": "office", "candidate": candidate.id}
        said = {"body": id_, "decision": decision, "who": "A. Clerk", "why": "sampled piles at all count centres"}
        yield Message(at_us, night.topics.desk("call"), written(about | said | {"issued_at": "2012-05-04T20:00:00Z"}))


async def look(browser: Browser, shown: Shown, width: int, height: int) -> Page:
    """Open the first page of a state on a screen."""
    page = await browser.new_page(viewport={"width": width, "height": height})
    await page.set_content(styled(document(shown, Address(), Links(), stream="/stream")))
    return page


LOOK = """() => {
  const seen = (each) => each.getClientRects().length > 0;
  const root = document.documentElement;
  const parts = [...document.querySelectorAll("main .part")];
  const name = (each) => `${each.className || each.tagName} ${each.textContent.trim().slice(0, 60)}`;
  const hides = (each) => getComputedStyle(each).overflow !== "visible";
  const cut = [...document.querySelectorAll("main *, header *, footer *")].filter((each) =>
    seen(each) && hides(each) && !each.matches(".ticker, .unseen, .skip, svg, svg *") &&
    (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1));
  const out = parts.flatMap((part) => [...part.querySelectorAll("h2, h3, p, li, th, td, svg")].filter((each) => {
    if (!seen(each) || each.closest(".ticker") || each.matches(".unseen, .skip")) return false;
    const own = each.getBoundingClientRect(), room = part.getBoundingClientRect();
    return own.right > room.right + 1 || own.bottom > room.bottom + 1;
  }));
  const halved = [...document.querySelectorAll(".ticker li")].filter((each) => {
    const own = each.getBoundingClientRect(), room = each.parentElement.getBoundingClientRect();
    return own.left < room.right && own.bottom > room.bottom + 1;
  });
  const over = parts.flatMap((part) => {
    const blocks = [...part.querySelectorAll(".cols-seats, .cols-map, .cols-rows > *, :scope > *:not(.cols)")];
    const boxes = blocks.filter((each) => seen(each) && !each.matches(".unseen, .skip"));
    return boxes.flatMap((one, at) => boxes.slice(at + 1).filter((other) => {
      const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      return wide > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    }).map((other) => `${name(one)} on ${name(other)}`));
  });
  const unsaid = [...document.querySelectorAll(".fit table:has(tfoot)")].flatMap((table) => {
    const lines = [...table.querySelectorAll("tbody tr")];
    const left = lines.filter((each) => !seen(each)).length;
    const rests = [...table.querySelectorAll("tfoot tr")].filter(seen).map((each) => parseInt(each.textContent));
    const beyond = table.querySelector("tfoot .others");
    const all = left + (beyond ? parseInt(beyond.textContent) : 0);
    const told = rests.reduce((sum, each) => sum + each, 0);
    return rests.length > 1 || told !== all ? [`${told} of ${all} left out of ${name(table)}`] : [];
  });
  const bodies = [...document.querySelectorAll(".part-body, .part-bodies")];
  return {
    high: root.scrollHeight, wide: root.scrollWidth, heights: bodies.map((part) => part.offsetHeight),
    wrong: [...cut.map((each) => `cut: ${name(each)}`), ...out.map((each) => `out: ${name(each)}`),
      ...halved.map((each) => `halved: ${name(each)}`), ...over.map((each) => `over: ${each}`), ...unsaid],
  };
}"""


async def is_one_screen(browser: Browser, what: str, shown: Shown, width: int, height: int) -> None:
    page = await look(browser, shown, width, height)
    seen = await page.evaluate(LOOK)
    assert (seen["wide"], seen["high"], seen["wrong"]) == (width, height, []), what
    assert min(seen["heights"]) > FILLED_MIN * height, what
    await page.close()


@pytest.mark.parametrize("name, number", [(name, number) for name, numbers in MOMENTS.items() for number in numbers])
async def test_every_state_of_a_night_is_one_screen_of_a_wall(browser: Browser, name: str, number: int) -> None:
    for projected in (False, True):  # before what is projected has come, and with it
        shown = told(name, number, projected=projected)
        await is_one_screen(browser, f"{'' if projected else 'not '}projected", shown, *WALL)


@pytest.mark.parametrize("name", TROUBLED)
@pytest.mark.parametrize("width, height", [WALL, *OTHER_WALLS])
async def test_so_it_is_on_any_wall_with_all_in_view_that_can_go_wrong(
    browser: Browser, name: str, width: int, height: int
) -> None:
    await is_one_screen(browser, f"{name} in trouble", troubled(name), width, height)
