"""Standings in a terminal, drawn from what was published and nothing else, so that they show what every reader gets."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from service.counting import ANSWER
from service.views.headline import ahead, headline, too_early_for_second_preferences
from service.views.news import aired
from service.views.svg import legible
from service.views.words import NO_LOT_DECIDES, chance, number, percent, readable_on, signed

BAR_WIDTH: Final = 72
"""Two cells a seat for a body of 25; what is larger than this is scaled down to it. Fits a terminal of 80 columns."""

PARTIES_SHOWN_MAX: Final = 8
CANDIDATES_SHOWN_MAX: Final = 6
WITHOUT_SEAT_NAMED_MAX: Final = 3
CALLS_NAMED_MAX: Final = 3
CHANCES_NAMED_MAX: Final = 3
DECLARATIONS_SHOWN_MAX: Final = 8


def body_panel(standings: dict[str, Any]) -> RenderableType:
    """Draw a body: how far the night has come, the seats up to the majority line, parties or candidates."""
    parts: list[RenderableType] = [_progress_line(standings)]
    if standings["elected"] is not None or standings["candidates"]:
        parts.append(_candidates(standings))
    else:
        # A bar of how many seats there are cannot be drawn where that is not known.
        parts += _control(standings)
        parts += [] if standings["seats"]["total"] is None else [_seats_bar(standings), Text("")]
        parts.append(_parties(standings))
        parts += [line for line in (_next_in_line(standings), _without_seat(standings)) if line is not None]
    parts += [*_certain(standings), *_projected(standings), *_calls(standings), *_recounts(standings)]
    parts += [Text(sentence, style="bold") for sentence in _ties(standings)]
    return Panel(Group(*parts), title=f"[bold]{standings['name']}[/]", title_align="left", padding=(0, 1))


def declarations(texts: Sequence[str]) -> RenderableType:
    """List the last declarations, the newest first."""
    newest = list(reversed(texts[-DECLARATIONS_SHOWN_MAX:])) or [
        "None since watching began; the page has earlier ones."
    ]
    lines = newest + [""] * (DECLARATIONS_SHOWN_MAX - len(newest))
    shown = Text("\n".join(lines), overflow="ellipsis", no_wrap=True)
    return Panel(shown, title="[bold]Last declarations[/]", title_align="left", padding=(0, 1))


def screen(bodies: Iterable[dict[str, Any]], texts: Sequence[str], foot: RenderableType) -> RenderableType:
    """Draw the whole night: every body, the last declarations, and a line at the foot."""
    return Group(*(body_panel(standings) for standings in bodies), declarations(texts), foot)


def news(events: Iterable[dict[str, Any]]) -> list[str]:
    """Say the events that are news in a line each, with the time at the place of the election."""
    return [f"{datetime.fromisoformat(event['as_of']):%H:%M} {event['text']}" for event in aired(events)]


def final_words(standings: dict[str, Any]) -> str:
    """Say in one line how a body stands, for logs and for terminals that cannot be redrawn."""
    seats = ", ".join(f"{row['short']} {row['seats']}" for row in standings["parties"] if row["seats"])
    state = "complete" if standings["complete"] else standings["status"]
    if standings["elected"] is not None:
        winner = standings["candidates"][0]
        votes = winner.get("total") or winner["votes"]
        said = "elected" if votes is None else f"elected with {votes:,} votes"
        return f"{standings['name']}: {winner['name']} {said} ({state})"
    leading = ahead(standings)
    if leading is not None:
        return f"{standings['name']}: {leading.who} {leading.words} ({state})"
    return f"{standings['name']}: {seats or 'nothing in yet'} ({state})"


def _progress_line(standings: dict[str, Any]) -> Text:
    areas, seats = standings["areas"], standings["seats"]
    of_all = " seats filled" if seats["total"] is None else f" of {seats['total']} seats"
    said = [f"{areas['declared']} of {areas['total']} areas declared", f"{seats['filled']}{of_all}"]
    delayed = [row["name"] for row in standings["pending"] if row["state"] in ("delayed", "recount_ordered", "tied")]
    if standings["complete"]:
        said.append("complete")
    if delayed:
        said.append("delayed: " + ", ".join(dict.fromkeys(delayed)))
    said += [f"{standings[name]} {name}" for name in ("disputed", "held", "quarantined") if standings[name]]
    return Text(" · ".join(said), style="dim")


def _seats_bar(standings: dict[str, Any]) -> Text:
    """Draw the seats in their parties' letters and colours, dots for those open, and the lines below them.

    A small body has a block or more for each seat, a large one is drawn to scale.
    """
    total: int = standings["seats"]["total"]
    width = max(1, BAR_WIDTH // total)
    cells = width * total if total <= BAR_WIDTH else BAR_WIDTH

    def place(seats: int) -> int:
        return cells * seats // total

    bar = Text()
    drawn = 0
    for row in standings["parties"]:
        full = f"bold {readable_on(row['colour'])} on {row['colour']}"
        for seats, style in zip(_firm_and_ahead(standings, row), (full, f"bold {legible(row['colour'])}"), strict=True):
            block = row["short"][:width].ljust(width) * seats
            bar.append(block[: place(drawn + seats) - place(drawn)], style=style)
            drawn += seats
    rest = cells - place(drawn)
    bar.append(("·".ljust(width) * rest)[:rest], style="dim")
    for line in standings["seats"]["lines"]:
        bar.append("\n" + " " * max(0, place(line["seats"]) - 1) + f"↑ {line['name']} {line['seats']}")
    if any(_firm_and_ahead(standings, row)[1] for row in standings["parties"]):
        bar.append("\nOn colour: declared or certain. Letters alone: ahead as things stand.", style="dim")
    return bar


def _firm_and_ahead(standings: dict[str, Any], row: dict[str, Any]) -> tuple[int, int]:
    """Tell a party's seats that nothing to come can take away from those where it is only ahead."""
    seats: int = row["seats"] or 0
    if standings["complete"]:
        return seats, 0
    firm = min(seats, standings["certain"]["seats"].get(row["party"], {"at_least": 0})["at_least"])
    return firm, seats - firm


