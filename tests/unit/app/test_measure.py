"""A scan with its metrics: told at the end whatever the end, never in the way of the scan."""

import json

import anyio
import pytest
import structlog

import scanner as library
from benchmarks.fake_aws import Options, Organization, Rule, Volume, denied, serve, throttle
from scanner.app.library import prepare
from scanner.metrics import emf
from scanner.model.errors import DiscoveryError, SettingsError
from tests.unit.app.support import ROLE, environment, point_here, scanner, until
from tests.unit.metrics.collector import collecting
from tests.unit.metrics.emf import check, is_document, metrics_of

REGIONS = ("us-east-1", "eu-west-1")
TYPES = ("AWS::RDS::DBInstance", "AWS::FSx::FileSystem")
OPTIONS = {"role": ROLE, "regions": REGIONS, "types": TYPES}
ACCOUNTS, UNITS, RECORDS = 3, 12, 48


@pytest.fixture
async def fake(monkeypatch):
    organization = Organization.of(ACCOUNTS, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 2))) as running:
        point_here(monkeypatch, environment(running))
        yield running


def documents(capsys):
    """Read the metrics told on stderr."""
    return [check(line) for line in capsys.readouterr().err.splitlines() if is_document(line)]


async def test_the_metrics_of_a_scan_are_those_of_its_manifest(fake, capsys, tmp_path):
    fake.faults.add(Rule(action=throttle(), service="rds", calls={1, 2}))
    summary = await library.scan(out=tmp_path / "scan", metrics="emf", **OPTIONS)
    (document,) = documents(capsys)
    told, manifest = metrics_of(document), summary.manifest

    assert (document["RunId"], document["Status"]) == (summary.run_id, "complete")
    assert (told["UnitsComplete"], told["Records"]) == (UNITS, RECORDS)
    assert told["Records"] == manifest["records"]
    assert told["Throttles"] == manifest["throttles"] == told["Retries"] == 2
    assert document["ThrottlesByService"] == {"rds": 2}
    assert told["Requests"] >= manifest["requests"]
    assert told["Latency"]["Count"] == told["Requests"]
    assert told["PacedScopes"] >= 1
    assert (told["InFlight"], told["Coverage"], told["AccountsFailed"]) == (0, 100, 0)
    assert 0 <= told["CompleteRunAge"] <= told["OldestUnitAge"] < 60


async def test_bytes_are_those_of_the_lines_before_compression(fake, capsys, tmp_path):
    await library.scan(out=tmp_path / "scan", metrics="emf", compress="none", **OPTIONS)
    files = (tmp_path / "scan/inventory").rglob("*.jsonl")

    assert metrics_of(*documents(capsys))["RecordBytes"] == sum(
        each.stat().st_size for each in files
    )


async def test_a_hole_shows_in_coverage_and_in_the_age_of_the_most_neglected(
    fake, capsys, tmp_path, monkeypatch
):
    ids = iter(["20261123T010000Z-000000", "20261124T010000Z-000000"])
    monkeypatch.setattr("scanner.app.prepare.new_run_id", lambda _: next(ids))
    options = {"out": tmp_path / "scan", "metrics": "emf", **OPTIONS}
    await library.scan(**options)
    fake.faults.add(Rule(action=denied(), service="rds", account=fake.organization.account_ids[0]))
    await library.scan(**options)
    told = metrics_of(documents(capsys)[-1])

    assert (told["UnitsComplete"], told["UnitsDenied"]) == (UNITS - 2, 2)
    assert told["Coverage"] == pytest.approx(100 * (UNITS - 2) / UNITS, abs=0.001)
    # A manifest's times are whole seconds, a ledger line's are not.
    assert told["CompleteRunAge"] <= told["OldestUnitAge"] + 1


async def test_an_account_that_refuses_the_role_is_a_failed_account(fake, capsys, tmp_path):
    refusing = fake.organization.account_ids[1]
    fake.faults.add(Rule(action=denied(), operation="AssumeRole", account=refusing))
    await library.scan(out=tmp_path / "scan", metrics="emf", **OPTIONS)

    assert metrics_of(*documents(capsys))["AccountsFailed"] == 1


async def test_a_scan_into_a_sink_has_no_ledgers_and_so_no_ages(fake, capsys):
    sink = library.MemorySink()
    summary = await library.scan(sink=sink, metrics="emf", **OPTIONS)
    told = metrics_of(*documents(capsys))

    assert (told["Records"], told["Coverage"]) == (len(sink.records), summary.coverage)
    assert not {"CompleteRunAge", "OldestUnitAge"} & {*told}


