"""What counting refuses to count, and nothing else: ties, lots and empty seats are results.

One tree, so that a caller can stop on everything with one name::

    CountingError           a contest cannot be counted as asked
    ├── VotesError          the votes cannot be true: a negative count, a table that does not add up
    ├── RuleError           no such rule, or its parameters cannot be law
    └── LotError            a lot that is not an order of the options it was drawn among

A rule given votes of another kind is a ``TypeError`` that names both: a mistake in the calling code, not in a count.
"""


class CountingError(ValueError):
    """A contest cannot be counted as asked."""


class VotesError(CountingError):
    """The votes cannot be true."""


class RuleError(CountingError):
    """There is no such rule, or its parameters are out of range."""


class LotError(CountingError):
    """A lot is not an order of the options it was drawn among."""
