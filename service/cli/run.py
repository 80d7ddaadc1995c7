"""`run`: the service itself."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import structlog
import typer

from service.app import Started, find_election, serve
from service.cli.options import ROOT_DEFAULT, Config, Root, Test, config_folder, plain_errors, say
from service.errors import ElectionNightError
from service.logs import configure_logs
from service.settings import DATA, Http, ServeSettings

PORT_MAX: Final = 65535


def run(
    election: Annotated[
        str, typer.Option("--election", envvar="ELECTION_NIGHT_ELECTION", help="The election's name or folder.")
    ],
    broker: Annotated[
        str | None,
        typer.Option(
            "--broker",
            envvar="ELECTION_NIGHT_BROKER",
            help="The broker's address: mqtt://user:password@host:1883. Where none is named, one is started here.",
        ),
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(
            "--journal", envvar="ELECTION_NIGHT_JOURNAL", help="Where the journal is kept: var/ELECTION.sqlite."
        ),
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="The port of the broker that is started here; any free one otherwise.")
    ] = None,
    http: Annotated[
        str | None,
        typer.Option(
            "--http",
            envvar="ELECTION_NIGHT_HTTP",
            help="Where the page and the API are served: HOST:PORT, or off. "
            "If nothing is said 127.0.0.1:8765, or a free port where that one is taken.",
        ),
    ] = None,
    take_over: Annotated[
        bool,
        typer.Option(
            "--take-over", help="Start although another service, with another journal, is online on the topics."
        ),
    ] = False,
    snapshots: Annotated[
        Path | None,
        typer.Option(
            "--snapshots",
            envvar="ELECTION_NIGHT_SNAPSHOTS",
            help="A folder to which the page, its data and its cards are written as files whenever they change.",
        ),
    ] = None,
    root: Root = ROOT_DEFAULT,
    test: Test = False,
    config: Config = None,
) -> None:
    """Run the service until Ctrl-C or SIGTERM: take counts in, publish standings."""
    if port is not None and broker is not None:
        raise typer.BadParameter(
            "--port is for the broker started here, and --broker (or ELECTION_NIGHT_BROKER) names another"
        )
    configure_logs()
    with plain_errors():
        folder = find_election(election, config_folder(config))
        settings = ServeSettings(
            election=folder,
            journal=journal or DATA / f"{folder.name}{'-test' if test else ''}.sqlite",
            broker=broker,
            port=port,
            root=root,
            test=test,
            http=read_http(http),
            snapshots=snapshots,
            take_over=take_over,
        )
        try:
            asyncio.run(_until_stopped(settings))
        except ElectionNightError as error:
            structlog.get_logger().error(
                "service_failed", where=error.where, found=error.found, expected=error.expected, way_out=error.way_out
            )
            raise


def read_http(text: str | None) -> Http | None:
    """Read where to serve the page: a host and a port, or off (None); where nothing is said, on this machine alone.

    Raises:
        typer.BadParameter: it is neither.
    """
    if text is None:
        return Http(or_free=True)
    if text == "off":
        return None
    host, _, port = text.rpartition(":")
    if host and port.isascii() and port.isdecimal() and int(port[:6]) <= PORT_MAX:
        return Http(host.strip("[]"), int(port))
    raise typer.BadParameter(f"{text!r}: expected HOST:PORT such as 127.0.0.1:8765, or off")


async def _until_stopped(settings: ServeSettings) -> None:
    loop = asyncio.get_running_loop()

    def begun(stop: Callable[[], None]) -> None:
        # Under nohup a hang-up is ignored from the start, and stays so.
        hung_up = [] if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else [signal.SIGHUP]
        for number in (signal.SIGTERM, signal.SIGINT, *hung_up):
            loop.add_signal_handler(number, stop)

    def started(service: Started) -> None:
        if service.page is not None:
            say(f"page       {service.page}")
        say(f"counts     {service.topics.count('CONTEST', 'AREA')}")
        say(f"standings  {service.topics.standings_of_all}")
        say(f"broker     {service.broker}")

    await serve(settings, on_begun=begun, on_started=started)
