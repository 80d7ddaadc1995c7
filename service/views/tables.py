"""Standings as comma-separated values: a line for each party, or for each candidate for an office."""

import csv
import io
from typing import Final

from service.standings.wire import JSON
from service.views.bodies import votes_contest

PARTY_COLUMNS: Final = (
    "body", "as_of", "sequence", "party", "name", "seats", "change", "gains", "losses", "certain_at_least",
    "certain_at_most", "projected_low", "projected_median", "projected_high", "contest", "votes", "share",
    "change_points",
)  # fmt: skip
CANDIDATE_COLUMNS: Final = (
    "body", "as_of", "sequence", "candidate", "name", "party", "votes", "share", "change_points", "transfers", "total",
    "elected",
)  # fmt: skip


def body_csv(standings: JSON) -> str:
    """Write a body's standings. What is not known is left empty; spreadsheets take no value for a formula."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    stamp = (standings["body"], standings["as_of"], standings["sequence"])
    if standings["candidates"]:
        table.writerow(CANDIDATE_COLUMNS)
        for row in standings["candidates"]:
            own = [row.get(name) for name in CANDIDATE_COLUMNS[len(stamp) : -1]]
            table.writerow([plain(value) for value in (*stamp, *own, "yes" if row["elected"] else "")])
        return written.getvalue()
    table.writerow(PARTY_COLUMNS)
    contest = votes_contest(standings)
    for row in standings["parties"]:
        votes = row["votes"][contest]
        certain = standings["certain"]["seats"].get(row["party"], {})
        projected = row["projection"]["seats"] if row["projection"] else {}
        own = [
            *(row[name] for name in ("party", "name", "seats", "change", "gains", "losses")),
            *(certain.get(name) for name in ("at_least", "at_most")),
            *(projected.get(name) for name in ("low", "median", "high")),
            *(contest, votes["votes"], votes["share"], votes["change_points"]),
        ]
        table.writerow([plain(value) for value in (*stamp, *own)])
    return written.getvalue()


def plain(value: object) -> object:
    """Keep a name from being taken for a formula by a spreadsheet (CWE-1236)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
