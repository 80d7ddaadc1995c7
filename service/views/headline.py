"""What is said first of a body: who controls it, by the firmest that is known of that, and what it stands on."""

from dataclasses import dataclass
from typing import Final, Literal

from service.standings.seats import NO_CONTROL
from service.standings.whole import PREFERENCES
from service.standings.wire import JSON
from service.views.words import chance, number

LIKELY_MIN: Final = 0.9
"""A model is quoted on who controls a body from this chance on: a headline is aired, and its ranges hold as often."""

Firm = Literal["declared", "certain", "projected", "stands", "open"]

NO_OVERALL_CONTROL: Final = "No overall control"


@dataclass(frozen=True, slots=True)
class Headline:
    """Who controls a body: the party's row (None: nobody, or not to be said), how firmly, and what that stands on."""

    party: JSON | None
    firm: Firm
    basis: str

    @property
    def who(self) -> str:
        """Name who has control, or that nobody has; nothing while that cannot be said."""
        if self.firm == "open":
            return ""
        return str(self.party["name"]) if self.party else NO_OVERALL_CONTROL

    @property
    def words(self) -> str:
        """Say how firm it is, after the name."""
        held = bool(self.party)
        match self.firm:
            case "declared":
                return "control" if held else ""
            case "certain":
                return "control, certain" if held else "certain"
            case "projected":
                return f"projected to have control ({self.basis})" if held else f"projected ({self.basis})"
            case "stands":
                return f"would control, as things stand ({self.basis})" if held else f"as things stand ({self.basis})"
            case "open":
                return f"Too early to say who has control: {self.basis}"


def headline(standings: JSON) -> Headline | None:
    """Say who controls a body: as declared, else certain, else projected, else as things stand.

    What only stands is said with what it stands on, and not while seats of which nothing is in could change it. None
    where control is no question: an office, a body whose seats are not on record, or one of which nothing is in.
    """
    control, total = standings["control"], standings["seats"]["total"]
    if control is None or total is None:
        return None
    rows = {row["party"]: row for row in standings["parties"]}
    certain = standings["certain"]["control"]
    if standings["complete"]:
        return Headline(rows.get(control), "declared", "")
    if certain is not None:
        return Headline(rows.get(certain), "certain", "")
    likely = _likeliest(standings)
    if likely is not None:
        return Headline(rows.get(likely[0]), "projected", f"{chance(likely[1])} by the model")
    seats = [row["seats"] or 0 for row in standings["parties"]]
    still_open = total - sum(seats)
    most = max(seats, default=0)
    if 2 * most <= total < 2 * (most + still_open):
        return Headline(None, "open", f"{number(still_open)} of {number(total)} seats have nothing in yet")
    return Headline(rows.get(control), "stands", _basis(standings))


def _likeliest(standings: JSON) -> tuple[str, float] | None:
    """Give who is likely to have control by the model, nobody among them, and the chance of it."""
    outlook = standings["projection"]
    if outlook is None:
        return None
    chances = {row["party"]: row["projection"]["majority"] for row in standings["parties"] if row["projection"]}
    chances[NO_CONTROL] = outlook.get("no_majority")
    known = {party: each for party, each in chances.items() if each is not None}
    first = max(known, key=lambda party: known[party], default=None)
    return (first, known[first]) if first is not None and known[first] >= LIKELY_MIN else None


def _basis(standings: JSON) -> str:
    """Say how much of each contest is in: areas with figures where they add up, else those declared."""
    said = []
    for contest in standings["contests"]:
        total = contest["areas"]["total"]
        if contest["scope"] == "whole":
            said.append(f"{contest['name']}: {contest['with_figures']} of {total} areas in")
        else:
            said.append(f"{contest['name']}: {contest['areas']['declared']} of {total} areas declared")
    return "; ".join(said)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Who is ahead for an office or of a question that is open, several where they are level, and by which votes."""

    who: str
    words: str


def ahead(standings: JSON) -> Ahead | None:
    """Say who is ahead where candidates, or answers to a question, are counted; None with nobody's vote, or elected."""
    rows = standings["candidates"]
    votes = [row.get("total") or row["votes"] or 0 for row in rows]
    most = max(votes, default=0)
    if not most or any(row["elected"] for row in rows):
        return None
    first = [row["name"] for row, number in zip(rows, votes, strict=True) if number == most]
    transferred = any(row.get("total") is not None for row in rows)
    preferences = not transferred and any(contest["rule"] == PREFERENCES for contest in standings["contests"])
    words = "ahead" if len(first) == 1 else "level"
    return Ahead(" and ".join(first), f"{words} on first preferences" if preferences else words)


def too_early_for_second_preferences(standings: JSON) -> str:
    """Say how much is in of first preferences whose second ones may count; nothing once all are in, or none is."""
    for contest in standings["contests"]:
        total = contest["areas"]["total"]
        if contest["rule"] == PREFERENCES and 0 < contest["with_figures"] < total:
            return f"{contest['with_figures']} of {total} areas in"
    return ""
