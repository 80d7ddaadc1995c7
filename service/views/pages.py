"""Pages: what was published up to one moment as HTML, part by part, so that a page that is open changes in parts.

The same parts make the live page, the static snapshot and the page "as of" an earlier moment.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

from markupsafe import Markup

from service.ids import BodyId
from service.standings.wire import JSON
from service.views.areas import area_words, history_of
from service.views.bars import seat_bar, vote_bar
from service.views.bodies import (
    SEATS_AROUND,
    allocation_rows,
    candidate_rows,
    other_changes,
    party_rows,
    seat_working,
    share_rows,
    span_rows,
)
from service.views.calls import CALLS_SHOWN_MAX, call_of, calls_of, recounts_of
from service.views.closeness import closest, open_areas
from service.views.dials import swing_between, swing_dial, swing_words
from service.views.doubt import doubt_words, ties_words
from service.views.headline import ahead, headline, too_early_for_second_preferences
from service.views.index import regions_indexed
from service.views.links import Links
from service.views.news import aired, titles
from service.views.projections import projection_drawn
from service.views.rendering import render
from service.views.rests import candidate_rests, party_rests
from service.views.seats import seats_drawn
from service.views.shown import Address, Shown
from service.views.tiles import mapped_contest, tile_map
from service.views.working import area_working, areas_electing, office_working

BODIES_IN_FULL_MAX: Final = 4
"""Up to so many bodies are drawn in full on the first page; more are rows of a table, each with its bar."""

TICKER_MAX: Final = 12

PENDING_SHOWN_MAX: Final = 40

SEATS_SHOWN_MAX: Final = 30
"""List seats shown at once, the last: there the next votes change something. Links lead to those before them."""

STATIC: Final = ("style.css", "page.js")


@dataclass(frozen=True, slots=True)
class Page:
    """A page's title and its parts, by name and in order."""

    title: str
    parts: Mapping[str, Markup]


def page_of(shown: Shown, address: Address, links: Links) -> Page:
    """Draw the parts of a page."""
    election = shown.election
    parts: dict[str, Markup] = {"state": render("state.html", shown, links, address=address)}
    if address.area is not None and address.contest is not None:
        title = f"{election.areas[address.area].name}, {election.contests[address.contest].name}"
        parts["area"] = _area(shown, address, links)
    elif address.body is not None and address.seat is not None:
        title = f"{election.bodies[address.body].name}, seat {address.seat}"
        parts["seat"] = _seat(shown, address.body, address.seat, links)
    elif address.body is not None:
        title = election.bodies[address.body].name
        parts |= _body(shown, address, links)
    else:
        title = election.name
        parts |= _home(shown, links)
    return Page(title, parts)


def document(shown: Shown, address: Address, links: Links, *, stream: str | None, poll: bool = False) -> str:
    """Write a whole page. `stream` is where its changes come from; with `poll` it asks for itself anew instead."""
    page = page_of(shown, address, links)
    return str(
        render(
            "page.html",
            shown,
            links,
            page=page,
            address=address,
            stream=stream,
            poll=poll,
            static=static_names(),
            home_page=address == Address(),
            example=first_moment(shown),
        )
    )


def first_moment(shown: Shown) -> str:
    """Give a time to go back to: the second by which something had been told of the night; before that its start."""
    if not shown.events:
        return shown.election.opens_at.isoformat()
    told = datetime.fromisoformat(shown.events[0]["as_of"])
    return (told.replace(microsecond=0) + timedelta(seconds=1)).isoformat()


@cache
def static_files() -> Mapping[str, bytes]:
    """Give the style sheet and the script, under names that change with their content: they can be kept for good."""
    return {static_names()[name]: _static(name) for name in STATIC}


@cache
def static_names() -> Mapping[str, str]:
    """Give the names under which the style sheet and the script are served."""
    named = {}
    for name in STATIC:
        stem, _, ending = name.partition(".")
        named[name] = f"{stem}.{hashlib.sha256(_static(name)).hexdigest()[:12]}.{ending}"
    return named


def _static(name: str) -> bytes:
    return files("service.views").joinpath("static", name).read_bytes()


def _home(shown: Shown, links: Links) -> dict[str, Markup]:
    bodies = [body for body in shown.election.bodies if body in shown.standings]
    parts: dict[str, Markup] = {}
    if len(shown.election.bodies) <= BODIES_IN_FULL_MAX:
        for body in bodies:
            parts[f"body-{body}"] = _summary(shown, body, links, heading=True)
    else:
        told = [shown.standings[body] for body in bodies]
        rows = [
            (each, headline(each), ahead(each), (vote_bar if each["candidates"] else seat_bar)(shown, each))
            for each in told
        ]
        parts["bodies"] = render("bodies.html", shown, links, rows=rows)
    for body in bodies[:1]:  # the same for all bodies of a night
        parts["share"] = _share(shown, shown.standings[body], links)
    parts["ticker"] = _ticker(shown, shown.events)
    return {name: part for name, part in parts.items() if part}


def _summary(shown: Shown, body: BodyId, links: Links, *, heading: bool) -> Markup:
    standings = shown.standings[body]
    return render(
        "summary.html",
        shown,
        links,
        heading=heading,
        s=standings,
        head=headline(standings),
        leading=ahead(standings),
        early=too_early_for_second_preferences(standings),
        drawn="" if standings["seats"]["total"] == 1 else seats_drawn(shown, standings),
        why=office_working(standings) if shown.election.bodies[body].office else [],
        rows=party_rows(standings, all_of_them=not heading),
        candidates=candidate_rows(standings, all_of_them=not heading),
        rests=(candidate_rests if standings["candidates"] else party_rests)(standings, all_of_them=not heading),
        closest=closest(shown, standings) if heading and standings["complete"] else [],
        map=tile_map(shown, body, links.area),
        regions=regions_indexed(shown, body),
        mapped=shown.election.contests[mapped_contest(shown, body)].name,
        doubt=doubt_words(shown, standings),
        ties=ties_words(shown, standings["ties"]),
        calls=[call for call in calls_of(shown, standings) if call.aired_of_all],
    )


