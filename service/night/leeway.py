"""Whether the seats of a few areas in doubt could change what a model is sure of about a whole body."""

from typing import Final

from service.election import Body, Election
from service.night.kept_out import Place
from service.projection import Projection
from service.standings import Counted, Outlook, seats_in_all

BODY_QUESTIONS: Final = ("largest", "control")


def beyond_doubt(
    election: Election, body: Body, counted: Counted, outlook: Outlook | None, doubtful: frozenset[Place]
) -> frozenset[str]:
    """Name the questions of a body that have one answer in every draw, whoever wins the seats of the doubtful areas.

    None where nothing is projected, nor where an area's votes count for more than its own seats: lists, an office.
    """
    if outlook is None or not isinstance(outlook.said, Projection) or body.office:
        return frozenset()
    if any(election.contests[name].scope != "area" for name in body.contests):
        return frozenset()
    seats = [election.seats_in(*place) for place in doubtful]
    in_all = seats_in_all(body, counted)
    if in_all is None or None in seats:
        return frozenset()
    at_stake, majority = sum(number or 0 for number in seats), in_all // 2 + 1
    return frozenset(of for of in BODY_QUESTIONS if _has_one_answer(of, outlook.said, at_stake, majority))


def _has_one_answer(of: str, said: Projection, at_stake: int, majority: int) -> bool:
    least = {party: min(line.distribution, default=0) - at_stake for party, line in said.parties.items()}
    most = {party: max(line.distribution, default=0) + at_stake for party, line in said.parties.items()}
    if of == "control":
        nobody = max([at_stake, *most.values()]) < majority
        return nobody or any(seats >= majority for seats in least.values())
    # A party that never has a seat in a draw may have those at stake.
    return any(
        seats > max([at_stake, *(others for other, others in most.items() if other != party)])
        for party, seats in least.items()
    )
