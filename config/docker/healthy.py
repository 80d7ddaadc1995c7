"""Is the service there? Exit status 0 if its retained status says online, within five seconds.

The broker itself publishes offline when the service vanishes, so what is retained is true of a service that hangs, too.
"""

import asyncio
import os
import sys
from typing import Final

from service.adapters.broker import Address
from service.app import find_election, load_election
from service.cli.options import ROOT_DEFAULT, config_folder
from service.cli.watching import Watcher
from service.topics import Topics

ANSWER_S_MAX: Final = 5.0


async def online(election: str, broker: str, root: str) -> bool:
    """Say whether the status of an election's service is online."""
    topics = Topics(root, load_election(find_election(election, config_folder(None))).id)
    async with Watcher(Address.parse(broker), topics) as watcher:
        return await watcher.until(lambda seen: seen.status.get("status") == "online", seconds=ANSWER_S_MAX)


if __name__ == "__main__":
    settings = [os.environ["ELECTION_NIGHT_ELECTION"], os.environ["ELECTION_NIGHT_BROKER"]]
    sys.exit(not asyncio.run(online(*settings, os.environ.get("ELECTION_NIGHT_ROOT", ROOT_DEFAULT))))
