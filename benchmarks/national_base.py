"""Work out how London's boroughs voted at the general election before their councils were elected.

    python benchmarks/national_base.py > config/elections/london-boroughs-2022/national.csv

The votes are those of commons-2019 as recorded here; a seat of the House of Commons that lies in two boroughs counts
half for each, unless nearly all of it is in one.
"""

import csv
import sys
from collections import defaultdict
from typing import Final

from service.adapters.library import default_config, find_night
from service.app import election_of, messages_of, recount
from service.ids import AreaId, ContestId

NIGHT: Final = "commons-2019"
CONTEST: Final = ContestId("constituency")
TOLD: Final = ("lab", "con", "ld", "green")
SEATS: Final = {
    "barking-and-dagenham": "barking dagenham-and-rainham",
    "barnet": "chipping-barnet finchley-and-golders-green hendon",
    "bexley": "bexleyheath-and-crayford old-bexley-and-sidcup erith-and-thamesmead",
    "brent": "brent-central brent-north hampstead-and-kilburn",
    "bromley": "beckenham bromley-and-chislehurst orpington lewisham-west-and-penge",
    "camden": "hampstead-and-kilburn holborn-and-st-pancras",
    "croydon": "croydon-central croydon-north croydon-south",
    "ealing": "ealing-central-and-acton ealing-north ealing-southall",
    "enfield": "edmonton enfield-north enfield-southgate",
    "greenwich": "eltham greenwich-and-woolwich erith-and-thamesmead",
    "hackney": "hackney-north-and-stoke-newington hackney-south-and-shoreditch",
    "hammersmith-and-fulham": "hammersmith chelsea-and-fulham",
    "haringey": "hornsey-and-wood-green tottenham",
    "harrow": "harrow-east harrow-west ruislip-northwood-and-pinner",
    "havering": "hornchurch-and-upminster romford dagenham-and-rainham",
    "hillingdon": "hayes-and-harlington uxbridge-and-south-ruislip ruislip-northwood-and-pinner",
    "hounslow": "brentford-and-isleworth feltham-and-heston",
    "islington": "islington-north islington-south-and-finsbury",
    "kensington-and-chelsea": "kensington chelsea-and-fulham",
    "kingston-upon-thames": "kingston-and-surbiton richmond-park",
    "lambeth": "streatham vauxhall dulwich-and-west-norwood",
    "lewisham": "lewisham-deptford lewisham-east lewisham-west-and-penge",
    "merton": "mitcham-and-morden wimbledon",
    "newham": "east-ham west-ham",
    "redbridge": "ilford-north ilford-south leyton-and-wanstead chingford-and-woodford-green",
    "richmond-upon-thames": "richmond-park twickenham",
    "southwark": "bermondsey-and-old-southwark camberwell-and-peckham dulwich-and-west-norwood",
    "sutton": "carshalton-and-wallington sutton-and-cheam",
    "tower-hamlets": "bethnal-green-and-bow poplar-and-limehouse",
    "waltham-forest": "walthamstow leyton-and-wanstead chingford-and-woodford-green",
    "wandsworth": "battersea putney tooting",
    "westminster": "cities-of-london-and-westminster westminster-north",
}


def main() -> None:
    """Print the rows: by borough the votes of each party, and without a party all of them."""
    config = default_config()
    recorded = find_night(NIGHT, config)
    messages = tuple(messages_of(recorded))
    night = recount(election_of(recorded, messages, config), messages)
    boroughs = defaultdict(list)
    for borough, seats in SEATS.items():
        for seat in seats.split():
            boroughs[seat].append(borough)
    votes: defaultdict[tuple[str, str], float] = defaultdict(float)
    for seat, there in boroughs.items():
        figures = night.counted.areas[CONTEST][AreaId(seat)].figures
        standing = night.election.standing(CONTEST, AreaId(seat))
        for candidate, number in (figures.all_votes or {} if figures else {}).items():
            party = standing[candidate].party
            for borough in there:
                for line in ("", party) if party in TOLD else ("",):
                    votes[borough, line] += number / len(there)
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(["authority", "party", "votes"])
    for borough in SEATS:
        rows.writerows([borough, party, round(votes[borough, party])] for party in (*TOLD, ""))


if __name__ == "__main__":
    main()
