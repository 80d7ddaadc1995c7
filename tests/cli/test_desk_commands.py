"""The desk's commands against a service that runs: each is answered, and what waits is listed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from service.app import Started
from tests.brokers import eventually
from tests.cli.commands import Ended, election_night, ended, started
from tests.service.nights import count, recorded, written
from tests.service.services import online, serving
from tests.service.subscribers import Subscriber

NIGHT = recorded("london-2012")
ASSEMBLY = "elections/london-2012/standings/assembly"
TAKEN = ("--election", "london-2012", "--who", "A. Clerk", "--why", "checked")


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


async def desk(running: Started, *arguments: str) -> Ended:
    """Run a command of the desk."""
    return await ended(await started("desk", *arguments, "--broker", address(running)))


def calls(reader: Subscriber) -> list[tuple[str, str, str]]:
    standings: dict[str, Any] = reader.said(ASSEMBLY) or {"calls": []}
    return [(call["name"], call["status"], call["party"]) for call in standings["calls"] if call["by"]]


async def test_a_call_is_answered_and_stands_until_it_is_withdrawn(running: Started, reader: Subscriber) -> None:
    called = await desk(running, "call", "lab", "--area", "city-and-east", *TAKEN)
    assert called.status == 0, called.said
    assert called.printed.splitlines()[1] == "City & East: called for John Biggs (Lab) by A. Clerk"
    await eventually(lambda: calls(reader) == [("City & East", "called", "lab")])
    withdrawn = await desk(running, "withdraw", "--area", "city-and-east", *TAKEN)
    assert withdrawn.printed.splitlines()[1] == "City & East: not called any more, says A. Clerk: checked"
    await eventually(lambda: [status for _, status, _ in calls(reader)] == ["withdrawn"])


async def test_an_office_is_called_by_its_body_alone(running: Started, reader: Subscriber) -> None:
    called = await desk(running, "call", "johnson-con", "--body", "mayor", *TAKEN)
    assert called.printed.splitlines()[1] == "Mayor of London: called for Boris Johnson (Con) by A. Clerk"


async def test_what_waits_is_listed_with_what_is_held_and_in_dispute(running: Started, reader: Subscriber) -> None:
    good = count("london-2012", 3)
    place = f"{good['contest']}/{good['area']}"
    other = {**good, "note": "typed twice"}
    reader.publish(f"{NIGHT.topics.base}/counts/{place}", written(good))
    reader.publish(f"{NIGHT.topics.base}/counts/{place}", written(other))
    receipt = f"{NIGHT.topics.base}/receipts/{good['source']}/{place}"
    await eventually(lambda: (reader.said(receipt) or {}).get("status") == "held")
    content = reader.said(receipt)["content"]
    listed = await desk(running, "list", "--election", "london-2012")
    assert content in listed.printed
    assert "W104" in listed.printed
    released = await desk(running, "release", content, *TAKEN)
    assert "reject the other side" in released.printed
    await desk(running, "hold", content, *TAKEN)
    await eventually(lambda: reader.said(receipt)["reasons"] == [])
    assert "held by the desk" in (await desk(running, "list", "--election", "london-2012")).printed


class TestACallThatCannotBe:
    """It is refused before anything is published; no broker is asked."""

    @pytest.mark.parametrize(
        "arguments, words",
        [
            (("lab",), "neither"),
            (("lab", "--area", "city-and-east", "--body", "assembly"), "both"),
            (("lab", "--area", "atlantis"), "nothing that can be called"),
            (("lab", "--body", "assembly"), "several things to call"),
            (("lab", "--body", "atlantis", "--of", "control"), "one of assembly, mayor"),
            (("nobody", "--area", "city-and-east"), "one of 'biggs-lab"),
            (("none", "--body", "assembly", "--of", "largest"), "party"),
        ],
    )
    def test_says_what_was_found_and_what_was_expected(self, arguments: tuple[str, ...], words: str) -> None:
        refused = election_night("desk", "call", *arguments, *TAKEN, "--broker", "mqtt://127.0.0.1:9")
        assert refused.status == 2
        assert words in refused.said


@pytest.mark.parametrize("option", ["--who", "--why"])
@pytest.mark.parametrize(
    "words",
    [("release", "0123456789abcdef"), ("call", "lab", "--area", "city-and-east"), ("note",)],
    ids=lambda words: words[0],
)
def test_a_decision_by_nobody_or_for_no_reason_is_refused_before_anything_is_published(
    words: tuple[str, ...], option: str
) -> None:
    given = {"--who": "A. Clerk", "--why": "checked", option: "\u00a0\u200b"}
    said = [each for pair in given.items() for each in pair]
    refused = election_night("desk", *words, "--election", "london-2012", *said, "--broker", "mqtt://127.0.0.1:9")
    assert refused.status == 2
    assert "text that shows something" in refused.said
    assert f"desk {words[0]}: {option.removeprefix('--')}" in refused.said


async def test_a_correction_stands_in_place_of_what_was_sent(running: Started, reader: Subscriber) -> None:
    sent = count("london-2012", 3)
    place = f"{sent['contest']}/{sent['area']}"
    result = f"{NIGHT.topics.base}/results/{place}"
    reader.publish(f"{NIGHT.topics.base}/counts/{place}", written(sent))
    await eventually(lambda: (reader.said(result) or {}).get("declared") is True)
    first = next(iter(sent["votes"]))
    right = {**sent["votes"], first: sent["votes"][first] - 1}
    told = await desk(
        running,
        *("correct", reader.said(result)["content"], "--area", sent["area"], "--contest", sent["contest"]),
        *("--votes", ",".join(f"{who}={votes}" for who, votes in right.items())),
        *TAKEN,
    )
    assert told.status == 0, told.said
    assert "published by A. Clerk" in told.printed
    await eventually(lambda: [each["code"] for each in reader.said(result)["findings"]] == ["W109"])
    assert {each["candidate"]: each["votes"] for each in reader.said(result)["candidates"]} == right


async def test_a_remark_has_no_answer(running: Started, reader: Subscriber) -> None:
    noted = await desk(running, "note", *TAKEN)
    assert noted.status == 0
    assert len(noted.printed.splitlines()) == 1
