"""However a run is shared out, and whatever stops which shard, the whole is that of one run."""

import os
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.plan import make_plan
from scanner.model.errors import OutputError
from scanner.model.outcome import Status
from scanner.model.resource import Call, ResourceType
from scanner.model.shard import Shard
from scanner.model.target import Account, Regions
from scanner.output import read_latest, read_ledger, read_manifest
from scanner.output.layout import Layout
from tests.property.test_output import FRACTIONS, QUICK, check_whole, options_of, works
from tests.unit.output.support import RUN_ID, SMALL, failing, files_of, scan, scan_shard

account_ids = st.from_regex(r"[0-9]{12}", fullmatch=True)
TYPES = [ResourceType(f"{each}:x", service=each, list=Call("L"), id="I") for each in "ab"]


@given(account_ids, st.integers(1, 60))
def test_every_account_is_in_exactly_one_shard(account_id, count):
    assert sum(each.holds(account_id) for each in Shard.all(count)) == 1


@given(st.sets(account_ids, max_size=12), st.integers(1, 9))
def test_the_parts_of_a_plan_are_the_plan(ids, count):
    visits = [(Account(each), Regions(("r1", "r2"), ("r3",))) for each in ids]
    plan = make_plan(visits, TYPES, lambda service, region: (service, region) != ("b", "r2"))
    parts = [plan.of_shard(each) for each in Shard.all(count)]
    units = Counter(unit.key for part in parts for unit in part.units())
    assert units == Counter(unit.key for unit in plan.units())
    assert sum(map(len, parts)) == len(plan)
    for part, shard in zip(parts, Shard.all(count), strict=True):
        assert len(part) == len(list(part.units()))
        assert all(shard.holds(unit.account.id) for unit in part.units())


FEW = settings(QUICK, max_examples=15)
AT_FIRST = (Status.COMPLETE, Status.UNAVAILABLE, Status.DENIED, Status.ERROR)
FIRST_WORKS = works(AT_FIRST)
RANDOM = st.randoms(use_true_random=False)


def shuffled(count, random):
    shards = list(Shard.all(count))
    random.shuffle(shards)
    return shards


def facts(out):
    return sorted((each.key, each.status, each.records) for each in read_ledger(out, RUN_ID))


def mended(work):
    """Say what every unit comes to once nothing is refused any more."""
    return {of: (n, s if s.settled else Status.COMPLETE) for of, (n, s) in work.items()}


def check_as_one_run(out, work, count, options):
    """Compare with the same work done by one process."""
    with tempfile.TemporaryDirectory() as name:
        scan(Path(name), work, options)
        assert facts(out) == facts(Path(name))
    check_whole(out, work)
    manifest = read_manifest(out, RUN_ID)
    assert manifest["shards"] == {"planned": count, "missing": []}
    assert (manifest["status"], manifest["planned"]) == ("complete", len(work))
    assert read_latest(out)["complete"]["run_id"] == RUN_ID
    assert read_latest(out)["partial"] is None


def cut_files(out, shard, fractions):
    layout = Layout(out, RUN_ID, shard=shard)
    files = [*layout.coverage_files(), *sorted(layout.data_files())]
    for path, fraction in zip(files, fractions, strict=False):
        os.truncate(path, int(path.stat().st_size * fraction))


@FEW
@given(
    work=FIRST_WORKS,
    options=options_of,
    count=st.integers(1, 4),
    random=RANDOM,
    home=st.sets(st.integers(1, 4)),
    fractions=st.lists(FRACTIONS, min_size=40, max_size=40),
)
def test_shards_in_any_order_cut_at_any_byte_and_gone_on_with_are_as_one_run(
    work, options, count, random, home, fractions
):
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        for shard in shuffled(count, random):
            scan_shard(out, work, shard, options, finish=shard.index in home)
            if shard.index not in home:
                cut_files(out, shard, random.sample(fractions, len(fractions)))
        for shard in shuffled(count, random):
            scan_shard(out, mended(work), shard, options)
        check_as_one_run(out, mended(work), count, options)


@FEW
@given(
    work=FIRST_WORKS,
    count=st.integers(1, 3),
    random=RANDOM,
    crashes=st.lists(st.tuples(st.integers(1, 90), FRACTIONS, st.booleans()), max_size=4),
)
def test_crashes_of_shards_at_any_step_lose_and_double_nothing(work, count, random, crashes):
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        for at, fraction, lasting in crashes:
            crash(out, work, random.choice(Shard.all(count)), (at, fraction, lasting))
        for shard in shuffled(count, random):
            scan_shard(out, mended(work), shard)
        check_as_one_run(out, mended(work), count, SMALL)


def crash(out, work, shard, how):
    """Run a shard until the `at`-th change of a file fails; lose what was not synced."""
    at, fraction, lasting = how
    before = {path: path.stat().st_size for path in files_of(out)}
    with failing(at, lasting=lasting) as system:
        try:
            scan_shard(out, work, shard)
        except OutputError:
            system.lose(out, fraction, before)
