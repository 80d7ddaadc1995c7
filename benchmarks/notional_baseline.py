"""Work out what last time is likely to have been like in London's constituencies whose figures are not on record.

    python benchmarks/notional_baseline.py london-2021 --results 1918-2019election_results.csv

Prints rows of `baseline.csv` for the baseline `notional`: projection alone reads it. The pattern is the general
election before the night, its constituencies put together; it is scaled, by rows and columns in turn (iterative
proportional fitting), until it adds up to what is on record of last time: London's votes by party, less those of the
constituencies that are known. Where a party has no pattern of its own it has the same share everywhere.

The file named is the House of Commons Library's "UK election statistics: results by constituency, 1918-2019".
"""

import argparse
import csv
import gzip
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from service.adapters.library import default_config, find_election, read_folder
from service.counting import RULES
from service.election import LAST, Election
from service.folder import read_election
from service.ids import AreaId, ContestId, PartyId
from service.projection.race import Floats

GENERAL_ELECTION: Final = {"london-2004": "2001", "london-2012": "2010", "london-2021": "2019"}
BLOCKS: Final = {"con": "con_votes", "lab": "lab_votes", "ld": "lib_votes "}
"""The parties with a pattern of their own, by the column of the file."""
LONDON: Final = AreaId("london")
ROUNDS: Final = 200
SEATS: Final = {
    "barnet-and-camden": (
        "Chipping Barnet; Finchley & Golders Green; Hendon; Hampstead & Highgate; Hampstead And Kilburn; Holborn "
        "& St Pancras"
    ),
    "bexley-and-bromley": (
        "Bexleyheath & Crayford; Old Bexley & Sidcup; Erith & Thamesmead; Beckenham; Bromley & Chislehurst; Orpington"
    ),
    "brent-and-harrow": ("Brent East; Brent North; Brent South; Brent Central; Harrow East; Harrow West"),
    "city-and-east": (
        "Barking; Dagenham; Dagenham And Rainham; East Ham; West Ham; Bethnal Green & Bow; Poplar & Canning Town; "
        "Poplar & Limehouse"
    ),
    "croydon-and-sutton": ("Croydon Central; Croydon North; Croydon South; Carshalton & Wallington; Sutton And Cheam"),
    "ealing-and-hillingdon": (
        "Ealing Acton & Shepherd'S Bush; Ealing Central And Acton; Ealing North; Ealing Southall; Hayes & "
        "Harlington; Ruislip Northwood; Ruislip Northwood And Pinner; Uxbridge; Uxbridge And South Ruislip"
    ),
    "enfield-and-haringey": ("Edmonton; Enfield North; Enfield Southgate; Hornsey & Wood Green; Tottenham"),
    "greenwich-and-lewisham": (
        "Eltham; Greenwich & Woolwich; Lewisham Deptford; Lewisham East; Lewisham West; Lewisham West And Penge"
    ),
    "havering-and-redbridge": ("Hornchurch; Upminster; Hornchurch And Upminster; Romford; Ilford North; Ilford South"),
    "lambeth-and-southwark": (
        "Vauxhall; Streatham; Dulwich & West Norwood; North Southwark & Bermondsey; Bermondsey & Old Southwark; "
        "Camberwell & Peckham"
    ),
    "merton-and-wandsworth": ("Mitcham & Morden; Wimbledon; Battersea; Putney; Tooting"),
    "north-east": (
        "Hackney North & Stoke Newington; Hackney South & Shoreditch; Islington North; Islington South & "
        "Finsbury; Walthamstow; Leyton & Wanstead; Chingford & Woodford Green"
    ),
    "south-west": ("Brentford & Isleworth; Feltham & Heston; Kingston & Surbiton; Richmond Park; Twickenham"),
    "west-central": (
        "Hammersmith & Fulham; Hammersmith; Chelsea And Fulham; Kensington & Chelsea; Kensington; Cities Of "
        "London And Westminster; Regent'S Park & Kensington North; Westminster North"
    ),
}
"""Which seats of the House of Commons, of 1997 and of 2010, lie wholly or for the most part in a constituency."""


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("election", choices=sorted(GENERAL_ELECTION))
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--contests", nargs="+", default=["constituency", "list", "mayor"])
    arguments = parser.parse_args()
    election = read_election(read_folder(find_election(arguments.election, default_config())), rules=RULES)
    pattern = general_election(arguments.results, GENERAL_ELECTION[arguments.election])
    rows = csv.writer(sys.stdout, lineterminator="\n")
    for contest in arguments.contests:
        for area, party, votes in notional(election, ContestId(contest), pattern):
            rows.writerow(["notional", contest, area, party, votes, "", "", "", ""])


def general_election(results: Path, year: str) -> dict[str, dict[str, float]]:
    """Give the votes of each constituency by block, and in all."""
    of_seat = {seat.strip(): area for area, seats in SEATS.items() for seat in seats.split(";")}
    total = {area: dict.fromkeys([*BLOCKS, "all"], 0.0) for area in SEATS}
    with gzip.open(results, "rt") if results.suffix == ".gz" else results.open() as file:
        for row in csv.DictReader(file):
            if row["election"].strip() == year and "London" in row["country/region"]:
                there = total[of_seat[row["constituency_name"].strip()]]
                there["all"] += float(row["total_votes"])
                for party, column in BLOCKS.items():
                    there[party] += float(row[column] or 0)
    return total


def notional(
    election: Election, contest: ContestId, pattern: Mapping[str, Mapping[str, float]]
) -> Iterator[tuple[AreaId, PartyId, int]]:
    """Give the votes by area and party that are likeliest, of the areas whose own are not on record."""
    whole = election.last(contest, LONDON)
    assert whole is not None
    assert whole.all_votes is not None
    left = dict(whole.all_votes)
    areas = []
    for area in election.reporting(contest):
        last = election.last(contest, area, LAST)
        if last is None or last.all_votes is None:
            areas.append(area)
            continue
        for party, votes in last.all_votes.items():
            # Who has no line in the whole's figures is among its others.
            left[party if party in left else PartyId("others")] -= votes
    parties = [party for party, votes in left.items() if votes > 0]
    of_all = np.array([pattern[area]["all"] for area in areas])
    shape = np.array([[pattern[area].get(party, pattern[area]["all"]) for party in parties] for area in areas])
    fitted = fit(shape, of_all / of_all.sum() * sum(left[party] for party in parties), [left[each] for each in parties])
    for area, row in zip(areas, fitted, strict=True):
        yield from ((area, party, round(votes)) for party, votes in zip(parties, row, strict=True))


def fit(shape: Floats, rows: Floats, columns: list[int]) -> Floats:
    """Scale a table by rows and columns in turn until both add up."""
    fitted = shape
    for _ in range(ROUNDS):
        fitted = fitted * (np.array(columns) / fitted.sum(axis=0))
        fitted = fitted * (rows / fitted.sum(axis=1))[:, None]
    return np.asarray(fitted)


if __name__ == "__main__":
    main()
