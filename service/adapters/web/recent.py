"""What was made last is kept: so many things, those that nobody has asked for longest ago go first."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps up to `most` things by what they are asked for with. Not for two threads at once."""

    def __init__(self, most: int) -> None:
        self._most: Final = most
        self._kept: Final[OrderedDict[K, V]] = OrderedDict()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Give what is kept, or make it."""
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]
