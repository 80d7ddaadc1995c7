"""An outlook in the words of the wire."""

from collections.abc import Collection

from service.election import Body, Election
from service.ids import AreaId, CandidateId, PartyId
from service.projection import LEVEL, Range, Withheld
from service.standings.outlook.kinds import uncovered_because
from service.standings.outlook.national import too_few
from service.standings.outlook.said import Outlook
from service.standings.wire import (
    JSON,
    CandidateProjectionOut,
    CertainPartyOut,
    NationalShareOut,
    OutlookOut,
    PartyProjectionOut,
)


def party_outlook(
    outlook: Outlook | None, party: PartyId, seats: int | None, certain: CertainPartyOut | None
) -> PartyProjectionOut | None:
    """Give what is projected of one party; a party that no draw gives anything is shown with its seats as they are.

    A projection is a little older than the standings that carry it: what has become `certain` since bounds its range.
    """
    if outlook is None or isinstance(outlook.said, Withheld):
        return None
    of = outlook.said.parties.get(party)
    held = seats or 0
    low, median, high = (of.low, of.median, of.high) if of else (held, held, held)
    if certain is not None:
        low, median, high = (
            max(certain["at_least"], min(number, certain["at_most"])) for number in (low, median, high)
        )
    return PartyProjectionOut(
        sequence=outlook.sequence,
        seats={"low": low, "median": median, "high": high, "level": LEVEL},
        mean=of.mean if of else float(held),
        largest=of.largest if of else 0.0,
        majority=of.majority if of else 0.0,
        share=of.share.as_json() if of and of.share else None,
        threshold=outlook.clears_threshold.get(party),
    )


def candidate_outlook(outlook: Outlook | None, candidate: CandidateId) -> CandidateProjectionOut | None:
    """Give what is projected of a candidate for an office."""
    if outlook is None or (of := outlook.candidates.get(candidate)) is None:
        return None
    return CandidateProjectionOut(
        sequence=outlook.sequence,
        chance=of.chance,
        finalist=of.finalist,
        first=_votes(of.first),
        final=_votes(of.final),
    )


def _votes(of: Range | None) -> JSON | None:
    """Print a range of votes, which are whole."""
    return None if of is None else {"low": int(of.low), "median": int(of.median), "high": int(of.high), "level": LEVEL}


def outlook_out(body: Body, outlook: Outlook | None, declared: Collection[AreaId]) -> OutlookOut | None:
    """Give what is projected of a body beside its parties: turnout, and who may win the areas that are still open.

    Those that have `declared` since it was worked out are open no longer.
    """
    if outlook is None or isinstance(outlook.said, Withheld):
        return None
    said = outlook.said
    majority = sum(line.majority for line in said.parties.values())
    return OutlookOut(
        sequence=outlook.sequence,
        seed=f"{outlook.seed:016x}",
        draws=said.draws,
        turnout=said.turnout.as_json() if said.turnout else None,
        unheard=list(said.unheard),
        areas={
            area: chances
            for area, chances in said.areas.items()
            if 1.0 not in chances.values() and AreaId(area) not in declared
        },
        prior=outlook.prior,
        no_majority=None if body.office else round(max(0.0, 1 - majority), 4),
    )


def withheld_because(election: Election, body: Body, outlook: Outlook | None) -> str | None:
    """Say why there is no projection, None where there is one."""
    if outlook is None:
        return uncovered_because(election, body)
    return outlook.said.reason if isinstance(outlook.said, Withheld) else None


def national_out(outlook: Outlook | None) -> NationalShareOut | None:
    """Give what is projected of a whole country, None where the folder does not ask or nothing was worked out."""
    said = outlook.national if outlook is not None else None
    if outlook is None or said is None:
        return None
    basis = f"{said.wards} wards of {said.voted} of {said.authorities} authorities, by their change since {said.since}"
    printed = NationalShareOut(
        name=said.name,
        basis=basis,
        sequence=outlook.sequence,
        authorities={"voted": said.voted, "total": said.authorities},
        parties={party: share.as_json() for party, share in (said.parties or {}).items()},
    )
    if said.parties is None:
        printed["withheld"] = too_few(said)
    return printed
