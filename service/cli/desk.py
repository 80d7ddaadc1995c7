"""`desk`: what the desk decides, each with who and why, and what waits for it."""

import asyncio
import json
import secrets
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.adapters.broker import Address, BrokerLink
from service.app import find_election, load_election
from service.cli.options import ROOT_DEFAULT, Broker, Config, Root, Test, config_folder, plain_errors
from service.election import Election
from service.errors import BrokerError, TheirMessage
from service.logs import configure_logs
from service.messages import read_decision
from service.scrutiny import scrutinise_decision
from service.topics import Topics

desk = typer.Typer(name="desk", help="The desk: what waits for it, and what it decides.", no_args_is_help=True)

ANSWER_S_MAX: Final = 10.0
"""How long to wait for the broker."""

QUIET_S: Final = 0.5
"""Retained messages have come when nothing more does for so long."""

CONTENT_CHARACTERS: Final = 16
"""Hexadecimal digits of a content's name."""

Who = Annotated[str, typer.Option("--who", help="Who decides: a name, for the record.")]
Why = Annotated[str, typer.Option("--why", help="Why, in a sentence, for the record.")]
Number = Annotated[
    int | None,
    typer.Option(
        "--decision", help="The decision's number: the higher wins. Milliseconds of now, where none is given."
    ),
]
ElectionName = Annotated[str, typer.Option("--election", help="The election's name or folder.")]
Content = Annotated[
    str, typer.Argument(help="The content's name, 16 digits, as `desk list` and the standings show it.")
]


@desk.command("list")
def list_waiting(election: ElectionName, broker: Broker, root: Root = ROOT_DEFAULT, config: Config = None) -> None:
    """Show what is in quarantine, by content: where it came from, why, and what can be done."""
    configure_logs(quiet=True)
    with plain_errors():
        topics = Topics(root, load_election(find_election(election, config_folder(config))).id)
        waiting = asyncio.run(_retained(Address.parse(broker), topics.quarantine("+", "+")))
        table = waiting_table(waiting)
        Console().print(table if table.row_count else "nothing waits in quarantine")


def waiting_table(waiting: Iterable[dict[str, Any]]) -> Table:
    """Draw what waits, from what the quarantine topics say; every word of it may be a stranger's."""
    table = Table(show_lines=True)
    # A content's name is there to be copied into a decision: no width of a terminal may cut it.
    table.add_column("content", no_wrap=True, min_width=CONTENT_CHARACTERS)
    table.add_column("where", overflow="fold")
    table.add_column("why it is kept out", overflow="fold")
    for said in waiting:
        for kept in said["messages"]:
            table.add_row(kept["content"], Text(_where(said, kept)), Text(_reasons(kept)))
    return table


def _where(said: dict[str, Any], kept: dict[str, Any]) -> str:
    place = f"{said['contest']}/{said['area']}"
    return place if kept["source"] is None else f"{place}\nrevision {kept['revision']} of {kept['source']}"


def _reasons(kept: dict[str, Any]) -> str:
    return "\n".join(f"{finding['code']} {finding['reason']}" for finding in kept["findings"])


def _about_content(action: str, said: str) -> None:
    """Add a command that takes a decision about one content."""

    @desk.command(action, help=said)
    def _(
        content: Content,
        election: ElectionName,
        broker: Broker,
        who: Who,
        why: Why,
        decision: Number = None,
        test: Test = False,
        root: Root = ROOT_DEFAULT,
        config: Config = None,
    ) -> None:
        _decide(action, {"content": content}, election, broker, who, why, decision, test, root, config)


_about_content("release", "Let a content in that is in quarantine or held, in spite of what was found.")
_about_content("reject", "Keep a content out for good: out of quarantine, and out of the figures if it stands.")
_about_content("hold", "Hold a content back until it is released.")


@desk.command()
def lot(
    contest: Annotated[str, typer.Option("--contest", help="The contest in which there is a tie.")],
    order: Annotated[str, typer.Option("--order", help="Candidates or parties as drawn, first drawn first: a,b")],
    election: ElectionName,
    broker: Broker,
    who: Who,
    why: Why,
    area: Annotated[
        str | None, typer.Option("--area", help="The area, where the contest's areas elect their own.")
    ] = None,
    decision: Number = None,
    test: Test = False,
    root: Root = ROOT_DEFAULT,
    config: Config = None,
) -> None:
    """Record the lot that the returning officer has drawn among those who are tied."""
    drawn = [name.strip() for name in order.split(",")]
    said: dict[str, Any] = {"contest": contest, "options": sorted(drawn), "order": drawn}
    if area is not None:
        said["area"] = area
    _decide("lot", said, election, broker, who, why, decision, test, root, config)


@desk.command()
def note(
    election: ElectionName,
    broker: Broker,
    who: Who,
    why: Why,
    decision: Number = None,
    test: Test = False,
    root: Root = ROOT_DEFAULT,
    config: Config = None,
) -> None:
    """Put a remark on record; it changes no figure."""
    _decide("note", {}, election, broker, who, why, decision, test, root, config)


def _decide(
    action: str,
    said: dict[str, Any],
    election: str,
    broker: str,
    who: str,
    why: str,
    decision: int | None,
    test: bool,  # noqa: FBT001 - as above
    root: str,
    config: Any,
) -> None:
    """Publish a decision, after the same scrutiny that it meets at the other end."""
    configure_logs(quiet=True)
    with plain_errors():
        found = load_election(find_election(election, config_folder(config)))
        number = decision if decision is not None else time.time_ns() // 1_000_000
        issued_at = datetime.now(UTC).astimezone(found.time_zone).isoformat(timespec="seconds")
        complete = {**said, "decision": number, "who": who, "why": why, "issued_at": issued_at}
        if test:
            complete["test"] = True
        payload = json.dumps(complete, ensure_ascii=False).encode()
        _check(found, action, payload, test=test)
        asyncio.run(_publish(Address.parse(broker), Topics(root, found.id).desk(action), payload))
        typer.echo(f"{action}, decision {number}: published by {who}")


def _check(election: Election, action: str, payload: bytes, *, test: bool) -> None:
    decision = read_decision(action, payload)
    findings = decision if isinstance(decision, tuple) else scrutinise_decision(election, decision, test_night=test)
    for finding in findings:
        raise TheirMessage(
            where=f"desk {action}: {finding.where}",
            found=finding.found,
            expected=finding.expected,
            way_out="Mend the option and send it again; nothing was published.",
        )


async def _publish(address: Address, topic: str, payload: bytes) -> None:
    async with BrokerLink(address, client_id=f"desk-{secrets.token_hex(8)}", session=False) as link:
        await _connected(link, address)
        await link.publish(topic, payload)


async def _connected(link: BrokerLink, address: Address) -> None:
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            await link.wait_connected()
    except TimeoutError:
        raise BrokerError(
            where=str(address),
            found=f"no connection within {ANSWER_S_MAX:g} s",
            expected="a broker",
            way_out="Look whether it runs, and whether --broker names it.",
        ) from None


async def _retained(address: Address, topic: str) -> list[dict[str, Any]]:
    """Read what is retained on the topics that match."""
    said: list[dict[str, Any]] = []
    link = BrokerLink(address, client_id=f"desk-{secrets.token_hex(8)}", subscriptions=(topic,), session=False)
    async with link:
        await _connected(link, address)
        while True:
            try:
                async with asyncio.timeout(QUIET_S):
                    deliveries = await link.take(messages_max=1_000, bytes_max=8 * 1024 * 1024)
            except TimeoutError:
                return said
            said += [json.loads(delivery.payload) for delivery in deliveries if delivery.payload]
