"""Why a seat goes where it does, from what was published: most votes, a quota, second preferences, second votes."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from service.election import REPORTED
from service.ids import AreaId
from service.standings.wire import JSON
from service.views.headline import too_early_for_second_preferences
from service.views.shown import Place, Shown
from service.views.words import exact, figure, number, percent

FIRST_PREFERENCES: Final = 1
"""The stage of a single transferable vote before anything is transferred."""


def area_working(shown: Shown, place: Place, result: JSON) -> list[str]:
    """Say why an area's seats go where they do, and how many votes short the next one is; nothing: nothing decides."""
    contest = shown.election.contests[place[0]]
    if contest.rule == REPORTED:
        return ["Seats are reported here by party, and no votes: there is nothing to work out."]
    if contest.scope == "whole":
        bodies = " and ".join(shown.election.bodies[body].name for body in shown.election.bodies_of(*place))
        return [
            f"These votes are added to those of the other areas; who is elected follows from all of them: {bodies}."
        ]
    names = _names(shown, result)
    if result["stages"]:
        return list(_transferred(names, result))
    return [*_most_votes(names, result), *_uncovered(shown, place, result)]


def _names(shown: Shown, result: JSON) -> Mapping[str, str]:
    short = {str(party): of.short for party, of in shown.election.parties.items()}
    return {row["candidate"]: f"{row['name']} ({short[row['party']]})" for row in result["candidates"]}


def _most_votes(names: Mapping[str, str], result: JSON) -> Iterator[str]:
    """Explain a seat, or several, that go to those with most votes."""
    if result["status"] == "unopposed":
        yield "Unopposed: elected without a poll."
        return
    rows = sorted((row for row in result["candidates"] if row["votes"] is not None), key=lambda row: -row["votes"])
    first = set(winners_of(result))
    if not first:
        return
    inside = [row for row in rows if row["candidate"] in first]
    outside = [row for row in rows if row["candidate"] not in first]
    if not inside:
        yield "The winner was announced; the figures are to follow."
        return
    last, seats = inside[-1], len(first)
    standing = "" if result["declared"] else ", as things stand"
    yield (
        f"Most votes win: {names[last['candidate']]} has {number(last['votes'])}{standing}."
        if seats == 1
        else f"Most votes win the {seats} seats; the last of them goes to {names[last['candidate']]} with "
        f"{number(last['votes'])} votes{standing}."
    )
    if outside:
        lead = last["votes"] - outside[0]["votes"]
        yield _short(names[outside[0]["candidate"]], outside[0]["votes"], lead)
    if not result["declared"] and result["outstanding"] is not None:
        yield f"{number(result['outstanding'])} papers at most are still to come here."


def winners_of(result: JSON) -> list[str]:
    """Name those who have an area's seats or would have them, though nobody may be elected yet."""
    people = result["elected"] or result["leading"]
    if people:
        return [who["candidate"] for who in people]
    rows = sorted((row for row in result["candidates"] if row["votes"] is not None), key=lambda row: -row["votes"])
    seats = sum(result["seats_by_party"].values())
    return [row["candidate"] for row in rows[:seats]]


def _short(name: str, votes: int, lead: int) -> str:
    if not lead:
        return f"{name} has as many: a lot decides."
    return f"Next is {name} with {number(votes)}: {number(lead + 1)} votes short, {number(lead)} for a lot to decide."


def _uncovered(shown: Shown, place: Place, result: JSON) -> Iterator[str]:
    """Say of a winner whose seat has to be covered by second votes whether it is, and who was the last that is."""
    if result["without_seat"] is None or len(result["seats_by_party"]) != 1:
        return
    (won_by,) = result["seats_by_party"]
    region = shown.election.areas[place[1]].region
    party = shown.election.parties[won_by].short
    others = [
        (_winners_share(other), other["name"])
        for (contest, area), other in shown.results.items()
        if contest == place[0]
        and shown.election.areas[area].region == region
        and other["without_seat"] is False
        and won_by in other["seats_by_party"]
    ]
    if not result["without_seat"]:
        yield f"Second votes of {party} in {region} cover this seat."
        return
    last = min(others, default=None)
    lowest = f"; the last that is covered won {percent(last[0])} in {last[1]}" if last else ""
    yield (
        f"No seat: second votes of {party} in {region} do not cover every constituency it won there. Its winners go in "
        f"by their share of first votes, here {percent(_winners_share(result))}{lowest}."
    )


def _winners_share(result: JSON) -> float:
    return max((row["share"] or 0.0 for row in result["candidates"]), default=0.0)


