"""Everything there is, scanned once: each type's call is one that AWS's models answer."""

from collections import Counter

import pytest

import scanner
from benchmarks.fake_aws import Options, Organization, Volume, serve
from scanner.app import library  # noqa: F401 — imported while no loop is blocked by it
from scanner.model.outcome import Status
from scanner.model.sink import MemorySink
from tests.unit.app.support import environment, point_here

REGION = "us-east-1"
NOT_FAKED = {
    "omics": "its host prefixes make names of loopback that do not resolve",
    "sdb": "it answers in a protocol that the fake does not speak",
    "timestream-query": "it asks for an endpoint first, and the fake gives one that is none",
    "timestream-write": "it asks for an endpoint first, and the fake gives one that is none",
}


@pytest.mark.timeout(180)
async def test_all_types_of_an_account_and_region(monkeypatch):
    options = Options(volume=Volume(pages=1, items=2))
    async with serve(Organization.of(1, regions=(REGION,)), options) as fake:
        point_here(monkeypatch, environment(fake))
        sink = MemorySink()
        await scanner.scan(
            sink=sink,
            role="Scanner",
            accounts=fake.organization.account_ids,
            regions=[REGION],
            types=["all"],
        )

    statuses = Counter(each.status for each in sink.outcomes if each.service not in NOT_FAKED)
    assert set(statuses) == {Status.COMPLETE}
    assert len({each.resource_type for each in sink.records}) >= 1500
    assert len({each.service for each in sink.records}) >= 300
    assert {each.account_id for each in sink.records} == set(fake.organization.account_ids)
    assert fake.journal.violations == []
