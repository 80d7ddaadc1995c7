"""`enter`: a count that the desk types is checked before it is sent, sent as the desk's, and answered."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from service.app import Started
from service.cli.asking import read_figure
from service.errors import TheirMessage
from service.ids import AreaId, ContestId
from tests.brokers import eventually
from tests.cli.commands import HERE, Ended, ended, started
from tests.service.nights import recorded
from tests.service.services import ROOT, online, serving, told
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2012")
AREA = "havering-and-redbridge"
RESULT = f"elections/london-2012/results/constituency/{AREA}"
VOTES = {
    "evans-con": 53285, "richards-lab": 49386, "webb-ukip": 9471, "brown-residents": 8239, "islam-ld": 6435,
    "taylor-bnp": 5234, "saad-green": 5207, "twiddy-ed": 2573, "edmonds-nf": 1936,
}  # fmt: skip
VALID = 141766
TYPED = ",".join(f"{who}={votes}" for who, votes in VOTES.items())


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Started]:
    async with serving(NIGHT, tmp_path / "night.sqlite", None) as service:
        yield service


@pytest.fixture
async def reader(running: Started) -> AsyncIterator[Subscriber]:
    with Subscriber(address(running), "elections/#") as subscriber:
        await online(subscriber, NIGHT)
        yield subscriber


def address(running: Started) -> str:
    return f"mqtt://{running.broker.host}:{running.broker.port}"


def options(running: Started, *arguments: object) -> list[str]:
    return ["enter", "--election", "london-2012", "--broker", address(running), *map(str, arguments)]


async def enter(running: Started, *arguments: object) -> Ended:
    return await ended(await started(*options(running, "--area", AREA, "--contest", "constituency", *arguments)))


async def typed(running: Started, answers: Sequence[object]) -> Ended:
    """Run the command with what somebody types, a line each."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service", *options(running, "--contest", "constituency")),
        cwd=ROOT,
        env=HERE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, said = await process.communicate("".join(f"{answer}\n" for answer in answers).encode())
    assert process.returncode is not None
    return Ended(process.returncode, printed.decode(), said.decode())


def figures(reader: Subscriber) -> dict[str, Any]:
    result = reader.said(RESULT) or {"candidates": [], "source": None, "revision": None}
    votes = {row["candidate"]: row["votes"] for row in result["candidates"]}
    return {"source": result["source"], "revision": result["revision"], "votes": votes}


async def test_a_count_given_by_options_is_shown_sent_and_answered(running: Started, reader: Subscriber) -> None:
    entered = await enter(running, "--votes", TYPED, "--valid", VALID, "--yes")
    assert entered.status == 0, entered.said
    assert "sent as desk, revision 1: accepted" in entered.printed
    assert "141,766" in entered.printed
    await eventually(lambda: figures(reader) == {"source": "desk", "revision": 1, "votes": VOTES})


async def test_the_next_one_is_the_next_revision(running: Started, reader: Subscriber) -> None:
    assert (await enter(running, "--votes", TYPED, "--kind", "partial", "--yes")).status == 0
    again = await enter(running, "--votes", TYPED, "--valid", VALID, "--yes")
    assert "revision 2: accepted" in again.printed
    await eventually(lambda: figures(reader)["revision"] == 2)


async def test_a_count_is_asked_for_name_by_name_and_sent_after_a_yes(running: Started, reader: Subscriber) -> None:
    standing = NIGHT.election.standing(ContestId("constituency"), AreaId(AREA))
    answers = ["Havering & Redbridge", *(f"{VOTES[who]:,}" for who in standing), f"{VALID:,}", "", "", "", "y"]
    entered = await typed(running, answers)
    assert entered.status == 0, entered.said
    assert "Roger Evans (Con)" in entered.printed
    await eventually(lambda: figures(reader)["votes"] == VOTES)


async def test_what_cannot_be_is_asked_for_again_and_a_no_sends_nothing(running: Started, reader: Subscriber) -> None:
    standing = NIGHT.election.standing(ContestId("constituency"), AreaId(AREA))
    wrong = [AREA, *(VOTES[who] + 540 * (who == "evans-con") for who in standing), VALID, "", "", ""]
    right = ["lots", *(VOTES[who] for who in standing), VALID, "", "", "", "n"]
    entered = await typed(running, [*wrong, *right])
    assert entered.status == 1
    assert "E301" in entered.said
    assert "a whole number" in entered.printed + entered.said
    assert "nothing was sent" in entered.said
    assert not reader.below("elections/london-2012/receipts")


async def test_a_count_that_cannot_be_true_is_not_sent(running: Started, reader: Subscriber) -> None:
    entered = await enter(running, "--votes", TYPED, "--valid", VALID + 1, "--yes")
    assert (entered.status, entered.printed) == (2, "")
    assert "E301" in told(entered.said)["found"]
    assert "nothing was sent" in told(entered.said)["way out"]
    assert not reader.below("elections/london-2012/receipts")


async def test_fields_of_a_count_are_read_from_a_file(running: Started, reader: Subscriber, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.json"
    sheet.write_text(json.dumps({"votes": VOTES, "valid": VALID, "note": "by telephone"}))
    assert (await enter(running, "--from", sheet, "--yes")).status == 0
    await eventually(lambda: figures(reader)["votes"] == VOTES)
    sheet.write_text("[]")
    assert (await enter(running, "--from", sheet, "--yes")).status == 2


async def test_on_a_test_night_it_says_so(tmp_path: Path) -> None:
    async with serving(NIGHT, tmp_path / "night.sqlite", None) as live:
        with Subscriber(address(live), "elections/#") as reader:
            await online(reader, NIGHT)
            entered = await enter(live, "--votes", TYPED, "--test", "--yes")
            assert entered.status == 1
            assert "quarantined" in entered.printed
            assert "E206" in entered.printed


async def test_an_area_that_reports_in_several_contests_needs_one_named(running: Started) -> None:
    entered = await ended(await started(*options(running, "--area", "london", "--votes", "lab=1", "--yes")))
    assert entered.status == 2
    assert told(entered.said)["way out"] == "Name it with --contest."


@pytest.mark.parametrize(
    "text, figure", [("12,345", 12345), (" 12 345 ", 12345), ("0", 0), ("", None), ("12\N{NO-BREAK SPACE}345", 12345)]
)
def test_a_figure_is_read_as_people_write_it(text: str, figure: int | None) -> None:
    assert read_figure(text) == figure


@pytest.mark.parametrize("text", ["12.5", "-1", "1e3", "١٢", "twelve"])
def test_anything_else_is_no_figure(text: str) -> None:
    with pytest.raises(TheirMessage):
        read_figure(text)