def _body(shown: Shown, address: Address, links: Links) -> dict[str, Markup]:
    body = address.body
    assert body is not None
    if body not in shown.standings:
        return {"seats": Markup("<p>Nothing has been published about this body yet.</p>")}
    standings = shown.standings[body]
    swing = swing_between(standings, address.swing)
    trail = shown.trails.get(body, ())
    contests = set(shown.election.bodies[body].contests)
    own = [event for event in shown.events if event.get("body") == body or event.get("contest") in contests]
    parts = {
        "seats": _summary(shown, body, links, heading=False),
        "calls": _calls(shown, standings, links),
        "close": render(
            "close.html",
            shown,
            links,
            s=standings,
            closest=[] if standings["seats"]["total"] == 1 else closest(shown, standings),
            open=open_areas(shown, standings),
        ),
        "share": _share(shown, standings, links),
        "allocation": _allocation(shown, standings, links),
        "figures": render(
            "figures.html",
            shown,
            links,
            s=standings,
            spans=[] if standings["seats"]["total"] == 1 else span_rows(standings),
            rows=party_rows(standings, all_of_them=True),
            several=len(standings["contests"]) > 1,
            other_changes=other_changes(standings),
        ),
        "projection": render("projection.html", shown, links, drawn=projection_drawn(standings, trail)),
        "regions": render("regions.html", shown, links, regions=regions_indexed(shown, body)),
        "doubt": render(
            "doubt.html", shown, links, s=standings, doubt=doubt_words(shown, standings), pending_max=PENDING_SHOWN_MAX
        ),
        "ticker": _ticker(shown, own),
    }
    if not shown.election.bodies[body].office:
        drawn = (swing_dial(swing), swing_words(swing)) if swing else None
        parts["swing"] = render("swing.html", shown, links, s=standings, swing=swing, drawn=drawn, address=address)
    return parts


def _seat(shown: Shown, body: BodyId, seat: int, links: Links) -> Markup:
    if body not in shown.standings:
        return Markup("<p>Nothing has been published about this body yet.</p>")
    standings = shown.standings[body]
    working = seat_working(standings, seat)
    return render(
        "seat.html",
        shown,
        links,
        s=standings,
        working=working,
        seat=seat,
        office=office_working(standings) if shown.election.bodies[body].office else [],
        areas=[] if working else areas_electing(shown, standings),
    )


def _share(shown: Shown, standings: JSON, links: Links) -> Markup:
    """Draw the projected share of a whole country, where the night is asked for one."""
    share = standings.get("national_share")
    return render("share.html", shown, links, share=share, rows=share_rows(standings)) if share else Markup()


def _allocation(shown: Shown, standings: JSON, links: Links) -> Markup:
    rows = allocation_rows(standings)
    earlier = rows[:-SEATS_SHOWN_MAX] if len(rows) > SEATS_SHOWN_MAX else []
    middles = earlier[SEATS_AROUND :: 2 * SEATS_AROUND + 1]  # their pages show all of these seats
    return render("allocation.html", shown, links, s=standings, rows=rows[len(earlier) :], earlier=middles)


def _calls(shown: Shown, standings: JSON, links: Links) -> Markup:
    calls = calls_of(shown, standings)
    suggested = [call for call in calls if call.said["status"] == "suggested"]
    firmer = [call for call in calls if call.said["status"] != "suggested"]
    return render(
        "calls.html",
        shown,
        links,
        calls=firmer[:CALLS_SHOWN_MAX],
        more_calls=len(firmer[CALLS_SHOWN_MAX:]),
        suggested=suggested[:CALLS_SHOWN_MAX],
        more_suggested=len(suggested[CALLS_SHOWN_MAX:]),
        recounts=recounts_of(shown, standings),
    )


def _area(shown: Shown, address: Address, links: Links) -> Markup:
    assert address.contest is not None
    assert address.area is not None
    place = address.contest, address.area
    result = shown.results.get(place)
    names = {party: of.short for party, of in shown.election.parties.items()}
    return render(
        "area.html",
        shown,
        links,
        place=place,
        r=result,
        words=area_words(shown, result) if result else "",
        why=area_working(shown, place, result) if result else [],
        call=call_of(shown, result["call"]) if result and result.get("call") else None,
        chances=_chances(shown, address),
        ties=ties_words(shown, result["ties"]) if result else [],
        history=history_of(shown.earlier),
        short=names,
        waiting=shown.quarantine.get((str(place[0]), str(place[1]))),
        titles=titles,
        bodies=[shown.election.bodies[body] for body in shown.election.bodies_of(*place)],
    )


def _chances(shown: Shown, address: Address) -> list[tuple[str, float]]:
    """Give who may win an area, by the model, the likeliest first; nobody where it is not open or not projected."""
    assert address.area is not None
    assert address.contest is not None
    if shown.election.contests[address.contest].scope != "area":
        return []
    for body in shown.election.bodies_of(address.contest, address.area):
        outlook = shown.standings[body]["projection"] if body in shown.standings else None
        if outlook and address.area in outlook["areas"]:
            return sorted(outlook["areas"][address.area].items(), key=lambda each: -each[1])
    return []


def _ticker(shown: Shown, events: Sequence[JSON]) -> Markup:
    newest = aired(events)[: -TICKER_MAX - 1 : -1]
    return render("ticker.html", shown, Links(), events=newest)
