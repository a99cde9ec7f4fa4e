"""Runs cut short by any deadlines, resumed, come to what one undisturbed run has."""

import tempfile
from collections import Counter
from contextlib import contextmanager
from functools import partial
from itertools import chain, repeat
from pathlib import Path

import anyio
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.virtual_time import run as run_in_no_time
from scanner.engine.deadline import Deadline
from scanner.engine.plan import make_plan
from scanner.engine.run import Means, Progress, Run
from scanner.engine.schedule import make_schedule
from scanner.model.outcome import Status
from scanner.model.resource import Call, ResourceType
from scanner.model.target import Account, Regions
from scanner.output import Options, create_run, read_ledger, read_manifest, read_records, resume_run
from tests.unit.engine.workbench import Leases, Lent
from tests.unit.output.support import RUN_ID, failing, keys, record, summary

OPEN_UNITS = 3
MARGIN = 0.5
SMALL = Options(unit_bytes=1500, member_bytes=1000, queue_units=6)
KIND = "AWS::Test::Thing"


def plan_of(accounts, services):
    types = [
        ResourceType(KIND, service=f"s{number}", list=Call("L"), id="I")
        for number in range(services)
    ]
    regions = Regions(("eu-west-1", "us-east-1"))
    return make_plan([(Account(f"{number:012d}"), regions) for number in range(accounts)], types)


@st.composite
def works(draw):
    """Draw a plan and, for each of its units, how long it takes and what it finds."""
    plan = plan_of(draw(st.integers(1, 4)), draw(st.integers(1, 3)))
    effort = st.tuples(st.floats(0.01, 10), st.integers(0, 5))
    return plan, {unit.key: draw(effort) for unit in plan.units()}


def task_of(efforts):
    async def task(ctx):
        seconds, records = efforts[ctx.unit.key]
        for number in range(records):
            await anyio.sleep(seconds / (records + 1))
            yield record(ctx.unit, number)
        await anyio.sleep(seconds / (records + 1))
        ctx.tally.finished(KIND)

    return task


@contextmanager
def quick():
    """Sync no file and print no log line: a power cut is another test's business."""
    with failing(10**9), structlog.testing.capture_logs():
        yield


async def night(out, plan, efforts, seconds):
    """Run what is left within a deadline; return whether the run is complete, and how late it was."""
    clock = anyio.current_time
    deadline = Deadline(clock() + seconds, clock)
    opening = resume_run if (out / "runs" / RUN_ID).exists() else partial(create_run, plan={})
    progress = Progress()
    async with opening(out, RUN_ID, options=SMALL) as output:
        deadline.reserve(MARGIN)
        schedule = make_schedule(plan, output.done, OPEN_UNITS)
        means = Means(
            "run", None, Lent(), Leases(), lambda _: "us-east-1", clock=clock,
            deadline=deadline, durations=schedule.durations,
        )  # fmt: skip
        work = Run(means, task_of(efforts), output, progress)
        await work.work(schedule.units(), OPEN_UNITS, plan.shared(), schedule.long)
        status = "partial" if progress.late else "complete"
        await output.finish(summary(len(plan), status))
    return progress.late, clock() - deadline.at


def check(out, plan, efforts):
    """Check that what is there is a run: a line a unit, whole units only; return the complete."""
    outcomes = {each.key: each for each in read_ledger(out, RUN_ID)}
    by_status = Counter(each.status for each in outcomes.values())
    complete = {key for key, each in outcomes.items() if each.status is Status.COMPLETE}
    found = keys(read_records(out, RUN_ID))
    manifest = read_manifest(out, RUN_ID)

    assert sum(1 for _ in read_ledger(out, RUN_ID)) == len(outcomes) == len(plan)
    assert by_status.keys() <= {Status.COMPLETE, Status.NOT_ATTEMPTED}
    assert manifest["planned"] == sum(manifest["by_status"].values()) == len(plan)
    assert found == truth(efforts, complete)
    for each in outcomes.values():
        if each.status is Status.NOT_ATTEMPTED:
            assert (each.file, each.records) == (None, 0)
            assert "deadline" in each.types[KIND].error
    return complete


def truth(efforts, units):
    return sorted(f"{key}/thing-{n}" for key in units for n in range(efforts[key][1]))


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(works(), st.lists(st.floats(0.05, 30), max_size=4))
def test_any_deadlines_lead_to_the_whole_and_each_run_is_home_in_time(work, deadlines):
    plan, efforts = work
    enough = 2 * max(seconds for seconds, _ in efforts.values()) + 2 * MARGIN
    with tempfile.TemporaryDirectory() as folder, quick():
        out, before = Path(folder), set()
        for number, seconds in enumerate(chain(deadlines, repeat(enough))):
            late, over = run_in_no_time(night, out, plan, efforts, seconds)
            complete = check(out, plan, efforts)

            assert over < 0.001
            assert before <= complete
            assert late == len(plan) - len(complete)
            assert number < len(deadlines) or len(complete) > len(before) or not late
            before = complete
            if not late:
                break
        assert keys(read_records(out, RUN_ID)) == truth(efforts, efforts)


@settings(max_examples=5)
@given(works())
def test_without_a_deadline_nothing_is_late(work):
    plan, efforts = work
    with tempfile.TemporaryDirectory() as folder, quick():
        late, _ = run_in_no_time(night, Path(folder), plan, efforts, float("inf"))

        assert late == 0
        assert len(check(Path(folder), plan, efforts)) == len(plan)
