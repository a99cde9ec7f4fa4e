"""Whatever stops a run and wherever, going on gives the records of an undisturbed run."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.output import read_ledger, read_manifest, read_records
from tests.unit.output.support import (
    RUN_ID,
    SMALL,
    expected_keys,
    failing,
    files_of,
    keys,
    raw_records,
    scan,
    unit,
)

KEPT = (Status.COMPLETE, Status.UNAVAILABLE, Status.TRUNCATED)
FRACTIONS = st.floats(0, 1)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def works(draw, statuses=tuple(Status)):
    """Units of a few accounts and services, most small, some big enough to spill."""
    records = st.one_of(st.integers(0, 3), st.integers(0, 12))
    places = st.tuples(st.integers(0, 7), st.sampled_from(["ec2", "s3", "iam"]))
    units = draw(st.lists(places, min_size=1, max_size=14, unique=True))
    return {unit(*place): (draw(records), draw(st.sampled_from(statuses))) for place in units}


options_of = st.builds(
    lambda compression, member, file: replace(
        SMALL, compression=compression, member_bytes=member, file_bytes=file
    ),
    st.sampled_from(["gzip", "none"]),
    st.sampled_from([1, 1200, 1 << 20]),
    st.sampled_from([1, 700, 1 << 20]),
)


def completed(work):
    return {of: (records, Status.COMPLETE) for of, (records, _) in work.items()}


def ledger(out):
    return list(read_ledger(out, RUN_ID)) if (out / "coverage").exists() else []


def check_whole(out, work):
    """Every planned unit once, every record once, by any way of reading."""
    assert keys(raw_records(out)) == expected_keys(work)
    assert keys(read_records(out, RUN_ID)) == expected_keys(work)
    assert sorted(each.key for each in ledger(out)) == sorted(of.key for of in work)
    manifest = read_manifest(out, RUN_ID)
    assert manifest["records"] == len(expected_keys(work))
    named = {each["path"]: each["bytes"] for each in manifest["files"]}
    on_disk = {str(path.relative_to(out)): path.stat().st_size for path in files_of(out)}
    assert named == {
        name: size for name, size in on_disk.items() if name.startswith(("inv", "cov"))
    }


def crash(out, work, options, at, fraction, lasting):
    """Scan until the `at`-th change of a file fails; then lose what was not synced."""
    before = {path: path.stat().st_size for path in files_of(out)}
    with failing(at, lasting=lasting) as system:
        try:
            scan(out, work, options)
        except OutputError:
            system.lose(out, fraction, before)


@QUICK
@given(
    work=works(),
    options=options_of,
    crashes=st.lists(st.tuples(st.integers(1, 160), FRACTIONS, st.booleans()), max_size=4),
)
def test_crashes_at_any_step_lose_and_double_nothing(work, options, crashes):
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        for at, fraction, lasting in crashes:
            crash(out, work, options, at, fraction, lasting)
        settled = {each.key for each in ledger(out) if each.status in KEPT}
        assert scan(out, completed(work), options) == settled  # none of them is asked again
        check_whole(out, work)


@QUICK
@given(
    work=works(),
    options=options_of,
    stopped=st.booleans(),
    fractions=st.lists(FRACTIONS, min_size=40, max_size=40),
)
def test_any_prefix_of_the_files_goes_on_to_the_whole_run(work, options, stopped, fractions):
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        scan(out, work, options, finish=not stopped)
        cut = [*out.glob("inventory/**/*.jsonl*"), *out.glob("coverage/**/*.gz")]
        for path, fraction in zip(cut, fractions, strict=False):
            os.truncate(path, int(path.stat().st_size * fraction))
        done = scan(out, completed(work), options)
        assert done <= {of.key for of, (_, status) in work.items() if status in KEPT}
        check_whole(out, work)


@QUICK
@given(work=works((Status.COMPLETE,)), options=options_of, fraction=FRACTIONS)
def test_a_ledger_prefix_keeps_exactly_the_units_it_names(work, options, fraction):
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        scan(out, work, options, finish=False)
        last = max(out.glob("coverage/**/*.gz"), key=lambda path: path.stat().st_mtime_ns)
        os.truncate(last, int(last.stat().st_size * fraction))
        named = {each.key for each in ledger(out)}
        assert scan(out, work, options) == named
        check_whole(out, work)
