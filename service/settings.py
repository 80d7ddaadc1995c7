"""Settings: what can be chosen when the service starts, each by an option of the command or an environment variable."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = "elections"
"""The topics' root where none is chosen."""

DATA: Final = Path("var")
"""Where journals and the embedded broker's store are kept where nothing else is chosen, below the present folder."""


@dataclass(frozen=True, slots=True)
class Http:
    """Where the page is served: a host and a port (0: a free one). `or_free` takes a free one if the port is taken."""

    host: str = "127.0.0.1"
    port: int = 8765
    or_free: bool = False


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """What one run of the service needs to know.

    `broker` is None for the embedded one, which then listens on `port` (None: a free one) and keeps its store in
    `store`. `http` is where the page is served, None for nowhere; `snapshots` the folder to which it is written as
    files. `test` opens the journal for a test night, on which only messages marked `test` are let in.
    `take_over` starts it although another service is online on its topics.
    """

    election: Path
    journal: Path
    broker: str | None = None
    store: Path | None = None
    port: int | None = None
    root: str = ROOT
    test: bool = False
    http: Http | None = None
    snapshots: Path | None = None
    take_over: bool = False
