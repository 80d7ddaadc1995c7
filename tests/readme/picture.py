"""The README's picture: the demonstration's screen, drawn from the same night, near its end."""

import io
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from service.app import as_records, election_of, find_night, forecaster_of, messages_of
from service.night import Night
from service.records import moment
from service.views.terminal import news, screen
from tests.readme.parts import ROOT

PICTURE: Final = ROOT / "config" / "pictures" / "demo.svg"

NIGHT: Final = "london-2012"

MESSAGES: Final = 31
"""Of 32: the Assembly is complete, and the mayor's second preferences are still to come."""

COLUMNS: Final = 100

THEME: Final = TerminalTheme(
    (30, 32, 36),
    (217, 220, 224),
    [(0, 0, 0), *[(128, 128, 128)] * 6, (255, 255, 255)],
)
"""Black is black, as on a real terminal: it is written on the parties' own colours."""

# As rich has it, but for the address of a font: a page that shows pictures lets them fetch nothing.
FORMAT: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>The demonstration near its end: London, 4 May 2012</title>
<style>
.{unique_id}-matrix {{ font: {char_height}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
.{unique_id}-title {{ font: bold 18px system-ui, "DejaVu Sans", sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def draw(config: Path = ROOT / "config") -> str:
    """Draw the screen as SVG; the same code and night give the same picture."""
    recorded = find_night(NIGHT, config)
    messages = list(messages_of(recorded))
    election = election_of(recorded, messages, config)
    night, events = Night(election), list[dict[str, Any]]()
    for record in as_records(election, messages[:MESSAGES], test=False):
        events += night.apply(record).events
    at = moment(messages[MESSAGES - 1].at_us).isoformat(sep=" ", timespec="minutes")
    foot = Text(f"{recorded.name} · message {MESSAGES} of {len(messages)} · {at}")
    outlooks = forecaster_of(election).outlooks(night)
    standings = [dict(night.standings(body, outlooks.get(body))) for body in sorted(election.bodies)]
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    console.print(screen(standings, news(events), foot))
    return console.export_svg(title="make demo", theme=THEME, code_format=FORMAT, unique_id="demo")
