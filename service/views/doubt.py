"""What is in doubt about a body, in sentences: kept out, held, disputed, tied; by the names that people know."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from service.counting import ANSWER
from service.ids import AreaId, CandidateId, ContestId, PartyId
from service.standings.seats import NO_CONTROL
from service.standings.wire import JSON
from service.views.shown import Shown
from service.views.words import NO_LOT_DECIDES, number

DOUBT_SHOWN_MAX: Final = 5


def doubt_words(shown: Shown, standings: JSON) -> list[str]:
    """Say in sentences what is kept out, held or disputed, and whether it could change anything."""
    doubt = standings["in_doubt"]
    counted = [
        (standings["quarantined"], "in quarantine"),
        (standings["held"], "held by the desk"),
        (standings["disputed"], "areas in dispute"),
    ]
    said = [f"{amount} {what}" for amount, what in counted if amount]
    if not said and not doubt["messages"]:
        return []
    words = [f"{', '.join(said) or str(doubt['messages']) + ' messages in doubt'}."]
    match doubt["could_change"]:
        case "no":
            words.append("Whatever becomes of it, no seat, control or office changes.")
        case "yes":
            words.append("It could change what is shown:")
            words += list(_changes(shown, standings))
        case _:
            words.append("Whether it could change a seat is not known.")
    return words


def _changes(shown: Shown, standings: JSON) -> Iterator[str]:
    said = list(dict.fromkeys(_change(shown, change) for change in standings["in_doubt"]["changes"]))
    yield from said[:DOUBT_SHOWN_MAX]
    if len(said) > DOUBT_SHOWN_MAX:
        yield f"and {len(said) - DOUBT_SHOWN_MAX} more."


def _change(shown: Shown, change: JSON) -> str:
    """Say what would change hands: of many seats those alone that somebody else would have."""
    of, area = change["contest"], change["area"]
    where = ", ".join(part for part in (_area(shown, area), _contest(shown, of)) if part)
    was, would = Counter[str](change["was"]), Counter[str](change["would_be"])
    now, then = (_counted(shown, of, area, these) or "nobody" for these in (was - would, would - was))
    return f"{change['what']}{' in ' + where if where else ''}: {now} now, {then} if it counted."


def _counted(shown: Shown, of: str | None, area: str | None, options: Counter[str]) -> str:
    """Name options, each once, with how often it stands where that is several times."""
    return ", ".join(
        option_names(shown, of, area, [option]) + (f" {times}" if times > 1 else "")
        for option, times in options.items()
    )


def _area(shown: Shown, area: str | None) -> str:
    return shown.election.areas[AreaId(area)].name if area else ""


def _contest(shown: Shown, contest: str | None) -> str:
    several = len(shown.election.contests) > 1
    return shown.election.contests[ContestId(contest)].name if contest and several else ""


def ties_words(shown: Shown, ties: Sequence[JSON]) -> list[str]:
    """Say in sentences for what lots have to be drawn, and which answers are level, of which no lot decides."""
    lots = [tie_words(shown, tie) for tie in ties if tie["at"] != ANSWER]
    level = [_level_words(shown, tie) for tie in ties if tie["at"] == ANSWER]
    return [*([f"A lot has to be drawn: {'; '.join(lots)}."] if lots else []), *level]


def _level_words(shown: Shown, tie: JSON) -> str:
    names = option_names(shown, tie["contest"], tie["area"], tie["options"])
    return f"Level: {names}, {number(Fraction(tie['figure']).numerator)} votes each. {NO_LOT_DECIDES}"


def tie_words(shown: Shown, tie: JSON) -> str:
    """Say between whom a lot has to be drawn, and for what."""
    where = ", ".join(part for part in (_area(shown, tie["area"]), _contest(shown, tie["contest"])) if part)
    names = option_names(shown, tie["contest"], tie["area"], tie["options"])
    return f"{names} for {tie['at']}" + (f" ({where})" if where else "")


def option_names(shown: Shown, contest: str | None, area: str | None, options: Sequence[str]) -> str:
    """Name candidates, parties or areas as people know them; what is none of them is said as it is."""
    election = shown.election
    of = ContestId(contest) if contest else None
    standing = {
        **(election.candidates.get((of, None), {}) if of else {}),
        **(election.candidates.get((of, AreaId(area)), {}) if of and area else {}),
    }

    def named(option: str) -> str:
        if option == NO_CONTROL:
            return "no overall control"
        party, _, seats = option.rpartition(" ")
        if seats.isdecimal() and party in election.parties:
            return f"{election.parties[PartyId(party)].name} {seats}"
        known = (
            standing.get(CandidateId(option)),
            election.parties.get(PartyId(option)),
            election.areas.get(AreaId(option)),
        )
        return next((each.name for each in known if each is not None), option)

    return ", ".join(named(option) for option in options)
