"""Templates, filled: with what there is to show, how pages are named, and figures as people read them."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from service.ids import PartyId
from service.views.links import Links
from service.views.marks import shapes_of, swatch
from service.views.shown import Address, Shown
from service.views.svg import legible
from service.views.words import chance, exact, number, percent, readable_on, sentence, signed


def render(template: str, shown: Shown, links: Links, **context: Any) -> Markup:
    """Draw a template; everything that it is given is escaped."""
    drawn = (
        _templates()
        .get_template(template)
        .render(shown=shown, election=shown.election, link=links, home=Address(), swatch_of=_swatches(shown), **context)
    )
    return Markup(drawn.strip())  # noqa: S704 - the templates escape what they are given


def _swatches(shown: Shown) -> Callable[[str], Markup]:
    """Give what draws the swatch of a party, by its id."""
    shapes, parties = shapes_of(shown.election), shown.election.parties
    return lambda party: swatch(shapes[party], parties[PartyId(party)].colour)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("service.views"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "percent": percent,
        "signed": signed,
        "chance": chance,
        "exact": exact,
        "sentence": sentence,
        "legible": legible,
        "ink": readable_on,
        "clock": clock,
        "day": day,
    }
    return environment


def clock(at: str | None, *, seconds: bool = True) -> str:
    """Show a time of day as it was at its place."""
    return datetime.fromisoformat(at).strftime("%H:%M:%S" if seconds else "%H:%M") if at else ""


def day(at: str) -> str:
    """Show a day as it was at its place."""
    then = datetime.fromisoformat(at)
    return f"{then.day} {then:%B %Y}"
