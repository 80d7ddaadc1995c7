"""Pages that say why there is no page as of a time, and what to type instead."""

from datetime import datetime, time

from service.views.links import Links
from service.views.pages import static_names
from service.views.rendering import render
from service.views.shown import Address, Shown


def unreadable_time(shown: Shown, address: Address, asked: str) -> str:
    """Write the page that answers what is no time."""
    return _refusal(shown, address, "unreadable-time.html", asked=asked)


def nothing_by_then(shown: Shown, address: Address, asked: str, *, by: datetime, first: datetime | None) -> str:
    """Write the page for a time `by` which nothing had been published; `first` is when something was, None: never."""
    return _refusal(shown, address, "nothing-by-then.html", asked=asked, by=by, first=first)


def _refusal(shown: Shown, address: Address, why: str, **context: object) -> str:
    style = static_names()["style.css"]
    example = datetime.combine(shown.election.day, time(23, 30), tzinfo=shown.election.time_zone).isoformat()
    page = {"address": address, "why": why, "style": style, "example": example}
    return str(render("refused.html", shown, Links(), **page, **context))
