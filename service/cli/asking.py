"""What the desk is asked for when it types a count: by name, in the order of a sheet, as the contest's rule has it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from service.cli.options import known
from service.election import REPORTED, Candidate, Election
from service.errors import TheirMessage
from service.ids import AreaId, CandidateId, ContestId
from service.standings import TRANSFERABLE

Place = tuple[ContestId, AreaId]

SUPPLEMENTARY: Final = "supplementary-vote"

TOTALS: Final = {
    "valid": "valid votes, as printed",
    "rejected": "rejected ballot papers",
    "ballots": "all ballot papers",
    "electorate": "electorate",
}
"""Figures of an area beside its votes, and how they are asked for."""


PAPERS_TYPED_MAX: Final = 1000
"""Lines of ballot papers: more are a file's, not a typist's."""


class Ask(Protocol):
    """Whoever asks the typist."""

    def __call__(self, words: str, before: str, read: Callable[[str], object]) -> str:
        """Ask in `words`, offering what was typed `before`, until `read` can read it; give what was typed."""


def ask_figures(election: Election, place: Place, ask: Ask, before: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for the figures of an area, everybody who stands by name; what is left empty is not known.

    What was typed `before` is offered again.
    """
    contest, area = place
    rule, standing = election.contests[contest].rule, election.standing(contest, area)
    if rule == REPORTED:
        seats = {party.id: f"{party.name}: seats" for party in election.parties.values()}
        return {"seats": _ask_each(ask, seats, before.get("seats", {}))}
    names = {who: f"{each.name} ({election.parties[each.party].short})" for who, each in standing.items()}
    papers = _ask_papers(ask, standing, before.get("papers", ())) if rule in TRANSFERABLE else []
    said: dict[str, Any] = {"papers": papers} if papers else {"votes": _ask_each(ask, names, before.get("votes", {}))}
    if rule in TRANSFERABLE and not papers:
        words = "who is elected, if the ballot papers are not known: ids with spaces (empty: not known)"
        said |= _unless_empty("elected", _ask_ids(ask, words, standing, before.get("elected", ())))
    said |= _ask_each(ask, TOTALS, before)
    if rule == SUPPLEMENTARY:
        said |= _unless_empty("transfers", _ask_transfers(ask, names, before.get("transfers", {})))
    return said


def _ask_each(ask: Ask, names: Mapping[Any, str], before: Mapping[Any, int]) -> dict[Any, int]:
    """Ask for a figure of each; those not known are left out."""
    typed = {who: read_figure(ask(words, str(before.get(who, "")), read_figure)) for who, words in names.items()}
    return {who: figure for who, figure in typed.items() if figure is not None}


def _ask_transfers(ask: Ask, names: Mapping[CandidateId, str], before: Mapping[CandidateId, int]) -> dict[Any, int]:
    """Ask for second preferences: those added to who is left after the first count, once they are counted."""
    left = _ask_ids(ask, "second preferences: ids of the two who are left (empty: not counted yet)", names, [*before])
    return _ask_each(ask, {who: f"{names[who]}: second preferences" for who in left}, before)


def _ask_papers(
    ask: Ask, standing: Mapping[CandidateId, Candidate], before: Sequence[Sequence[Any]]
) -> list[list[Any]]:
    """Ask for ballot papers, a line for each order of preference, until a line is empty; 0 leaves an old line out."""
    offered = [f"{papers} {' '.join(preferences)}" for papers, preferences in before]
    typed: list[list[Any]] = []
    for number in range(1, PAPERS_TYPED_MAX + 1):
        words = f"ballot papers, line {number}: how many, and their preferences in order (empty: no more)"
        text = ask(
            words, offered[number - 1] if number <= len(offered) else "", lambda text: read_papers(text, standing)
        )
        papers = read_papers(text, standing)
        if papers is None:
            break
        if papers[0]:
            typed.append([*papers])
    return typed


def _ask_ids(ask: Ask, words: str, standing: Mapping[CandidateId, object], before: Sequence[str]) -> list[CandidateId]:
    return read_ids(ask(words, " ".join(before), lambda text: read_ids(text, standing)), standing)


def _unless_empty(field: str, typed: Any) -> dict[str, Any]:
    return {field: typed} if typed else {}


def read_papers(text: str, standing: Mapping[CandidateId, object]) -> tuple[int, list[CandidateId]] | None:
    """Read a line of ballot papers, such as `12 smith-lab jones-con`; None where nothing is written.

    Raises:
        TheirMessage: it does not begin with a figure, or names somebody who does not stand.
    """
    papers, _, preferences = text.strip().partition(" ")
    figure = read_figure(papers)
    return None if figure is None else (figure, read_ids(preferences, standing))


def read_ids(text: str, standing: Mapping[CandidateId, object]) -> list[CandidateId]:
    """Read ids of candidates, with spaces between them; TheirMessage where one does not stand."""
    return [CandidateId(known("candidate", who, standing)) for who in text.split()]


def read_figure(text: str) -> int | None:
    """Read a figure as people write it, with commas or spaces between thousands; None where nothing is written.

    Raises:
        TheirMessage: it is none.
    """
    plain = "".join(text.split()).replace(",", "")
    if plain.isascii() and plain.isdecimal():
        return int(plain)
    if not plain:
        return None
    raise TheirMessage(
        where="a figure that was typed",
        found=repr(text),
        expected="a whole number such as 12,345, or nothing where it is not known",
        way_out="Type it again.",
    )