def _control(standings: dict[str, Any]) -> list[Text]:
    """Say who controls a body, as firmly as that is known."""
    head = headline(standings)
    return [Text(f"{head.who} {head.words}".strip(), style="bold")] if head is not None else []


def _certain(standings: dict[str, Any]) -> list[Text]:
    """Say which seats or which office no paper still to come can change."""
    certain = standings["certain"]
    if standings["complete"]:
        return []
    if certain["elected"] is not None:
        name = next(row["name"] for row in standings["candidates"] if row["candidate"] == certain["elected"])
        return [Text(f"Whatever comes: {name} elected", style="bold")]
    spans = [(row["short"], certain["seats"].get(row["party"])) for row in standings["parties"]]
    sure = [f"{short} {span['at_least']}" for short, span in spans if span and span["at_least"]]
    return [Text(f"Whatever comes: at least {', '.join(sure)}")] if sure else []


def _parties(standings: dict[str, Any]) -> Table:
    """Draw a row a party: its seats, and by contest its seats and share; votes and change where areas add up."""
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    contests = standings["contests"]
    table.add_column("party", no_wrap=True)
    table.add_column("seats", justify="right", no_wrap=True)
    table.add_column("change", justify="right", no_wrap=True)
    for contest in contests:
        table.add_column(f"│ {contest['contest'].split('-')[0]}", justify="right", no_wrap=True)
        if _adds_up(contest):
            table.add_column("votes", justify="right", no_wrap=True)
        table.add_column("share", justify="right", no_wrap=True)
        if _adds_up(contest):
            table.add_column("points", justify="right", no_wrap=True)
    shown = [
        row
        for row in standings["parties"]
        if row["seats"] or row["change"] or any(votes["votes"] for votes in row["votes"].values())
    ]
    for row in shown[:PARTIES_SHOWN_MAX]:
        cells: list[RenderableType] = [Text(row["short"], style="bold"), number(row["seats"]), signed(row["change"])]
        for contest in contests:
            votes = row["votes"][contest["contest"]]
            cells.append(number(row["seats_by_contest"][contest["contest"]]))
            cells += [number(votes["votes"])] if _adds_up(contest) else []
            cells.append(percent(votes["share"]))
            cells += [signed(votes["change_points"])] if _adds_up(contest) else []
        table.add_row(*cells)
    return table


def _adds_up(contest: dict[str, Any]) -> bool:
    return bool(contest["scope"] == "whole")


