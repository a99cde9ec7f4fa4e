"""The handler in this process, on the fake organization: what it answers, leaves and keeps apart."""

import json

import anyio
import pytest

import scanner as library
from benchmarks.fake_aws import Options, Organization, Volume, serve
from scanner import aws_lambda
from scanner.aws_lambda import handler
from tests.unit.app.support import (
    ROLE,
    SERVICES,
    TYPES,
    by_key,
    environment,
    inventory,
    ledger,
    outcome_facts,
    point_here,
)  # fmt: skip

pytestmark = pytest.mark.timeout(120)

REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 4
UNITS = ACCOUNTS * len(REGIONS) * SERVICES
CHOICE = {"role": ROLE, "regions": list(REGIONS), "types": list(TYPES)}
ENOUGH = 900.0


class Invocation:
    """The context that Lambda gives."""

    def __init__(self, seconds=ENOUGH, request_id="8d1e1a5c"):
        self.aws_request_id = request_id
        self.seconds = seconds

    def get_remaining_time_in_millis(self):
        return int(self.seconds * 1000)


@pytest.fixture(autouse=True)
def _leave_this_process_as_it_is(monkeypatch):
    monkeypatch.setattr(aws_lambda, "_set_up", lambda: None)


@pytest.fixture
async def fake(monkeypatch):
    organization = Organization.of(ACCOUNTS, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(2, 3))) as running:
        point_here(monkeypatch, environment(running))
        yield running


async def invoke(event, seconds=ENOUGH, request_id="8d1e1a5c"):
    """Call the handler as Lambda does: what goes in and comes out is JSON."""
    plain = json.loads(json.dumps(event))
    context = Invocation(seconds, request_id)
    return json.loads(json.dumps(await anyio.to_thread.run_sync(handler, plain, context)))


async def undisturbed():
    sink = library.MemorySink()
    await library.scan(sink=sink, **CHOICE)
    return by_key(sink.records), outcome_facts(sink.outcomes)


async def test_an_inventory_is_answered_in_short_and_written_whole(fake, tmp_path):
    truth = await undisturbed()
    answer = await invoke({**CHOICE, "out": str(tmp_path)})

    assert (inventory(tmp_path), outcome_facts(ledger(tmp_path))) == truth
    run_id = answer["run_id"]
    assert answer["manifest"] == str(tmp_path / "runs" / run_id / "manifest.json")
    assert {name: answer[name] for name in ("job", "status", "exit_code", "planned")} == {
        "job": "inventory", "status": "complete", "exit_code": 0, "planned": UNITS,
    }  # fmt: skip
    assert answer["records"] == len(truth[0])
    assert answer["accounts"] == {
        "discovered": ACCOUNTS + 1, "selected": ACCOUNTS, "entered": ACCOUNTS, "failed": 0,
    }  # fmt: skip
    assert (answer["continuation"], answer["failed_accounts"]) == (None, [])
