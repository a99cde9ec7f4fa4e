"""All kinds of weather at once: the scan comes home whole, each record once.

The benchmark `chaos` is the same by chance and in real time. Here each operation of each place
meets every fault, fewer times than a call is tried, and time runs ten times as fast.
"""

import time
from functools import partial

import anyio

from benchmarks.fake_aws import Break, Html, Rule, Throttle, Volume, server_error, throttle
from scanner.app import link
from scanner.aws.gate import Gate
from scanner.aws.limits import Limits, Time
from scanner.model.outcome import Status
from tests.faults.support import REGIONS, organization, scan

ACCOUNTS, PAGES = 4, 4
TYPES = ("AWS::EC2::VPC", "AWS::RDS::DBInstance", "AWS::SQS::Queue")
FASTER = 10
BEGAN = time.time()
WEATHER = (
    (server_error(500), 2),
    (Break.RESET, 3),
    (throttle(), 4),
    (Break.TORN, 5),
    (Html(502), 7),
)


def fast():
    return BEGAN + (time.time() - BEGAN) * FASTER


async def sleep(seconds):
    await anyio.sleep(seconds / FASTER)


async def test_in_all_weathers_at_once_every_record_is_there_once(monkeypatch):
    quick = Time(fast, sleep)
    monkeypatch.setattr(link, "Gate", partial(Gate, time=quick))
    monkeypatch.setattr(link, "Limits", partial(Limits, quick))
    options = {
        "volume": Volume(PAGES, 2), "throttle": Throttle(4, 4), "clock": fast, "verify": False,
    }  # fmt: skip
    async with organization(monkeypatch, ACCOUNTS, **options) as fake:
        victim = fake.organization.account_ids[0]
        fake.faults.add(
            Rule(action=Break.HANG, account=victim, operation="DescribeVpcs", calls={1}),
            *(Rule(action=what, calls={call}, apart=True) for what, call in WEATHER),
        )
        found = await scan(types=TYPES, request_timeout=3)

    assert found.summary.status == "complete"
    assert {each.status for each in found.outcomes.values()} == {Status.COMPLETE}
    assert len(found.outcomes) == ACCOUNTS * len(TYPES) * len(REGIONS)
    by_account = [
        {key.replace(account, "") for key in found.keys(account)}
        for account in fake.organization.account_ids
    ]
    assert len(by_account[0]) == len(TYPES) * PAGES * 2 * len(REGIONS)
    assert by_account == [by_account[0]] * ACCOUNTS
    assert not any(each.unread for each in found.records)
    assert fake.journal.faults.keys() >= {"InternalFailure", "reset", "torn", "html", "hang"}
    assert fake.journal.violations == []
    assert fake.journal.throttled
