"""`enter`: the desk types a count for a count centre that cannot send it."""

import asyncio
import json
import secrets
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from service.adapters.broker import Address, BrokerLink
from service.app import find_election, load_election
from service.cli.asking import SUPPLEMENTARY, Place, ask_figures
from service.cli.deciding import connected, retained
from service.cli.entering import as_payload, place_named, read_true, read_votes, shown
from service.cli.options import ROOT_DEFAULT, Broker, Config, Root, Test, config_folder, known, plain_errors, say
from service.election import Election
from service.errors import TheirMessage
from service.ids import ContestId, SourceId
from service.logs import configure_logs
from service.messages import Count
from service.standings import TRANSFERABLE
from service.topics import Topics

ANSWER_S_MAX: Final = 10.0
"""How long to wait for the receipt."""


class Kind(StrEnum):
    """What the desk can type: counts with figures."""

    declaration = "declaration"
    partial = "partial"
    recount = "recount"


Figure = int | None


def enter(
    election: Annotated[
        str, typer.Option("--election", envvar="ELECTION_NIGHT_ELECTION", help="The election's name or folder.")
    ],
    broker: Broker,
    area: Annotated[
        str | None, typer.Option("--area", help="The area, by its id or its name; asked for if not.")
    ] = None,
    contest: Annotated[
        str | None, typer.Option("--contest", help="The contest, where the area reports in more than one.")
    ] = None,
    kind: Annotated[Kind, typer.Option("--kind", help="What the figures are.")] = Kind.declaration,
    votes: Annotated[
        str | None, typer.Option("--votes", help="The votes: smith-lab=12345,jones-con=10200; asked for if not.")
    ] = None,
    valid: Annotated[Figure, typer.Option("--valid", help="The printed total of valid votes.", min=0)] = None,
    rejected: Annotated[Figure, typer.Option("--rejected", help="Rejected ballot papers.", min=0)] = None,
    ballots: Annotated[Figure, typer.Option("--ballots", help="All ballot papers.", min=0)] = None,
    electorate: Annotated[Figure, typer.Option("--electorate", help="People entitled to vote.", min=0)] = None,
    from_file: Annotated[
        str | None,
        typer.Option("--from", help="Instead of all these: fields of a count as JSON, in a file; - reads stdin."),
    ] = None,
    source: Annotated[str, typer.Option("--source", help="As whom it is sent.")] = "desk",
    revision: Annotated[
        Figure, typer.Option("--revision", help="Its revision; the one after the source's last where not given.", min=1)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Send it without asking.")] = False,
    test: Test = False,
    root: Root = ROOT_DEFAULT,
    config: Config = None,
) -> None:
    """Type a count for an area that cannot send its own: asked for by name, checked, shown, then sent and answered."""
    if from_file is not None and votes is not None:
        raise typer.BadParameter("--from and --votes say the same: name one")
    configure_logs(quiet=True)
    with plain_errors():
        found = load_election(find_election(election, config_folder(config)))
        choose = partial(_choose, found) if votes is None and from_file is None else None
        place = place_named(found, area or typer.prompt("area"), contest, choose)
        address, topics = Address.parse(broker), Topics(root, found.id)
        receipts = topics.receipt(SourceId(source), *place)
        write = partial(
            as_payload,
            place=place,
            issued_at=datetime.now(UTC).astimezone(found.time_zone),
            kind=kind.value,
            source=source,
            revision=revision or _next_revision(address, receipts),
            test=test or None,
        )
        if from_file is None and votes is None:
            payload, count = _typed(found, place, write, test=test)
        else:
            totals = {"valid": valid, "rejected": rejected, "ballots": ballots, "electorate": electorate}
            typed = {"votes": read_votes(votes), **totals} if votes is not None else read_fields(str(from_file))
            payload = write(typed)
            count = read_true(found, place, payload, test=test)
        console = Console()
        for part in shown(found, count):
            console.print(part)
        if not yes and not typer.confirm("send it?"):
            say("nothing was sent")
            raise typer.Exit(1)
        receipt = asyncio.run(_send(address, topics.count(*place), receipts, payload, count))
    raise typer.Exit(_told(receipt, count))


def _typed(
    election: Election, place: Place, write: Callable[[dict[str, Any]], bytes], *, test: bool
) -> tuple[bytes, Count]:
    """Ask for the figures until they can be true, what was typed before being offered again."""
    say("empty: not known")
    if election.contests[place[0]].rule in (*TRANSFERABLE, SUPPLEMENTARY):
        for who in election.standing(*place).values():
            say(f"{who.id}: {who.name} ({election.parties[who.party].short})")
    said: dict[str, Any] = {}
    while True:
        said = ask_figures(election, place, _prompt, said)
        payload = write(said)
        try:
            return payload, read_true(election, place, payload, test=test)
        except TheirMessage as wrong:
            say(f"that cannot be: {wrong.found}")


def _choose(election: Election, contests: Sequence[ContestId]) -> ContestId:
    """Ask in which of several contests a count is."""
    for contest in contests:
        say(f"{contest}: {election.contests[contest].name}")
    return ContestId(_prompt("contest", "", lambda text: known("contest", text.strip(), contests)).strip())


def _prompt(words: str, before: str, read: Callable[[str], object]) -> str:
    def value(text: str) -> str:
        try:
            read(text)
        except TheirMessage as wrong:
            raise typer.BadParameter(f"{wrong.where}: found {wrong.found}, expected {wrong.expected}") from wrong
        return text

    return str(typer.prompt(words, default=before, show_default=bool(before), value_proc=value))


def read_fields(file: str) -> dict[str, Any]:
    """Read fields of a count as JSON from a file, - for what is piped in; TheirMessage."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        said = json.loads(text)
    except (OSError, ValueError) as error:
        said, problem = None, str(error)
    else:
        problem = f"a JSON {type(said).__name__}"
    if not isinstance(said, dict):
        raise TheirMessage(
            where="stdin" if file == "-" else file,
            found=problem,
            expected="one JSON object with fields of a count, such as votes",
            way_out="Mend it and send it again; nothing was sent.",
        )
    return said


def _next_revision(address: Address, receipts: str) -> int:
    return max((receipt["revision"] or 0 for receipt in asyncio.run(retained(address, [receipts]))), default=0) + 1


async def _send(address: Address, topic: str, receipts: str, payload: bytes, count: Count) -> dict[str, Any] | None:
    """Publish a count, and wait for its receipt; None where none comes."""
    ours = count.revision, str(count.content())
    link = BrokerLink(address, client_id=f"enter-{secrets.token_hex(8)}", subscriptions=(receipts,), session=False)
    async with link:
        await connected(link, address)
        await link.publish(topic, payload)
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                while True:
                    for delivery in await link.take(messages_max=100, bytes_max=1024 * 1024):
                        receipt: dict[str, Any] = json.loads(delivery.payload)
                        if (receipt["revision"], receipt["content"]) == ours:
                            return receipt
        except TimeoutError:
            return None


def _told(receipt: dict[str, Any] | None, count: Count) -> int:
    """Say what became of a count; gives the command's exit status."""
    if receipt is None:
        say(f"sent, and not answered within {ANSWER_S_MAX:g} s: the service takes it in when it is there")
        return 1
    typer.echo(f"sent as {count.source}, revision {count.revision}: {receipt['status']}")
    for reason in receipt["reasons"]:
        typer.echo(f"  {reason['code']} {reason['reason']}")
    return 1 if receipt["status"] == "quarantined" else 0
