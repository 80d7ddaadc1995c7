"""Where an election's areas lie on a map of tiles: `tiles.csv` of the election folder, if it has one.

It is no part of what makes the election: a tile that is moved during the night changes no digest and no standing.
"""

import csv
import io
from collections.abc import Collection
from typing import Final

from service.errors import ElectionFolderError
from service.ids import AreaId
from service.views.shown import Tile

TILES_FILE: Final = "tiles.csv"
COLUMNS: Final = ["area", "column", "row"]
PLACE_MAX: Final = 999
"""Columns and rows: more tiles in a row than any country has."""


def read_layout(written: bytes, areas: Collection[str]) -> dict[AreaId, Tile]:
    """Read the column and row of areas, from 0 at the top left.

    Raises:
        ElectionFolderError: a line is none of an area with its place, or two areas have the same.
    """
    table = csv.reader(io.StringIO(written.decode("utf-8-sig", errors="replace")))
    tiles: dict[AreaId, Tile] = {}
    for row in table:
        match row:
            case ["area", "column", "row"] if table.line_num == 1:
                continue
            case [str(area), str(column), str(line)] if area in areas and _is_place(column) and _is_place(line):
                tile = int(column), int(line)
                if AreaId(area) not in tiles and tile not in tiles.values():
                    tiles[AreaId(area)] = tile
                    continue
        raise ElectionFolderError(
            where=f"{TILES_FILE}:{table.line_num}",
            found=",".join(row),
            expected=f"{','.join(COLUMNS)}: an area of the election, whole numbers from 0, each area and place once",
            way_out=f"Mend the line, or remove {TILES_FILE}: areas are then drawn in rows.",
        )
    return tiles


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text[:4]) <= PLACE_MAX
