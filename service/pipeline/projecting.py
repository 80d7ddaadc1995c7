"""Projecting beside the night, at its own pace: no count waits for a model, whatever is wrong with it.

A body's model answers in a thread of its own. One that fails, or answers nonsense, is withheld and asked again after
the next count. One that takes too long is said to be late and left alone until it has answered, for a thread cannot be
stopped; the other bodies go on, and a late answer counts when it comes. So there is never more than one thread a body.
"""

import asyncio
import contextlib
import threading
from functools import partial
from typing import Final

import structlog

from service.ids import BodyId
from service.night import Forecaster, Night
from service.night.forecast import Question
from service.pipeline.answers import FAILED, LATE, why_nonsense
from service.pipeline.outbox import Outbox
from service.pipeline.ports import Clock
from service.projection import Withheld
from service.standings import NOT_YET, Outlook

PROJECTION_INTERVAL_S: Final = 1.0
"""A projection is worked out at most so often: what it says moves slowly, and it takes a core while it thinks."""

ANSWER_S_MAX: Final = 10.0
"""A model that answers at all has done so by then: the largest body takes a fiftieth of it."""

GOODBYE_S_MAX: Final = 2.0
"""How long a stop waits for answers under way; one that hangs is left to end with the process."""


class Projecting:
    """The models of a night at work; what they say goes to the outbox. `run` never ends of its own accord."""

    def __init__(self, forecaster: Forecaster, night: Night, outbox: Outbox, clock: Clock) -> None:
        self._forecaster: Final = forecaster
        self._night: Final = night
        self._outbox: Final = outbox
        self._clock: Final = clock
        self._thinking: Final[dict[BodyId, asyncio.Future[Outlook]]] = {}
        self._changed_meanwhile: Final[set[BodyId]] = set()
        self._log: Final = structlog.get_logger().bind(election=night.election.id)
        for body in forecaster.bodies:
            outbox.add_outlook(body, Outlook(0, 0, Withheld(NOT_YET)))

    async def run(self) -> None:
        """Project what has changed, one body after the other, again and again."""
        while True:
            await self._outbox.unprojected.wait()
            for body in self._outbox.take_unprojected():
                if body in self._thinking:
                    self._changed_meanwhile.add(body)
                elif body in self._forecaster.bodies:
                    await self._project(body)
            await self._clock.sleep(PROJECTION_INTERVAL_S)

    async def end(self) -> None:
        """Wait a little for answers under way: a process had better not end in the middle of their arithmetic."""
        if self._thinking:
            await asyncio.wait(self._thinking.values(), timeout=GOODBYE_S_MAX)

    async def _project(self, body: BodyId) -> None:
        sequence = self._night.stamp.sequence
        try:
            question = self._forecaster.ask(self._night, body)
            answer = self._think(question)
        except Exception as fault:  # noqa: BLE001 - whatever is wrong with a model, the counts go on
            self._withhold_failed(body, sequence, 0, repr(fault))
            return
        limit = asyncio.create_task(self._clock.sleep(ANSWER_S_MAX), name="projection limit")
        try:
            await asyncio.wait((answer, limit), return_when=asyncio.FIRST_COMPLETED)
        finally:
            limit.cancel()
        if not answer.done():
            self._log.warning("projection_late", body=body, sequence=sequence, seconds=ANSWER_S_MAX)
            self._outbox.add_outlook(body, Outlook(sequence, question.seed, Withheld(LATE)))

    def _think(self, question: Question) -> asyncio.Future[Outlook]:
        """Have a question answered in a thread that ends with the process at the latest."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outlook] = loop.create_future()

        def think() -> None:
            try:
                settle = partial(answer.set_result, self._forecaster.answer(question))
            except BaseException as fault:  # noqa: BLE001 - as above; what would end a process ends this thread alone
                settle = partial(answer.set_exception, RuntimeError(repr(fault)))
            with contextlib.suppress(RuntimeError):  # the service has ended meanwhile
                loop.call_soon_threadsafe(settle)

        threading.Thread(target=think, name=f"projection of {question.body}", daemon=True).start()
        self._thinking[question.body] = answer
        answer.add_done_callback(partial(self._take, question))
        return answer

    def _take(self, question: Question, answer: asyncio.Future[Outlook]) -> None:
        """Pass an answer on, whether in time or late; ask again what has changed while it was late."""
        body = question.body
        del self._thinking[body]
        fault = answer.exception()
        reason = str(fault) if fault is not None else why_nonsense(self._night.election, answer.result())
        if reason is None:
            self._outbox.add_outlook(body, answer.result())
        else:
            self._withhold_failed(body, question.sequence, question.seed, reason)
        if body in self._changed_meanwhile:
            self._changed_meanwhile.remove(body)
            self._outbox.ask_again(body)

    def _withhold_failed(self, body: BodyId, sequence: int, seed: int, reason: str) -> None:
        self._log.warning("projection_failed", body=body, sequence=sequence, reason=reason)
        self._outbox.add_outlook(body, Outlook(sequence, seed, Withheld(FAILED)))
