"""Drawing: elements of SVG as safe markup, and colours that can be told from a dark page."""

from functools import cache
from typing import Final

from markupsafe import Markup, escape

from service.views.words import luminance_of

BACKGROUND: Final = "#0b1016"
PANEL: Final = "#131b25"
"""The page's own colour, and that of the panels on it, a little lighter; the style sheet says the same."""

CONTRAST_MIN: Final = 3.0
"""WCAG 2.2, 1.4.11: what has to be told apart stands out from its surroundings by so much."""

TEXT_CONTRAST_MIN: Final = 4.5
"""WCAG 2.2, 1.4.3 (AA): the same for letters."""

LIGHTER_STEP: Final = 0.08


def element(name: str, *inside: str, **attributes: object) -> Markup:
    """Write one element. An attribute's underscore is a hyphen, one at its end is dropped; None leaves it out."""
    written = "".join(f' {_hyphened(key)}="{_short(value)}"' for key, value in attributes.items() if value is not None)
    content = "".join(escape(part) for part in inside)
    return Markup(f"<{name}{written}>{content}</{name}>")  # noqa: S704 - every part is escaped above


@cache
def _hyphened(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def drawing(width: float, height: float, label: str, *inside: str, class_: str = "", left: float = 0.0) -> Markup:
    """Make a drawing of its elements, with a label that stands for it where it cannot be seen; x starts at `left`."""
    return element(
        "svg",
        *inside,
        viewBox=f"{_short(left)} 0 {_short(width)} {_short(height)}",
        role="img",
        aria_label=label,
        class_=class_ or None,
        xmlns="http://www.w3.org/2000/svg",
    )


@cache
def legible(colour: str, *, least: float = CONTRAST_MIN) -> str:
    """Lighten a party's colour until lines of it stand out from the panels that drawings lie on."""
    mixed = 0.0
    shown = colour
    while contrast(shown, PANEL) < least and mixed < 1:
        mixed += LIGHTER_STEP
        channels = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
        shown = "#" + "".join(f"{round(channel + (255 - channel) * min(mixed, 1)):02x}" for channel in channels)
    return shown


def readable(colour: str) -> str:
    """Lighten a party's colour until letters of it can be read on the panels."""
    return legible(colour, least=TEXT_CONTRAST_MIN)


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance_of(one), luminance_of(other)))
    return (high + 0.05) / (low + 0.05)


def _short(value: object) -> str:
    """Write an attribute's value: a number with two decimals at most, anything else escaped."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value) if isinstance(value, int) else escape(value)
