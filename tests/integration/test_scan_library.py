"""The library and the command line see the same organization; what is left early is over."""

import ast
import gzip
import json
import os
import subprocess
import sys

import anyio
import pytest

import scanner as library
from benchmarks.fake_aws import (
    Member,
    Options,
    Organization,
    Rule,
    Slow,
    Volume,
    denied,
    denied_by_scp,
    serve,
)
from scanner.app import library as embedding
from scanner.model.outcome import Status
from scanner.settings import Settings
from tests.unit.app.support import (
    ROLE,
    ROOT,
    SERVICES,
    TYPES,
    by_key,
    environment,
    inventory,
    ledger,
    manifest,
    outcome_facts,
    point_here,
    scanner,
    until,
)

REGIONS = ("us-east-1", "eu-west-1")
OPTIONS = {"role": ROLE, "regions": REGIONS, "types": TYPES}
UNITS = 4 * len(REGIONS) * SERVICES


@pytest.fixture
async def fake(monkeypatch):
    organization = Organization.of(4, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 3))) as running:
        point_here(monkeypatch, environment(running))
        denying = running.organization.account_ids[0]
        running.faults.add(
            Rule(action=denied(), account=denying, operation="DescribeVpcs"),
            Rule(action=denied_by_scp(), account=denying, service="rds"),
        )
        yield running


async def test_memory_files_stream_and_command_line_agree(fake, tmp_path):
    sink = library.MemorySink()
    in_memory = await library.scan(sink=sink, **OPTIONS)
    in_files = await library.scan(out=tmp_path / "files", compress="none", **OPTIONS)
    async with library.stream(**OPTIONS) as found:
        events = [event async for event in found]
    by_command = await scanner(
        ("scan", "--role", ROLE, "--regions", ",".join(REGIONS), "--types", ",".join(TYPES)),
        tmp_path, environment(fake),
    )  # fmt: skip
    records, outcomes = by_key(sink.records), outcome_facts(sink.outcomes)

    assert by_command.code == 3
    assert len(outcomes) == UNITS
    assert {status for status, _ in outcomes.values()} == {
        Status.COMPLETE, Status.DENIED, Status.DENIED_SCP
    }  # fmt: skip
    for out in (tmp_path / "files", tmp_path / "scan"):
        assert inventory(out) == records
        assert outcome_facts(ledger(out)) == outcomes
    assert by_key(each for each in events if isinstance(each, library.Record)) == records
    assert outcome_facts(e for e in events if isinstance(e, library.Outcome)) == outcomes
    totals = ("status", "planned", "by_status", "accounts", "records", "requests")
    for manifest_ in (in_files.manifest, found.summary.manifest, manifest(tmp_path / "scan")):
        assert {k: manifest_[k] for k in totals} == {k: in_memory.manifest[k] for k in totals}
    assert found.summary.holes == in_memory.holes == in_files.holes
    assert fake.journal.violations == []


async def test_a_stream_left_early_leaves_nothing_running(fake):
    fake.faults.add(Rule(action=Slow(30), service="batch"))
    with anyio.fail_after(10):
        async with library.stream(**OPTIONS) as events:
            async for _ in events:
                break
    await until(lambda: fake.journal.in_flight == 0, 5)
    calls = fake.journal.requests
    await anyio.wait_all_tasks_blocked()

    assert fake.journal.requests == calls
    assert events.summary is None


async def test_a_cancelled_scan_ends_and_its_files_resume(fake, tmp_path):
    fake.faults.add(Rule(action=Slow(30), service="batch"))
    with anyio.fail_after(25):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: library.scan(out=tmp_path / "scan", **OPTIONS))
            await until(lambda: fake.journal.count(service="batch") > 0)
            tasks.cancel_scope.cancel()
    fake.faults.clear()
    run_id = next((tmp_path / "scan/runs").iterdir()).name
    resumed = await library.scan(out=tmp_path / "scan", resume=run_id, role=ROLE)

    assert (resumed.status, len(ledger(tmp_path / "scan"))) == ("complete", UNITS)


async def test_a_slow_consumer_slows_the_scan(fake, monkeypatch):
    monkeypatch.setattr(embedding, "AHEAD", 1)
    async with library.stream(concurrency=1, **OPTIONS) as events:
        await anyio.wait_all_tasks_blocked()
        taken = 0
        async for _ in events:
            taken += 1
            if taken == 3:
                break
        waiting = fake.journal.requests

    assert waiting < UNITS


async def consume(error=None):
    async with library.stream(**OPTIONS) as events:
        async for _ in events:
            if error:
                raise error


async def test_errors_of_a_stream_come_bare(fake):
    fake.faults.clear()
    fake.faults.add(Rule(action=denied(), operation="GetCallerIdentity"))
    with pytest.raises(library.DiscoveryError, match="GetCallerIdentity"):
        await consume()


async def test_an_error_in_the_body_of_a_stream_comes_bare(fake):
    with pytest.raises(ZeroDivisionError):
        await consume(ZeroDivisionError())


