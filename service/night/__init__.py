"""The night: the pure heart of the service. `Night.apply` takes records in order and says what each one changed.

Same records, same night: nothing here reads a clock, draws a random number, logs or opens a file.
"""

from service.night.changes import Changes
from service.night.events import Event
from service.night.forecast import Forecaster, WithoutModels
from service.night.kept_out import Place
from service.night.night import Night
from service.night.opening import COUNTING_VERSION, opening_of
from service.night.told import Told

__all__ = [
    "COUNTING_VERSION",
    "Changes",
    "Event",
    "Forecaster",
    "Night",
    "Place",
    "Told",
    "WithoutModels",
    "opening_of",
]
