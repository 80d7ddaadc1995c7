"""Cards: a body or the last declaration as one drawing that stands alone, to be put into other pages."""

import textwrap
from typing import Final

from markupsafe import Markup

from service.ids import BodyId
from service.standings.wire import JSON
from service.views.bars import seat_bar
from service.views.bodies import candidate_rows, votes_contest
from service.views.marks import drawn_as, shapes_of
from service.views.seats import seats_drawn
from service.views.shown import Shown
from service.views.svg import BACKGROUND, element, legible
from service.views.words import number, percent, signed

WIDTH: Final = 600
HEIGHT: Final = 315
"""1.91 to 1: what is shown whole where links are shared."""

ROWS_MAX: Final = 7
NAME_MAX: Final = 30
SHORT_SIZE: Final = 14.0
SHORT_MAX: Final = 8
"""Letters of a party's short name that fit beside its seats; longer ones are smaller."""

STYLE: Final = """
.head{font-size:22px;font-weight:700}
.quiet,.caption{fill:#a9b8c7;font-size:12px}.strong,.letters{font-weight:700}.figure{font-size:34px;font-weight:700}
.caption{font-size:10px}.line-name{font-size:9px}.group-name{font-size:11.5px;font-weight:700}.light{fill:#fff;stroke:#000;stroke-width:.3}
.open{fill:#64788c}.hollow{fill:#0b1016}.ring{fill:none;stroke:#fff}
.line{stroke:#fff;stroke-width:1.2;stroke-dasharray:3 2}.trough{fill:#1e2a37}
"""


def body_card(shown: Shown, body: BodyId) -> Markup:
    """Draw a body's card: its seats and parties, or its candidates."""
    standings = shown.standings[body]
    said = f"{standings['areas']['declared']} of {standings['areas']['total']} areas declared"
    foot = f"{said} · as of {standings['as_of'][:16].replace('T', ' ')}"
    inside = _candidates(standings) if standings["candidates"] else _parties(shown, standings)
    return _card(shown, standings["name"], foot, *inside)


def declaration_card(shown: Shown) -> Markup:
    """Draw the last declaration, in its own words."""
    declared = next((event for event in reversed(shown.events) if event["event"] in ("declared", "decided")), None)
    if declared is None:
        return _card(shown, "Declared", "Nothing has been declared yet.")
    lines = textwrap.wrap(declared["text"], 52)[:6]
    rows = [element("text", line, x=24, y=104 + 28 * row, font_size="19") for row, line in enumerate(lines)]
    return _card(shown, "Declared", declared["as_of"][:16].replace("T", " "), *rows)


def _card(shown: Shown, head: str, foot: str, *inside: str) -> Markup:
    return element(
        "svg",
        element("style", Markup(STYLE)),  # noqa: S704 - our own
        element("rect", width=WIDTH, height=HEIGHT, fill=BACKGROUND),
        element("text", head, x=24, y=42, class_="head"),
        element("text", shown.election.name, x=24, y=62, class_="quiet"),
        *inside,
        element("text", foot, x=24, y=HEIGHT - 16, class_="quiet"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        fill="#e9eff6",
        font_size="14",
        font_family="DejaVu Sans, Segoe UI, system-ui, sans-serif",
        aria_label=f"{head}, {shown.election.name}. {foot}",
    )


def _parties(shown: Shown, standings: JSON) -> list[Markup]:
    drawn = seats_drawn(shown, standings) or seat_bar(shown, standings)
    parts = [element("svg", drawn, x=16, y=78, width=300, height=190, viewBox="0 0 300 190")]
    contest = votes_contest(standings)
    lively = [row for row in standings["parties"] if row["seats"] or row["votes"][contest]["votes"]]
    shapes = shapes_of(shown.election)
    for place, row in enumerate(lively[:ROWS_MAX]):
        y = 96 + place * 25
        parts += [
            drawn_as(shapes[row["party"]], (342.0, y - 5.0), 6.0, fill=row["colour"], stroke=legible(row["colour"])),
            element("text", row["short"], x=356, y=y, font_size=SHORT_SIZE * min(1.0, SHORT_MAX / len(row["short"]))),
            element("text", number(row["seats"]), x=462, y=y, text_anchor="end", class_="strong"),
            element("text", signed(row["change"]), x=510, y=y, text_anchor="end"),
            element("text", percent(row["votes"][contest]["share"]), x=576, y=y, text_anchor="end"),
        ]
    return parts


def _candidates(standings: JSON) -> list[Markup]:
    parts: list[Markup] = []
    for place, row in enumerate(candidate_rows(standings)[:ROWS_MAX]):
        y, said = 92 + place * 28, row.said
        name = f"{said['name'][:NAME_MAX]} ({row.party['short']}){' ✔' if said['elected'] else ''}"
        votes = said.get("total") or said["votes"]
        parts += [
            element("text", name, x=24, y=y, class_="strong" if said["elected"] else None),
            element("svg", row.bar, x=310, y=y - 13, width=160, height=18, viewBox="0 0 112 16"),
            element("text", number(votes), x=576, y=y, text_anchor="end"),
        ]
    return parts
