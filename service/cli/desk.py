"""`desk`: what the desk decides, each with who and why, and what waits for it."""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.adapters.broker import Address
from service.app import find_election, load_election
from service.cli.calling import about, answer_named, question_asked
from service.cli.deciding import Desk, retained
from service.cli.enter import Kind, read_fields
from service.cli.entering import as_payload, place_named, read_votes
from service.cli.options import ROOT_DEFAULT, Broker, Config, Root, Test, config_folder, plain_errors
from service.logs import configure_logs
from service.topics import Topics

desk = typer.Typer(name="desk", help="The desk: what waits for it, and what it decides.", no_args_is_help=True)

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
CalledArea = Annotated[str | None, typer.Option("--area", help="The area that is called: one that elects one.")]
CalledContest = Annotated[
    str | None, typer.Option("--contest", help="The contest, where the area elects in more than one.")
]
CalledBody = Annotated[
    str | None, typer.Option("--body", help="Or the body: whose office, largest party or control is called.")
]
CalledOf = Annotated[str | None, typer.Option("--of", help="Of a body without an office: largest, or control.")]


@desk.command("list")
def list_waiting(election: ElectionName, broker: Broker, root: Root = ROOT_DEFAULT, config: Config = None) -> None:
    """Show what waits for the desk, by content: in quarantine, held, in dispute; where it came from, and why."""
    configure_logs(quiet=True)
    with plain_errors():
        topics = Topics(root, load_election(find_election(election, config_folder(config))).id)
        wanted = topics.quarantine("+", "+"), f"{topics.base}/receipts/+/+/+"
        said = asyncio.run(retained(Address.parse(broker), wanted))
        table = waiting_table(said)
        Console().print(table if table.row_count else "nothing waits for the desk")


def waiting_table(said: Iterable[dict[str, Any]]) -> Table:
    """Draw what waits, from quarantine topics and receipts; every word of it may be a stranger's."""
    table = Table(show_lines=True)
    # A content's name is there to be copied into a decision: no width of a terminal may cut it.
    table.add_column("content", no_wrap=True, min_width=CONTENT_CHARACTERS)
    table.add_column("where", overflow="fold")
    table.add_column("why it is kept out", overflow="fold")
    for each in said:
        for kept in each.get("messages", ()):
            table.add_row(kept["content"], Text(_where(each, kept)), Text(_reasons(kept["findings"])))
        if each.get("status") == "held":
            table.add_row(
                each["content"], Text(_where(each, each)), Text(_reasons(each["reasons"]) or "held by the desk")
            )
    return table


def _where(said: dict[str, Any], kept: dict[str, Any]) -> str:
    place = f"{said['contest']}/{said['area']}"
    if kept["source"] is None:
        return place
    numbered = "a revision" if kept["revision"] is None else f"revision {kept['revision']}"
    return f"{place}\n{numbered} of {kept['source']}"


def _reasons(findings: Iterable[dict[str, Any]]) -> str:
    return "\n".join(f"{finding['code']} {finding['reason']}" for finding in findings)


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
        Desk(election, broker, who, why, decision, test, root, config).decide(action, {"content": content})


_about_content("release", "Let a content in that is in quarantine or held, in spite of what was found.")
_about_content("reject", "Keep a content out for good: out of quarantine, and out of the figures if it stands.")
_about_content("hold", "Hold a content back until it is released.")


@desk.command()
def correct(
    content: Content,
    election: ElectionName,
    broker: Broker,
    who: Who,
    why: Why,
    area: Annotated[str, typer.Option("--area", help="The area whose count it is, by its id or its name.")],
    contest: Annotated[
        str | None, typer.Option("--contest", help="The contest, where the area reports in more than one.")
    ] = None,
    kind: Annotated[Kind, typer.Option("--kind", help="What the figures are.")] = Kind.declaration,
    votes: Annotated[
        str | None, typer.Option("--votes", help="All votes, as they should be: smith-lab=12345,jones-con=10200")
    ] = None,
    from_file: Annotated[
        str | None,
        typer.Option("--from", help="Other fields of a count, such as valid, as JSON, in a file; - reads stdin."),
    ] = None,
    decision: Number = None,
    test: Test = False,
    root: Root = ROOT_DEFAULT,
    config: Config = None,
) -> None:
    """Put figures in place of a content, as its source should have sent them; they stand until its next revision."""
    taken = Desk(election, broker, who, why, decision, test, root, config)
    with plain_errors():
        found = taken.read_election()
        place = place_named(found, area, contest)
        said = {"votes": read_votes(votes) if votes is not None else None, "test": test or None}
        fields = {**said, **(read_fields(from_file) if from_file is not None else {})}
        issued_at = datetime.now(UTC).astimezone(found.time_zone)
        payload = as_payload(fields, place, issued_at=issued_at, kind=kind.value, source="desk", revision=1)
        taken.decide("correct", {"content": content, "count": json.loads(payload)})


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
    Desk(election, broker, who, why, decision, test, root, config).decide("lot", said)


@desk.command()
def call(
    winner: Annotated[
        str, typer.Argument(help="Who wins: a candidate, or a party (its candidate in an area); none: no control.")
    ],
    election: ElectionName,
    broker: Broker,
    who: Who,
    why: Why,
    area: CalledArea = None,
    contest: CalledContest = None,
    body: CalledBody = None,
    of: CalledOf = None,
    decision: Number = None,
    test: Test = False,
    root: Root = ROOT_DEFAULT,
    config: Config = None,
) -> None:
    """Say who has won before it is declared. It stands until the declaration, or until it is withdrawn."""
    taken = Desk(election, broker, who, why, decision, test, root, config)
    with plain_errors():
        found = taken.read_election()
        question = question_asked(found, area=area, contest=contest, body=body, of=of)
        taken.decide("call", {**about(question), **answer_named(found, question, winner)})


@desk.command()
def withdraw(
    election: ElectionName,
    broker: Broker,
    who: Who,
    why: Why,
    area: CalledArea = None,
    contest: CalledContest = None,
    body: CalledBody = None,
    of: CalledOf = None,
    decision: Number = None,
    test: Test = False,
    root: Root = ROOT_DEFAULT,
    config: Config = None,
) -> None:
    """Take a call back; what has no call is not suggested any more."""
    taken = Desk(election, broker, who, why, decision, test, root, config)
    with plain_errors():
        question = question_asked(taken.read_election(), area=area, contest=contest, body=body, of=of)
        taken.decide("withdraw", about(question))


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
    Desk(election, broker, who, why, decision, test, root, config).decide("note", {})
