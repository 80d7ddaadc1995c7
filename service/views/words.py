"""Figures and colours as people read them, the same in the terminal and on the page."""

from fractions import Fraction
from typing import Final

NOTHING: Final = "-"
"""What is not known is shown as a dash, never as 0."""

FIGURE_DECIMALS: Final = 5
"""Figures that are no whole numbers are shown with so many decimals; Scottish votes have just these."""


NO_LOT_DECIDES: Final = "No lot decides a question: it stays open."
"""What is said of answers that are level, where of candidates a lot would be drawn."""


def number(value: int | None) -> str:
    """Show a figure with its thousands apart."""
    return NOTHING if value is None else f"{value:,}"


def figure(value: Fraction | int) -> str:
    """Show a figure: whole, or with five decimals and a sign where they are not all of it."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return f"{exact.numerator:,}"
    scaled = exact * 10**FIGURE_DECIMALS
    shown = f"{exact.numerator / exact.denominator:,.{FIGURE_DECIMALS}f}"
    return shown.rstrip("0") if scaled.denominator == 1 else shown + "…"


def percent(share: float | None) -> str:
    """Show a share in percent."""
    return NOTHING if share is None else f"{100 * share:.1f}%"


def chance(value: float | None) -> str:
    """Show a model's chance in whole percent: never none and never all, however many of its nights agree."""
    if value is None:
        return NOTHING
    shown = f"{100 * value:.0f}%"
    return {"0%": "<1%", "100%": ">99%"}.get(shown, shown)


def sentence(reason: str) -> str:
    """Make a reason a sentence of its own."""
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."


def exact(written: str) -> str:
    """Show an exact figure, written as a whole number or a reduced fraction."""
    return figure(Fraction(written))


def signed(value: float | None) -> str:
    """Show a change with its sign."""
    if value is None:
        return NOTHING
    if isinstance(value, int):
        return f"{value:+d}" if value else "0"
    shown = f"{value:+.1f}"
    return shown if shown.strip("+-0.") else "0.0"


def readable_on(colour: str) -> str:
    """Choose black or white for text on a colour, whichever has more contrast (WCAG 2.2)."""
    luminance = luminance_of(colour)
    return "black" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "white"


def luminance_of(colour: str) -> float:
    """Give the relative luminance of a colour written #rrggbb, 0 to 1 (WCAG 2.2)."""
    red, green, blue = linear_of(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear_of(colour: str) -> list[float]:
    """Give how much red, green and blue light a colour written #rrggbb sends out, each 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]  # noqa: PLR2004 - WCAG's own numbers
