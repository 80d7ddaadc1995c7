"""Pages that say why there is no page at an address or as of a time, and lead back to where there is one."""

from datetime import datetime

from service.views.links import Links
from service.views.pages import first_moment, static_names
from service.views.rendering import render
from service.views.shown import Address, Shown


def unreadable_time(shown: Shown, address: Address, asked: str) -> str:
    """Write the page that answers what is no time."""
    return _refusal(shown, address, "unreadable-time.html", asked=asked)


def nothing_by_then(shown: Shown, address: Address, asked: str, *, by: datetime, first: datetime | None) -> str:
    """Write the page for a time `by` which nothing had been published; `first` is when something was, None: never."""
    return _refusal(shown, address, "nothing-by-then.html", asked=asked, by=by, first=first)


def no_such_page(shown: Shown, path: str) -> str:
    """Write the page that answers an address at which there is none."""
    return _refused(shown, "No such page", "no-such-page.html", path=path)


def failed_page(shown: Shown) -> str:
    """Write the page that answers where the service itself has failed."""
    return _refused(shown, "This page cannot be shown", "failed.html")


def _refusal(shown: Shown, address: Address, why: str, **context: object) -> str:
    example = first_moment(shown)
    return _refused(shown, "No page as of then", why, address=address, example=example, **context)


def _refused(shown: Shown, title: str, why: str, **context: object) -> str:
    style = static_names()["style.css"]
    return str(render("refused.html", shown, Links(), title=title, why=why, style=style, **context))
