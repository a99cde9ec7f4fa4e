"""Makes figures, plausible and arbitrary ones, for the tests of those who tell them."""

from collections import Counter

from hypothesis import strategies as st

from scanner.aws.latency import MIDDLES
from scanner.metrics import Ending, Figures, Labels
from scanner.model.outcome import Status

LABELS = Labels("inventory", "20261124T080619Z-7f3a9c", "0.1.0")
ENDING = Ending("partial", 61.5, 98.75, 2, complete_age=86_400.0, oldest_age=172_800.0)

COUNTS = st.integers(0, 10**7)
LATENCIES = st.dictionaries(st.integers(0, len(MIDDLES) - 1), COUNTS, max_size=6).map(
    lambda filled: tuple(filled.get(index, 0) for index in range(len(MIDDLES)))
)
ENDINGS = st.builds(
    Ending,
    status=st.sampled_from(["complete", "partial", "interrupted"]),
    seconds=st.floats(0, 1e6),
    coverage=st.floats(0, 100),
    accounts_failed=st.integers(0, 5000),
    complete_age=st.none() | st.floats(0, 1e8),
    oldest_age=st.none() | st.floats(0, 1e8),
)
FIGURES = st.builds(
    Figures,
    units=st.fixed_dictionaries(dict.fromkeys(Status, COUNTS)),
    records=COUNTS,
    bytes=COUNTS,
    requests=COUNTS,
    throttles=COUNTS,
    retries=COUNTS,
    throttled=st.dictionaries(st.from_regex(r"[a-z0-9-]{1,30}", fullmatch=True), COUNTS),
    latency=LATENCIES,
    in_flight=st.integers(0, 2000),
    paced=COUNTS,
    lowest_rate=st.none() | st.floats(0.5, 100),
    ending=st.none() | ENDINGS,
)


def counts(*seconds):
    """Count these answers, as a latency does."""
    filled = Counter(min(range(len(MIDDLES)), key=lambda i: abs(MIDDLES[i] - s)) for s in seconds)
    return tuple(filled[index] for index in range(len(MIDDLES)))


def units(**by_status):
    return dict.fromkeys(Status, 0) | {Status(name): count for name, count in by_status.items()}


def some(**values):
    """Make the figures of a small run, at its end."""
    return Figures(
        **{
            "units": units(complete=58, denied=2),
            "records": 700,
            "bytes": 37_000,
            "requests": 151,
            "throttles": 3,
            "retries": 4,
            "throttled": {"rds": 3},
            "latency": counts(0.1, 0.1, 2.0),
            "in_flight": 5,
            "paced": 3,
            "lowest_rate": 2.5,
            "ending": ENDING,
        }
        | values
    )
