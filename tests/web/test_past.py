"""Going back: what is served as of an earlier moment is what was served then, and a time that leads nowhere says so."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from service.adapters.journal import Journal
from service.adapters.web.openapi import GOES_BACK
from service.ids import BodyId
from service.night import opening_of
from service.views.links import Links
from service.views.pages import document
from service.views.refusals import unreadable_time
from service.views.shown import Address, Shown
from tests.service.nights import recorded
from tests.web.boards import board_of, served
from tests.web.sites import Answer, Paged, get, publish, site, until_sequence, until_settled
from tests.web.told import told

NIGHT = recorded("london-2012")
HALF = len(NIGHT.messages) // 2
PLACES = {"{body}": "assembly", "{contest}": "constituency", "{area}": "city-and-east"}
BEFORE = "2012-05-04T12:00:00%2B01:00"


def filled_in(path: str) -> str:
    for name, place in PLACES.items():
        path = path.replace(name, place)
    return path


DATA = tuple(map(filled_in, GOES_BACK))


async def last_moment(running: Paged) -> str:
    moments = (await get(running, "/api/moments")).json["moments"]
    return str(moments[-1]).replace("+", "%2B")


async def as_it_stands(running: Paged) -> tuple[str, dict[str, Answer]]:
    """Give everything served, and the moment whose it is: all is told, and nothing on its way."""
    return await last_moment(running), {path: await get(running, path) for path in DATA}


class TestWhatWasServed:
    async def test_is_served_again_to_the_byte_as_of_then(self, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages[:HALF])
            await until_settled(running, NIGHT, HALF)
            then, before = await as_it_stands(running)
            await publish(running, NIGHT.messages[HALF:])
            await until_settled(running, NIGHT, len(NIGHT.messages))
            for path in DATA:
                past = await get(running, f"{path}?at={then}")
                assert (past.status, past.body) == (200, before[path].body), path
                if "areas" not in path:
                    assert (await get(running, path)).body != past.body, path
                again = await get(running, f"{path}?at={then}", If_None_Match=past.headers["etag"])
                assert (again.status, again.body) == (304, b""), path

    @pytest.mark.parametrize("path", DATA)
    async def test_is_refused_where_the_time_cannot_be_read(self, path: str) -> None:
        async with served(board_of(NIGHT), NIGHT) as of:
            answer = await get(of, f"{path}?at=yesterday")
            assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
            assert "expected a time, such as 03:12" in answer.json["error"]


class TestATimeThatLeadsNowhere:
    async def test_is_answered_with_a_page_where_another_can_be_typed(self, browser: Browser, tmp_path: Path) -> None:
        async with site(NIGHT, tmp_path / "night.sqlite") as running:
            await publish(running, NIGHT.messages[:HALF])
            await until_sequence(running, HALF + 1)
            then = (await last_moment(running)).replace("%2B", "+")
            page = await browser.new_page()
            answer = await page.goto(f"{running.page}bodies/assembly?at=<b>noonish")
            assert answer is not None
            assert answer.status == 400
            await expect(page.locator("main")).to_contain_text("“<b>noonish” cannot be read as a time")
            await page.get_by_label("Go back to").fill(then)
            await page.get_by_role("button", name="Show").click()
            await page.wait_for_url("**/bodies/assembly?at=*")
            await expect(page.locator(".past")).to_contain_text("what was published then")
            await page.go_back()
            await page.get_by_text("Back to now").click()
            await page.wait_for_url("**/bodies/assembly")
            await page.close()

    def test_the_example_is_of_the_night_and_its_place(self) -> None:
        night = recorded("commons-2019")
        before = unreadable_time(Shown(night.election), Address(), "noonish")
        assert "2019-12-12T00:00:00+00:00" in before
        begun = told("commons-2019", 2, projected=False)
        assert "2019-12-12T23:27:01+00:00" in unreadable_time(begun, Address(), "noonish")
        assert 'placeholder="2019-12-12T23:27:01+00:00"' in document(begun, Address(), Links(), stream="/stream")

    async def test_before_anything_was_published_is_told_from_when_on_there_is_something(self, tmp_path: Path) -> None:
        journal = tmp_path / "imported.sqlite"
        with closing(Journal.open(journal, opening_of(NIGHT.election, test=False))) as kept:
            kept.append(NIGHT.messages[:HALF])
        async with site(NIGHT, journal) as running:
            await until_sequence(running, HALF + 1)
            for path in ("/", "/bodies/assembly"):
                answer = await get(running, f"{path}?at={BEFORE}")
                said = answer.body.decode()
                assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
                assert "Nothing had been published by 12:00:00 on 4 May 2012." in said
                assert "What was published is on record from" in said
                assert "election-night recount JOURNAL --until TIME" in said
                assert "Nothing has been declared" not in said
            assert (await get(running, f"/api/standings/assembly.json?at={BEFORE}")).status == 404
            assert (await get(running, f"/?at={await last_moment(running)}")).status == 200


class TestAnAddressThatLeadsNowhere:
    @pytest.mark.parametrize("path", ["/bodies/nobody", "/areas/list/nowhere", "/bodies/assembly/seats/26", "/a/b/c"])
    async def test_is_answered_with_a_page_that_leads_back(self, browser: Browser, path: str) -> None:
        async with served(board_of(NIGHT), NIGHT) as of:
            page = await browser.new_page()
            answer = await page.goto(f"{of.page}{path[1:]}")
            assert answer is not None
            assert (answer.status, answer.headers["cache-control"]) == (404, "no-store")
            await expect(page.locator("main")).to_contain_text(f"There is nothing at {path}.")
            await page.get_by_role("link", name="Back to London elections").click()
            await expect(page.locator('[data-part="state"]')).to_contain_text("complete")
            await page.close()

    @pytest.mark.parametrize("path", ["/api/standings/nobody.json", "/api/nothing"])
    async def test_is_answered_with_data_where_data_was_asked_for(self, path: str) -> None:
        async with served(board_of(NIGHT), NIGHT) as of:
            for accept in ("application/json", "text/html"):
                answer = await get(of, path, Accept=accept)
                assert (answer.status, answer.headers["content-type"]) == (404, "application/json"), accept

    async def test_a_page_that_cannot_be_drawn_is_said_to_be_so_and_leads_back(self) -> None:
        board = board_of(NIGHT)
        async with served(board, NIGHT) as of:
            said = json.loads(board.published["standings/assembly"])
            board.tell([(NIGHT.topics.standings(BodyId("assembly")), json.dumps(said | {"seats": None}).encode())])
            answer = await get(of, "/bodies/assembly", Accept="text/html")
            assert answer.status == 500
            assert "This page cannot be shown" in answer.body.decode()
            assert (await get(of, "/bodies/assembly")).json["error"].startswith("the service has failed")
            assert (await get(of, "/bodies/mayor", Accept="text/html")).status == 200


class TestCards:
    @pytest.mark.parametrize("card", ["assembly", "mayor", "latest"])
    async def test_a_card_that_is_opened_by_itself_is_drawn_whole(self, browser: Browser, card: str) -> None:
        async with served(board_of(NIGHT), NIGHT) as of:
            complaints: list[str] = []
            page = await browser.new_page()
            page.on("console", lambda said: complaints.append(said.text))
            await page.goto(f"{of.page}cards/{card}.svg")
            drawn = "each => getComputedStyle(each).fill"
            assert await page.locator(".quiet").first.evaluate(drawn) != "rgb(0, 0, 0)"
            if card == "assembly":
                line = page.locator("line").first
                assert await line.evaluate("each => getComputedStyle(each).stroke") != "none"
            assert complaints == []
            policy = (await get(of, f"/cards/{card}.svg")).headers["content-security-policy"]
            assert policy == "default-src 'none'; style-src 'unsafe-inline'"
            await page.close()