async def test_a_long_scan_tells_more_than_once_and_the_sums_are_right(
    fake, capsys, tmp_path, monkeypatch
):
    monkeypatch.setattr(emf, "INTERVAL", 0.01)
    await library.scan(out=tmp_path / "scan", metrics="emf", **OPTIONS)
    told = documents(capsys)

    assert len(told) > 2
    assert sum(metrics_of(each)["Records"] for each in told) == RECORDS
    assert {each["Status"] for each in told[:-1]} == {"running"}
    assert told[-1]["Status"] == "complete"


async def test_a_scan_that_fails_tells_what_there_was_and_raises_its_own_error(
    fake, capsys, tmp_path
):
    fake.faults.add(Rule(action=denied(), service="organizations"))
    with pytest.raises(DiscoveryError):
        await library.scan(out=tmp_path / "scan", metrics="emf", **OPTIONS)
    (document,) = documents(capsys)

    assert metrics_of(document)["Requests"] > 0
    assert "Coverage" not in metrics_of(document)


async def test_a_scan_that_is_cancelled_tells_what_there_was(fake, capsys, tmp_path):
    scan = await prepare(
        {"out": tmp_path / "scan", "metrics": "emf", **OPTIONS}, into_files=True
    )  # fmt: skip
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(scan.run)
        await until(lambda: scan.traffic.requests)
        tasks.cancel_scope.cancel()

    assert metrics_of(*documents(capsys))["Requests"] == scan.traffic.requests


@pytest.mark.parametrize("options", [{}, {"metrics": "auto"}, {"metrics": "none"}])
async def test_nothing_is_told_where_nobody_asked(options, fake, capsys):
    await library.scan(sink=library.MemorySink(), **options, **OPTIONS)

    assert documents(capsys) == []


async def test_in_a_task_of_ecs_metrics_are_told_unasked(fake, tmp_path):
    surroundings = environment(fake) | {"ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4"}
    arguments = ("scan", "--role", ROLE, "--regions", ",".join(REGIONS), "--types", ",".join(TYPES))
    child = await scanner((*arguments, "--json"), tmp_path, surroundings)
    lines = child.err.splitlines()
    (document,) = [check(line) for line in lines if is_document(line)]
    units = [each for each in map(json.loads, lines) if each.get("event") == "unit done"]

    assert (child.code, json.loads(child.out)["status"]) == (0, "complete")
    assert metrics_of(document)["UnitsComplete"] == len(units) == UNITS
    assert {"account", "region", "service", "status", "duration_ms", "requests", "throttles",
            "retries", "records", "bytes"} <= units[0].keys()  # fmt: skip


async def test_damage_to_earlier_ledgers_costs_the_age_not_the_scan(
    fake, capsys, tmp_path, monkeypatch
):
    out = tmp_path / "scan"
    earlier = await library.scan(out=out, **OPTIONS)
    (ledger,) = (out / "coverage").rglob(f"{earlier.run_id}*")
    ledger.write_bytes(b"torn")
    fake.faults.add(Rule(action=denied(), service="rds"))
    with structlog.testing.capture_logs() as logs:
        summary = await library.scan(out=out, metrics="emf", **OPTIONS)

    assert summary.status == "partial"
    assert [each for each in logs if each["event"] == "the age of earlier runs is not known"]
    assert "OldestUnitAge" not in metrics_of(*documents(capsys))


async def test_a_scan_exports_to_opentelemetry(fake, tmp_path, monkeypatch):
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        summary = await library.scan(out=tmp_path / "scan", metrics="otel", **OPTIONS)

    assert collector.value("scanner.records") == RECORDS
    assert collector.value("scanner.run.coverage") == 100
    assert collector.resource["scanner.run.id"] == summary.run_id


@pytest.mark.parametrize("status", [401, 503])
async def test_a_collector_that_fails_changes_nothing_of_the_scan(
    status, fake, tmp_path, monkeypatch
):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    with collecting(status) as collector, structlog.testing.capture_logs() as logs:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        summary = await library.scan(out=tmp_path / "scan", metrics="otel", **OPTIONS)

    assert summary.status == "complete"
    assert len([each for each in logs if each["event"] == "metrics could not be published"]) == 1


async def test_wrong_variables_of_opentelemetry_stop_a_scan_before_any_call(
    fake, tmp_path, monkeypatch
):
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "often")
    with pytest.raises(SettingsError, match="OTEL_METRIC_EXPORT_INTERVAL"):
        await library.scan(out=tmp_path / "scan", metrics="otel", **OPTIONS)

    assert fake.journal.requests == 0


async def test_the_job_is_that_of_the_manifest(fake, tmp_path):
    summary = await library.scan(out=tmp_path / "scan", **OPTIONS)

    assert summary.manifest["job"] == "inventory"
