"""Two real brokers for any test that asks for one; and no example of a property is timed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.brokers import RealBroker, running

# Speed is no property: on a slow or busy machine an example takes as long as it takes.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(params=["nats", "mosquitto"])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RealBroker]:
    """Give each of the two brokers in turn."""
    async with running(request.param, tmp_path) as real:
        yield real


@pytest.fixture
async def nats_broker(tmp_path: Path) -> AsyncIterator[RealBroker]:
    """Give the broker that is embedded."""
    async with running("nats", tmp_path) as real:
        yield real


@pytest.fixture
async def mosquitto_broker(tmp_path: Path) -> AsyncIterator[RealBroker]:
    """Give the second one, or skip where it is not installed."""
    async with running("mosquitto", tmp_path) as real:
        yield real
