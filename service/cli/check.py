"""`check`: is an election folder right?"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer

from service.app import check_election, find_election
from service.cli.options import Config, config_folder, plain_errors
from service.election import REPORTED, Contest, Election
from service.ids import AreaId

NAMED_MAX: Final = 5


def check(
    election: Annotated[str, typer.Argument(help="An election's name, or the path of its folder.")],
    config: Config = None,
) -> None:
    """Read an election folder and say everything that is wrong with it, with file and line."""
    with plain_errors():
        folder = find_election(election, config_folder(config))
        found = check_election(folder)
        if isinstance(found, Election):
            typer.echo(_summary(found, folder.resolve().name))
            return
        for problem in found:
            typer.echo(f"{folder}/{problem}")
        typer.echo(f"{len(found)} problem{'s' if len(found) > 1 else ''}: mend them and check again.")
        raise typer.Exit(2)


def _summary(election: Election, folder: str) -> str:
    candidates = sum(len(standing) for standing in election.candidates.values())
    lines = [f"{election.id}: {election.name}", f"  content {election.content}"]
    for body in election.bodies.values():
        contests = ", ".join(f"{contest} ({election.contests[contest].rule})" for contest in body.contests)
        seats = "seats not on record" if body.seats is None else f"{body.seats} seat{'s' if body.seats > 1 else ''}"
        lines.append(f"  {body.id}: {body.name}, {seats}, by {contests}")
    reporting = sum(not area.covers for area in election.areas.values())
    lines.append(f"  {reporting} reporting areas, {candidates} candidates and lists, {len(election.parties)} parties")
    lines += [f"  remark: {remark}" for remark in _remarks(election, folder)]
    return "\n".join([*lines, "no problems"])


def _remarks(election: Election, folder: str) -> Iterator[str]:
    """Say what may be meant and may be forgotten, such as areas where nobody stands, whose counts would be kept out."""
    if election.id != folder:
        yield f"the election is {election.id}, its folder {folder}: topics have the one, commands take the other"
    voting = {area for contest in election.contests.values() for area in contest.areas}
    idle = [area for area, of in election.areas.items() if area not in voting and not of.covers]
    if idle:
        yield f"{len(idle)} of {len(election.areas)} areas in no contest: {_first(idle)}"
    for contest in election.contests.values():
        if contest.scope == "area" and contest.rule != REPORTED:
            empty = [area for area in election.reporting(contest.id) if not election.candidates.get((contest.id, area))]
            if empty:
                yield f"no candidates in {len(empty)} of {len(contest.areas)} areas of {contest.id}: {_first(empty)}"
            few = [area for area in election.reporting(contest.id) if _has_few(election, contest, area)]
            if few:
                where = f"{len(few)} of {len(contest.areas)} areas of {contest.id}"
                yield f"fewer candidates than seats in {where}: {_first(few)}"
        elif contest.scope == "whole" and not election.candidates.get((contest.id, None)):
            yield f"no candidates in {contest.id}"


def _has_few(election: Election, contest: Contest, area: AreaId) -> bool:
    stand = len(election.standing(contest.id, area))
    return 0 < stand < (election.seats_in(contest.id, area) or 0)


def _first(areas: Sequence[AreaId]) -> str:
    return ", ".join(areas[:NAMED_MAX]) + (", ..." if len(areas) > NAMED_MAX else "")
