"""Calls: what the desk has said before it is declared, what arithmetic says, what the model suggests, and recounts.

Each has a look of its own: declared full, certain with a light inside, called a ring with a pennant, suggested dotted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from markupsafe import Markup

from service.standings.wire import JSON
from service.views.shown import Shown
from service.views.svg import element
from service.views.words import chance, number, percent

CALLS_SHOWN_MAX: Final = 40
"""Of those that somebody made or that are certain; and of those that are only suggested."""

RECOUNTS_SHOWN_MAX: Final = 20

FIRMEST_FIRST: Final = ("declared", "contradictory", "called", "certain", "withdrawn", "suggested")

OF_ALL: Final = ("office", "control", "largest")

WORDS: Final[Mapping[str, str]] = {
    "declared": "declared, as called",
    "certain": "certain: no paper still to come can change it",
    "called": "called by the desk",
    "withdrawn": "call withdrawn by the desk",
    "contradictory": "two decisions of the desk under one number: nothing is called",
    "suggested": "suggested to the desk by the model; called by nobody",
}
WRONG: Final = "DECLARED OTHERWISE THAN CALLED"

GREY: Final = "#9fb3c8"


@dataclass(frozen=True, slots=True)
class Call:
    """A call as a line: about what, who, in which words, with which sign; `wrong` where it was declared otherwise."""

    said: JSON
    who: str
    words: str
    sign: Markup
    wrong: bool

    @property
    def aired_of_all(self) -> bool:
        """Whether it is about the whole of a body, and the desk's word: then it stands on the first page."""
        return self.said["of"] in OF_ALL and self.said["status"] in ("called", "declared", "contradictory")


@dataclass(frozen=True, slots=True)
class Recount:
    """An area where a recount is ordered or likely, in a sentence."""

    said: JSON
    words: str


def calls_of(shown: Shown, standings: JSON) -> list[Call]:
    """Give a body's calls, those about the whole of it first, then the firmest.

    What was published by a service that knew of no calls has none.
    """
    calls: Sequence[JSON] = standings.get("calls", ())
    return [call_of(shown, said) for said in sorted(calls, key=_rank)]


def _rank(said: JSON) -> tuple[bool, bool, int, str]:
    wrong = said["right"] is False
    return not wrong, said["of"] not in OF_ALL, FIRMEST_FIRST.index(said["status"]), said["name"]


def call_of(shown: Shown, said: JSON) -> Call:
    """Give one call as a line."""
    wrong = said["right"] is False
    words = [_attributed(said, wrong=wrong)]
    if said["chance"] is not None and said["status"] in ("called", "suggested"):
        words.append(f"the model gives it {chance(said['chance'])}")
    if said["in_doubt"]:
        words.append("something there is in doubt")
    return Call(said, _who(shown, said), ", ".join(words), _sign("wrong" if wrong else said["status"]), wrong)


def _attributed(said: JSON, *, wrong: bool) -> str:
    """Say what a call has come to and by whom: who withdrew one is never read as who made it."""
    plain = WRONG if wrong else WORDS[said["status"]]
    if not said["by"] or said["status"] == "suggested":
        return plain
    by = said["by"] + (f" ({said['why']})" if said["why"] else "")
    match said["status"]:
        case "withdrawn":
            return f"{plain}; the call had been withdrawn by {by}" if wrong else f"{plain}, {by}"
        case "certain":
            return f"{plain}; called by {by}"
        case "declared":
            return f"{plain} by {by}"
        case _:
            return f"{plain}, {by}"


def _who(shown: Shown, said: JSON) -> str:
    if said["party"] == "none":
        return "no overall control"
    party = shown.election.parties.get(said["party"])
    name = said["candidate_name"] or (party.name if party else "")
    return f"{name} ({party.short})" if party and said["candidate_name"] else name


@cache
def _sign(status: str) -> Markup:
    full = element("circle", cx=10, cy=10, r=7, fill=GREY)
    ring = element("circle", cx=8, cy=12, r=5.5, fill="none", stroke=GREY, stroke_width=2)
    inside = {
        "declared": [full],
        "certain": [full, element("circle", cx=10, cy=10, r=3, class_="light")],
        "called": [ring, element("path", d="M14 10V1l6 3-6 3", fill=GREY, stroke=GREY)],
        "withdrawn": [ring, element("path", d="M2 18 18 2", stroke=GREY, stroke_width=2)],
        "contradictory": [element("path", d="M10 2 19 18H1z", fill="none", stroke=GREY, stroke_width=2)],
        "suggested": [
            element("circle", cx=10, cy=10, r=7, fill="none", stroke=GREY, stroke_width=1.6, stroke_dasharray="1 3")
        ],
        "wrong": [
            element("rect", x=1, y=1, width=18, height=18, fill=GREY),
            element("path", d="M5 5 15 15M15 5 5 15", stroke="#000000", stroke_width=3),
        ],
    }
    return element("svg", *inside[status], viewBox="0 0 20 20", class_="sign", aria_hidden="true")


def recounts_of(shown: Shown, standings: JSON) -> list[Recount]:
    """Give the areas of a body where a recount is ordered or likely."""
    short = {str(party): of.short for party, of in shown.election.parties.items()}
    return [
        Recount(said, _recount_words(said, short)) for said in standings.get("recount_watch", ())[:RECOUNTS_SHOWN_MAX]
    ]


def _recount_words(said: JSON, short: Mapping[str, str]) -> str:
    words = ["a recount is ordered" if said["basis"] == "ordered" else "a recount is likely"]
    if said["lead"] is not None and said["first_party"]:
        first, second = short[said["first_party"]], short.get(said["second_party"] or "", "the next")
        words.append(f"{first} {number(said['lead'])} ahead of {second} ({percent(said['lead_share'])})")
    if said["basis"] == "partial":
        words.append("so far")
    return ", ".join(words)