def _transferred(names: Mapping[str, str], result: JSON) -> Iterator[str]:
    """Explain a single transferable vote: who was elected at which stage by what, and who was the last to go out."""
    stages: Sequence[JSON] = result["stages"]
    yield (
        f"{number(result['valid'])} valid papers; whoever reaches the quota of {exact(stages[0]['quota'])} is elected, "
        "and what is above it passes on. While nobody is above it, whoever is last goes out, and their papers pass on."
    )
    for stage in stages:
        for candidate in stage["elected"]:
            votes, quota = Fraction(stage["votes"][candidate]), Fraction(stage["quota"])
            reached = f"with {figure(votes)}" + ("" if votes >= quota else ", without the quota: nobody else was left")
            when = "first preferences" if stage["stage"] == FIRST_PREFERENCES else f"stage {stage['stage']}"
            yield f"{names[candidate]}: {when}, {reached}."
    gone = [(stage, candidate) for stage in stages for candidate in stage["excluded"]]
    if gone:
        stage, candidate = gone[-1]
        before = next((each for each in reversed(stages) if each["stage"] < stage["stage"]), stage)
        behind = _behind(names, before, candidate)
        yield f"{names[candidate]} was the last to go out, at stage {stage['stage']}{behind}."


def _behind(names: Mapping[str, str], before: JSON, candidate: str) -> str:
    """Say how far somebody was behind the next one still in, when it was decided who goes out."""
    votes = {name: Fraction(written) for name, written in before["votes"].items()}
    quota = Fraction(before["quota"])
    still_in = [(each, name) for name, each in votes.items() if votes[candidate] <= each < quota and name != candidate]
    own = f" with {figure(votes[candidate])}"
    if not still_in:
        return own
    ahead, name = min(still_in)
    return f"{own}, {figure(ahead - votes[candidate])} behind {names[name]}"


def office_working(standings: JSON) -> list[str]:
    """Say why an office goes to whom it does: more than half of the first preferences, else the second ones added."""
    rounds, candidates = standings["rounds"], standings["candidates"]
    if not rounds:
        return []
    names = {row["candidate"]: row["name"] for row in candidates}
    firsts = sorted(rounds[0]["candidates"], key=lambda row: -row["votes"])
    valid = sum(row["votes"] for row in firsts)
    needed = valid // 2 + 1
    most = firsts[0]
    said = [f"{number(valid)} valid first preferences; {number(needed)} are more than half of them."]
    if most["votes"] >= needed:
        return [*said, f"{names[most['candidate']]} has {number(most['votes'])}, and no second preference is needed."]
    early = too_early_for_second_preferences(standings)
    so_far = f" so far, with {early}" if early else ""
    said.append(
        f"{names[most['candidate']]} has most{so_far}, {number(most['votes'])}: {number(needed - most['votes'])} short."
    )
    for before, each in pairwise(rounds):
        said += _next_round(names, before, each)
    return said


def _next_round(names: Mapping[str, str], before: JSON, each: JSON) -> Iterator[str]:
    rows = sorted(each["candidates"], key=lambda row: -row["votes"])
    out = ", ".join(names[candidate] for candidate in each["eliminated"])
    had = {row["candidate"]: row["votes"] for row in before["candidates"]}
    if rows and each["eliminated"]:
        last_in = min(rows, key=lambda row: had[row["candidate"]])["candidate"]
        first_out = max(each["eliminated"], key=lambda candidate: had.get(candidate, 0))
        behind = had[last_in] - had.get(first_out, 0)
        yield f"Out: {out}. {names[first_out]} was {number(behind)} first preferences behind {names[last_in]}."
    yield f"Their papers' second preferences count for those who remain; {number(each['not_transferred'])} do not."
    for row in rows:
        yield f"{names[row['candidate']]}: {number(row['transfers'])} come on top, {number(row['votes'])} in all."
    match rows:
        case [first, second, *_]:
            yield _short(names[second["candidate"]], second["votes"], first["votes"] - second["votes"])


def seats_explained(shown: Shown, standings: JSON) -> list[int]:
    """Number the seats of a body that have a page of their own: those from a list, or the office."""
    if shown.election.bodies[standings["body"]].office:
        return [1] if standings["rounds"] else []
    return [row["seat"] for row in standings["allocation"]]


def areas_electing(shown: Shown, standings: JSON) -> list[tuple[Place, str]]:
    """Name the areas that elect seats of a body, each with its place: there is the working of those seats."""
    return [
        (place, shown.election.areas[AreaId(place[1])].name)
        for place in shown.places_of(shown.election.bodies[standings["body"]].id)
        if shown.election.contests[place[0]].scope == "area" and not shown.election.areas[place[1]].covers
    ]
