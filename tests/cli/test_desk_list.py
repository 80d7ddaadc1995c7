"""What the desk is shown of what waits: names that can be copied, and a stranger's words that do no harm."""

import io
from typing import Any

from rich.console import Console

from service.cli.desk import waiting_table


def shown(kept: dict[str, Any], *, width: int) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(waiting_table([{"contest": "constituency", "area": "city-and-east", "messages": [kept]}]))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_contents_name_stands_whole_in_the_narrowest_terminal() -> None:
    finding = {"code": "E301", "reason": "votes do not add up: " + "figures " * 20}
    kept = {"content": "8493d6ba99bd642d", "source": "city-and-east-count", "revision": 1, "findings": [finding]}
    assert "8493d6ba99bd642d" in shown(kept, width=50)


def test_what_a_stranger_wrote_is_shown_as_it_is() -> None:
    finding = {"code": "E105", "reason": "unknown field: '[/b]'"}
    kept = {"content": "879ad9b1a19e0161", "source": None, "revision": None, "findings": [finding]}
    assert "unknown field: '[/b]'" in shown(kept, width=100)