def _candidates(standings: dict[str, Any]) -> RenderableType:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("candidate", "party"):
        table.add_column(name, no_wrap=True)
    rounds = any(row.get("total") is not None for row in standings["candidates"])
    for name in ("first", "share", "transfers", "final") if rounds else ("votes", "share"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    short = {row["party"]: row["short"] for row in standings["parties"]}
    for row in standings["candidates"][:CANDIDATES_SHOWN_MAX]:
        cells = [number(row["votes"]), percent(row["share"])]
        cells += [number(row.get("transfers")), number(row.get("total"))] if rounds else []
        party = Text(short.get(row["party"], row["party"]), style="bold")
        table.add_row(row["name"], party, *cells, "✔ elected" if row["elected"] else "")
    early = too_early_for_second_preferences(standings)
    if early:
        return Group(table, Text(f"{early}: too early to say whether second preferences will count."))
    if any(contest["awaiting_second_preferences"] for contest in standings["contests"]):
        return Group(table, Text("Nobody has more than half: second preferences are awaited.", style="bold"))
    return table


def _next_in_line(standings: dict[str, Any]) -> Text | None:
    """Say who would take the last list seat with the fewest votes more."""
    for row in standings["next_in_line"]:
        if row["votes_short"] is not None:
            names = {party["party"]: party["name"] for party in standings["parties"]}
            return Text(
                f"Next in line for the last list seat: {names[row['party']]}, {row['votes_short']:,} votes short"
            )
    return None


def _without_seat(standings: dict[str, Any]) -> Text | None:
    """Say how many who won a constituency have no seat, and name the first of them."""
    gone = standings["without_seat"]
    if not gone:
        return None
    named = ", ".join(row["name"] for row in gone[:WITHOUT_SEAT_NAMED_MAX])
    more = ", ..." if len(gone) > WITHOUT_SEAT_NAMED_MAX else ""
    winners = "constituency winner" if len(gone) == 1 else "constituency winners"
    return Text(f"{len(gone)} {winners} without a seat, as things stand: {named}{more}")


def _projected(standings: dict[str, Any]) -> list[Text]:
    """Say what the model expects while the night goes on: seats with their range, or who may be elected; or why not."""
    if standings["complete"]:
        return []
    if standings["projection"] is None:
        return [Text(f"Not projected: {standings['withheld']}", style="dim")] if standings["withheld"] else []
    rows = [row for row in standings["candidates"] if row.get("projection")]
    if rows:
        rows = sorted(rows, key=lambda row: -row["projection"]["chance"])
        said = [f"{row['name']} {chance(row['projection']['chance'])}" for row in rows]
        return [Text(f"Chance to be elected: {', '.join(said[:CHANCES_NAMED_MAX])}")]
    projected = [row for row in standings["parties"] if row["projection"] and row["projection"]["seats"]["high"]]
    projected.sort(key=lambda row: -row["projection"]["seats"]["median"])
    spans = [f"{row['short']} {_span(row['projection']['seats'])}" for row in projected[:PARTIES_SHOWN_MAX]]
    return [Text(f"Projected seats: {', '.join(spans)}")] if spans else []


def _span(seats: dict[str, Any]) -> str:
    low, high = seats["low"], seats["high"]
    return str(low) if low == high else f"{low} to {high}"


CALLS: Final = (
    ("certain", "Certain, not declared", ""),
    ("called", "Called by the desk", "bold"),
    ("contradictory", "Called in two ways, so not at all", "bold"),
    ("suggested", "Suggested to the desk", "dim"),
)
"""What is said of calls, by their status, and how it looks; a call that is withdrawn or came true is not shown."""


CALL_OF: Final = {"office": "", "largest": "largest party", "control": "control"}


def _calls(standings: dict[str, Any]) -> list[Text]:
    """Say who is called, certain or suggested, a line each; a call that turned out wrong comes first."""
    short = {row["party"]: row["short"] for row in standings["parties"]} | {"none": "no overall control"}

    def named(calls: Sequence[dict[str, Any]]) -> str:
        who = [
            f"{CALL_OF.get(call['of'], call['name'])} {short.get(call['party'], call['party'])}".strip()
            + (" (in doubt)" if call["in_doubt"] else "")
            for call in calls
        ]
        return _first(who, CALLS_NAMED_MAX)

    wrong = [call for call in standings["calls"] if call["right"] is False]
    lines = [Text(f"✘ WRONG CALL: {named(wrong)}", style="bold reverse")] if wrong else []
    for status, words, style in CALLS:
        those = [call for call in standings["calls"] if call["status"] == status and call["right"] is not False]
        if those:
            lines.append(Text(f"{words}: {named(those)}", style=style))
    return lines


def _recounts(standings: dict[str, Any]) -> list[Text]:
    """Say where a recount is ordered, and where the lead is so small that one is likely."""
    ordered = [row["name"] for row in standings["recount_watch"] if row["basis"] == "ordered"]
    close = [f"{row['name']} by {row['lead']}" for row in standings["recount_watch"] if row["basis"] != "ordered"]
    lines = [Text(f"Recount ordered: {_first(ordered, CALLS_NAMED_MAX)}", style="bold")] if ordered else []
    return lines + ([Text(f"Close enough for a recount: {_first(close, CALLS_NAMED_MAX)}")] if close else [])


def _first(names: Sequence[str], most: int) -> str:
    """Name the first of many, and count the others."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def _ties(standings: dict[str, Any]) -> list[str]:
    """Say what lots have to be drawn, and which answers are level, of which no lot decides."""
    said = [(tie["at"], ", ".join(tie["options"])) for tie in standings["ties"]]
    lots = "; ".join(f"{options} for {at}" for at, options in said if at != ANSWER)
    level = [f"Level: {options}. {NO_LOT_DECIDES}" for at, options in said if at == ANSWER]
    return [*([f"A lot has to be drawn: {lots}"] if lots else []), *level]
