"""The service, made to die: `python -m tests.service.dying append:before:2 --election ...` kills itself with SIGKILL.

It dies before, within or after the nth call of one step on a count's way, as a power cut would: nothing is flushed.
"""

import functools
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from service.adapters.broker import BrokerLink
from service.adapters.journal import Journal
from service.cli import main
from service.night import Night

STEPS: Final[dict[str, tuple[type[Any], str]]] = {
    "append": (Journal, "append"),
    "acknowledge": (BrokerLink, "acknowledge"),
    "apply": (Night, "apply"),
    "keep": (Journal, "keep_publications"),
    "publish": (BrokerLink, "publish"),
}
ASYNCHRONOUS: Final = ("acknowledge", "publish")

WRITING_S: Final = 0.1
"""A disk takes its time: whatever was handed to the network before has gone out when the process dies."""


def die_at(step: str, when: str, nth: int) -> None:
    """Have the process kill itself before or after the nth call (from 1) of a step."""
    owner, name = STEPS[step]
    setattr(owner, name, (_dying_async if step in ASYNCHRONOUS else _dying)(getattr(owner, name), when, nth))


def _dying(call: Callable[..., Any], when: str, nth: int) -> Callable[..., Any]:
    calls = 0

    @functools.wraps(call)
    def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if (calls, when) == (nth, "before"):
            time.sleep(WRITING_S)
            os.kill(os.getpid(), signal.SIGKILL)
        given = call(*arguments, **named)
        if (calls, when) == (nth, "after"):
            os.kill(os.getpid(), signal.SIGKILL)
        return given

    return dying


def _dying_async(call: Callable[..., Any], when: str, nth: int) -> Callable[..., Any]:
    calls = 0

    @functools.wraps(call)
    async def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        mine = calls
        if (mine, when) == (nth, "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        given = await call(*arguments, **named)
        if (mine, when) == (nth, "after"):
            os.kill(os.getpid(), signal.SIGKILL)
        return given

    return dying


if __name__ == "__main__":
    at_step, at_when, at_nth = sys.argv.pop(1).split(":")
    die_at(at_step, at_when, int(at_nth))
    sys.argv.insert(1, "run")
    main()
