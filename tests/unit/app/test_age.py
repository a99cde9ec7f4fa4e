"""How old what is known is: of whole runs, and of the unit that was neglected longest."""

from datetime import UTC, datetime, timedelta
from functools import partial

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.app import age
from scanner.app.age import Ages, ages, oldest_seen
from scanner.model.outcome import Outcome, Status
from scanner.output import Options, create_run
from tests.unit.output.support import summary, unit

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
C, D, N, U = Status.COMPLETE, Status.DENIED, Status.NOT_ATTEMPTED, Status.UNAVAILABLE


def at(day):
    """Name the morning of a day in November, as ledgers do."""
    return f"2026-11-{day:02d}T03:00:00.000Z"


def line(name, status, day):
    return Outcome(name, "eu-west-1", "ec2", status, started_at=at(day) if day else None)


def night(day, **statuses):
    return [line(name, status, day) for name, status in statuses.items()]


CASES = {
    # this run, earlier runs from the newest on, when the most neglected was last seen whole
    "all whole": (night(24, a=C, b=C), [night(23, a=C, b=C)], 24),
    "one was whole last night": (night(24, a=C, b=D), [night(23, a=C, b=C)], 23),
    "one was whole long ago": (
        night(24, a=C, b=D), [night(23, a=C, b=D), night(20, a=C, b=C), night(19, a=C, b=C)], 20,
    ),
    "one was never whole": (
        night(24, a=C, b=D), [night(23, a=C, b=D), night(20, a=D, b=D)], 20,
    ),
    "one is new": (night(24, a=C, b=D), [night(23, a=C)], 23),
    "the first run, with a hole": (night(24, a=C, b=D), [], 24),
    "what can't be there is whole": (night(24, a=C, b=U), [night(23, a=C, b=D)], 24),
    "two holes, the older counts": (
        night(24, a=N, b=N), [night(23, a=C, b=N), night(22, a=C, b=C)], 22,
    ),
    "a unit of earlier that is not planned any more": (
        night(24, a=C), [night(3, a=C, gone=C)], 24,
    ),
    "started at no time": ([line("a", U, None), line("b", C, 24)], [], 24),
    "nothing at all": ([], [], None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_most_neglected_unit_was_last_seen(name):
    run, before, day = CASES[name]
    flat = (outcome for each in before for outcome in each)

    assert oldest_seen(run, flat) == (at(day) if day else None)


@given(
    st.lists(
        st.lists(st.sampled_from([C, U, D, N]), min_size=4, max_size=4), min_size=1, max_size=5
    )
)
def test_it_is_the_oldest_of_the_newest_sightings(nights):
    runs = [
        [line(str(number), status, 24 - back) for number, status in enumerate(statuses)]
        for back, statuses in enumerate(nights)
    ]
    sightings = [
        next((24 - back for back, each in enumerate(nights) if each[number].settled), None)
        for number in range(4)
    ]
    oldest = 24 - len(nights) + 1
    before = (outcome for each in runs[1:] for outcome in each)

    expected = oldest if None in sightings else min(sightings)
    assert oldest_seen(runs[0], before) == at(expected)


def test_earlier_ledgers_are_read_no_further_than_needed():
    def before():
        yield line("b", C, 23)
        raise AssertionError

    assert oldest_seen(night(24, a=C, b=D), before()) == at(23)
    assert oldest_seen(night(24, a=C), before()) == at(24)


def test_no_more_units_are_looked_for_than_memory_allows(monkeypatch):
    monkeypatch.setattr(age, "MOST_MISSING", 2)
    run = night(24, a=D, b=D, c=D)

    assert oldest_seen(run, iter([line("a", C, 22), line("b", C, 23), line("c", C, 2)])) == at(22)


def write(out, day, **statuses):
    """Write a run of that night, one unit a name; returns its id."""
    run_id = f"202611{day:02d}T030000Z-00000{day % 10}"
    whole = all(each.settled for each in statuses.values())
    when = datetime(2026, 11, day, 3, 0, tzinfo=UTC)
    clock = iter(when + timedelta(hours=hours) for hours in range(9))

    async def main():
        opening = partial(create_run, plan={}, options=Options(clock=lambda: next(clock)))
        async with opening(out, run_id) as run:
            for name, status in statuses.items():
                of = unit(int(name, 36))
                done = Outcome(
                    of.account.id, of.region, of.service, status, started_at=at(day)
                )  # fmt: skip
                await run.commit(run.open_unit(of), done)
            await run.finish(summary(len(statuses), "complete" if whole else "partial"))

    anyio.run(main)
    return run_id


HOUR, DAY = 3600.0, 86_400.0


def test_a_complete_run_is_as_old_as_itself(tmp_path):
    write(tmp_path, 22, a=C, b=C)
    run_id = write(tmp_path, 24, a=C, b=C)

    assert ages(tmp_path, run_id, NOW) == Ages(complete=8 * HOUR, oldest=9 * HOUR)


def test_a_partial_run_looks_back_at_runs_that_were_partial_too(tmp_path):
    write(tmp_path, 10, a=C, b=C)
    write(tmp_path, 22, a=D, b=C)
    write(tmp_path, 23, a=C, b=D)
    run_id = write(tmp_path, 24, a=C, b=D)

    assert ages(tmp_path, run_id, NOW) == Ages(
        complete=14 * DAY + 8 * HOUR, oldest=2 * DAY + 9 * HOUR
    )


def test_where_no_run_was_complete_none_has_an_age(tmp_path):
    run_id = write(tmp_path, 24, a=C, b=D)

    assert ages(tmp_path, run_id, NOW) == Ages(complete=None, oldest=9 * HOUR)


def test_runs_later_than_this_one_tell_nothing_of_it(tmp_path):
    run_id = write(tmp_path, 22, a=D)
    write(tmp_path, 23, a=C)

    assert ages(tmp_path, run_id, NOW).oldest == 2 * DAY + 9 * HOUR


def test_a_run_without_manifest_has_shown_nothing_to_anybody(tmp_path):
    write(tmp_path, 22, a=C)
    unfinished = write(tmp_path, 23, a=C)
    (tmp_path / "runs" / unfinished / "manifest.json").unlink()
    (tmp_path / "latest.json").unlink()
    run_id = write(tmp_path, 24, a=D)

    assert ages(tmp_path, run_id, NOW).oldest == 2 * DAY + 9 * HOUR


def test_looking_back_has_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(age, "MOST_LINES", 1)
    write(tmp_path, 10, a=C)
    write(tmp_path, 20, a=D)
    run_id = write(tmp_path, 24, a=D)

    assert ages(tmp_path, run_id, NOW).oldest == 4 * DAY + 9 * HOUR
