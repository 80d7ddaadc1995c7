"""What there is to show of a night after so many of its messages, with all that a service tells, and without one.

Nothing here waits for anything: whether a projection has come is the test's to say, and no matter of speed.
"""

from collections.abc import Sequence

from service.app import recount
from service.ids import AreaId
from service.records import Message
from service.standings.wire import encode
from service.views.board import Board
from service.views.layout import TILES_FILE, read_layout
from service.views.pages import static_files
from service.views.shown import Shown, Tile
from tests.service.nights import Recorded, ending, recorded


def told(name: str, number: int, *, projected: bool, more: Sequence[Message] = ()) -> Shown:
    """Tell a board the first messages of a night and `more` after them, with or without what is projected of it."""
    night = recorded(name)
    messages = [*night.messages[:number], *more]
    board = Board(night.election, night.topics, tiles_of(night))
    said = ending(night, messages)
    board.tell((topic, encode(payload)) for topic, payload in said.retained.items())
    board.tell((night.topics.events, encode(event)) for event in said.events.values())
    if not projected:
        counted = recount(night.election, messages)
        bodies = night.election.bodies
        board.tell((night.topics.standings(body), encode(counted.standings(body, None))) for body in bodies)
    return board.shown()


def tiles_of(night: Recorded) -> dict[AreaId, Tile]:
    file = night.folder / TILES_FILE
    return read_layout(file.read_bytes(), night.election.areas) if file.exists() else {}


def styled(page: str) -> str:
    """Put the style sheet into a page, which then needs nothing else."""
    style = next(content for name, content in static_files().items() if name.endswith(".css")).decode()
    return page.replace("</head>", f"<style>{style}</style></head>")
