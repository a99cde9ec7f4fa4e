"""The disk is full, at any change of a file: one clear error, and the run resumes to the whole."""

import sqlite3

import pytest

from benchmarks.fake_aws import Volume
from scanner.engine.tags import TagSweeps
from scanner.model.errors import OutputError, SettingsError
from tests.faults.support import REGIONS, hurry, organization, scan, scan_files
from tests.unit.output.support import failing

ACCOUNTS = 2
TYPES = ("AWS::EC2::VPC", "AWS::RDS::DBInstance")
RECORDS = ACCOUNTS * len(REGIONS) * len(TYPES) * 2 * 2
NEVER = 10**9


@pytest.fixture
async def fake(monkeypatch):
    hurry(monkeypatch)
    async with organization(monkeypatch, ACCOUNTS, volume=Volume(2, 2)) as running:
        yield running


async def changes_of_a_run(out):
    with failing(NEVER) as system:
        found = await scan_files(out, types=TYPES)
    assert len(found.records) == RECORDS
    return system.changes


@pytest.mark.parametrize("lasting", [True, False], ids=["full", "full for a moment"])
@pytest.mark.parametrize("tenth", range(0, 10, 2))
async def test_a_full_disk_ends_the_run_and_what_was_written_stays(fake, tmp_path, tenth, lasting):
    at = 1 + await changes_of_a_run(tmp_path / "other") * tenth // 10
    with failing(at, lasting=lasting), pytest.raises((OutputError, SettingsError)) as full:
        await scan_files(tmp_path / "scan", types=TYPES)
    assert "No space left on device" in str(full.value)

    began = list((tmp_path / "scan").glob("runs/*/plan.json"))
    options = {"resume": "latest"} if began else {"types": TYPES}
    whole = await scan_files(tmp_path / "scan", **options)
    assert whole.summary.status == "complete"
    assert len(whole.keys()) == RECORDS
    assert fake.journal.violations == []


async def test_no_room_for_tags_ends_the_run_too(fake, monkeypatch):
    """They are kept in a temporary file until records need them."""

    def full(_self, _rows):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(TagSweeps, "_insert", full)
    with pytest.raises(OutputError, match="disk is full"):
        await scan(types=["AWS::CloudWatch::Alarm"])
    assert fake.journal.count(service="resourcegroupstaggingapi") <= ACCOUNTS * len(REGIONS)