async def test_a_sink_that_cannot_write_stops_the_scan(fake):
    class Full(library.MemorySink):
        async def commit(self, *_):
            raise library.OutputError("full")

    with pytest.raises(library.OutputError, match="full"):
        await library.scan(sink=Full(), **OPTIONS)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"colour": "red"}, library.SettingsError),
        ({"accounts": []}, library.SettingsError),
        ({"types": "AWS::No::Type"}, library.SettingsError),
        ({"sink": library.MemorySink(), "resume": "latest"}, library.SettingsError),
        ({"accounts": "@missing.txt"}, library.SettingsError),
    ],
)
async def test_bad_options_are_refused_before_any_call(fake, options, error):
    with pytest.raises(error):
        await library.scan(**options)

    assert fake.journal.requests == 0


async def test_neither_environment_nor_file_reach_an_embedded_scan(fake, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCANNER_CONCURRENCY", "none")
    (tmp_path / "scanner.toml").write_text("nonsense = 1\n")
    summary = await library.scan(sink=library.MemorySink(), **OPTIONS)

    assert summary.manifest["planned"] == UNITS


EXPECTED = {
    # what is planned beyond the account that answers, and how the run ends
    "all refuse": ({"operation": "AssumeRole"}, 4),
    "one refuses": ({"operation": "AssumeRole", "account": "100000000001"}, 3),
    "Organizations refuses": ({"operation": "ListAccounts"}, 4),
    "the central identity is refused": ({"operation": "GetCallerIdentity"}, 4),
}


@pytest.mark.parametrize("name", EXPECTED)
async def test_refusals_end_with_the_contracts_code(fake, tmp_path, name):
    where, code = EXPECTED[name]
    fake.faults.clear()
    fake.faults.add(Rule(action=denied(), **where))
    arguments = ("scan", "--role", ROLE, "--regions", "eu-west-1", "--types", TYPES[0])
    ended = await scanner(arguments, tmp_path, environment(fake))

    assert ended.code == code
    assert "Traceback" not in ended.err
    if code == 3:
        assert where["account"] in ended.out


async def test_all_refuse_stays_nothing_however_often_it_is_resumed(fake, tmp_path):
    fake.faults.clear()
    fake.faults.add(Rule(action=denied(), operation="AssumeRole"))
    arguments = ("scan", "--role", ROLE, "--regions", "eu-west-1,us-east-1", "--types", TYPES[0])
    codes = [
        (await scanner(each, tmp_path, environment(fake))).code
        for each in (arguments, ("scan", "--resume", "latest"), ("scan", "--resume", "latest"))
    ]

    assert codes == [4, 4, 4]


async def test_a_region_that_is_not_enabled_makes_no_account_count_as_entered(tmp_path):
    members = tuple(
        Member(f"10000000000{number}", "x", disabled_regions=frozenset(["eu-west-1"]))
        for number in range(2)
    )
    async with serve(Organization(members, regions=REGIONS)) as fake:
        fake.faults.add(Rule(action=denied(), operation="AssumeRole"))
        arguments = (
            "scan", "--role", ROLE, "--types", TYPES[0], "--regions", "eu-west-1,us-east-*",
        )  # fmt: skip
        first = await scanner(arguments, tmp_path, environment(fake))
        again = await scanner(("scan", "--resume", "latest"), tmp_path, environment(fake))

    assert [first.code, again.code] == [4, 4]
    assert manifest(tmp_path / "scan")["accounts"]["entered"] == 0


async def test_no_external_id_is_in_any_file_log_or_output(fake, tmp_path):
    secret = "correct-horse-battery-staple"
    (tmp_path / "accounts.json").write_text(
        json.dumps([{"account_id": "100000000001", "external_id": f"second-{secret}"}])
    )
    arguments = (
        "scan", "--role", ROLE, "--types", TYPES[0], "--accounts", "@accounts.json,100000000002",
        "--external-id", secret, "--log-level", "debug", "--log-format", "json",
    )  # fmt: skip
    ended = await scanner(arguments, tmp_path, environment(fake))
    written = b"".join(p.read_bytes() for p in (tmp_path / "scan").rglob("*") if p.is_file())
    written += b"".join(
        gzip.decompress(path.read_bytes()) for path in (tmp_path / "scan").rglob("*.gz")
    )

    assert ended.code == 0
    assert secret.encode() not in written + (ended.out + ended.err).encode()


def public_names(path):
    """Read which names of `scanner` a program uses."""
    tree = ast.parse(path.read_text())
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "scanner"
    }


def test_all_is_what_is_public():
    defined = {
        name
        for name, value in vars(library).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("scanner")
    }

    assert set(library.__all__) == defined
    assert library.__all__ == sorted(library.__all__)


def test_the_typed_program_uses_every_public_name_and_passes_mypy():
    program = ROOT / "tests/typing/api.py"
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", str(program)], cwd=ROOT, capture_output=True, text=True,
        check=False, env=os.environ | {"MYPY_CACHE_DIR": str(ROOT / ".mypy_cache")},
    )  # fmt: skip

    assert public_names(program) == set(library.__all__)
    assert checked.returncode == 0, checked.stdout


def test_options_of_the_library_are_the_settings():
    assert set(OPTIONS) < Settings.model_fields.keys()
