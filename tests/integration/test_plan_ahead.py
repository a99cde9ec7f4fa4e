"""A run of shards may be planned before any of them begins; they then find it planned."""

import json

import anyio
import pytest

import scanner as library
from benchmarks.fake_aws import Options, Organization, Volume, serve
from scanner import aws_lambda
from scanner.aws_lambda import ACCOUNTS_PER_SHARD, handler
from scanner.engine.deadline import Deadline
from scanner.model.shard import Shard
from scanner.output import read_manifest
from tests.unit.app.support import ROLE, SERVICES, TYPES, environment, point_here

pytestmark = pytest.mark.timeout(90)

ACCOUNTS = 7
REGIONS = ["us-east-1"]
CHOICE = {"role": ROLE, "regions": REGIONS, "types": list(TYPES)}
PLAN = {"job": "plan", "run_id": "night-1", **CHOICE, "exclude_accounts": ["999999999999"]}


class Invocation:
    aws_request_id = "8d1e1a5c"

    def get_remaining_time_in_millis(self):
        return 900_000


@pytest.fixture(autouse=True)
def _leave_this_process_as_it_is(monkeypatch):
    monkeypatch.setattr(aws_lambda, "_set_up", lambda: None)


@pytest.fixture
async def fake(monkeypatch):
    organization = Organization.of(ACCOUNTS, regions=REGIONS)
    async with serve(organization, Options(volume=Volume(1, 1))) as running:
        point_here(monkeypatch, environment(running))
        yield running


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path / "scan"


async def invoke(out, event, **more):
    return await call({"out": str(out), **event, **more})


async def call(event):
    """Call the handler as Lambda does: what goes in and comes out is JSON."""
    plain = json.loads(json.dumps(event))
    answer = await anyio.to_thread.run_sync(handler, plain, Invocation())
    return json.loads(json.dumps(answer))


@pytest.mark.parametrize(("each", "shards"), [(1, 7), (3, 3), (7, 1), (None, 1)])
async def test_there_are_as_many_shards_as_so_many_accounts_each_take(fake, out, each, shards):
    answer = await invoke(out, PLAN, accounts_per_shard=each)

    assert answer["shards"] == [str(shard) for shard in Shard.all(shards)]
    assert answer["planned"] == ACCOUNTS * SERVICES
    assert answer["accounts"]["selected"] == ACCOUNTS < ACCOUNTS_PER_SHARD
    assert {call.service for call in fake.journal.calls} == {"sts", "organizations"}


async def test_the_shards_find_their_plan_and_make_one_run(fake, out):
    planned = await invoke(out, PLAN, accounts_per_shard=3)
    fake.journal.clear()
    for shard in planned["shards"]:
        event = {**PLAN, "job": "inventory", "run_id": planned["run_id"], "shard": shard}
        last = await invoke(out, event)

    assert last["whole"] == "complete"
    assert "organizations" not in {call.service for call in fake.journal.calls}
    assert read_manifest(out, planned["run_id"])["shards"] == {"planned": 3, "missing": []}


async def test_the_function_s_variables_hold_for_plan_shards_continuations_and_merge(
    fake, out, monkeypatch
):
    """With the events that the state machine in deploy/organization.yaml makes, and no more."""
    found = {"OUT": out, "ROLE": ROLE, "REGIONS": REGIONS[0], "TYPES": ",".join(TYPES)}
    for name, value in {**found, "CONCURRENCY": 2}.items():
        monkeypatch.setenv(f"SCANNER_{name}", str(value))
    monkeypatch.setattr(aws_lambda, "_deadline_of", lambda _: requests_from(fake, 25))
    planned = await call({"job": "plan", "run_id": "night-1", "accounts_per_shard": 4})
    continued = 0
    for shard in planned["shards"]:
        event = {"run_id": planned["run_id"], "shard": shard, "fail_on": "never"}
        while event is not None:
            answer = await call(event)
            event = answer["continuation"]
            continued += event is not None
    merged = await call({"job": "merge", "run": planned["run_id"], "fail_on": "partial"})

    assert continued > 0
    assert (merged["status"], merged["shards"]["missing"]) == ("complete", [])
    assert read_manifest(out, planned["run_id"])["status"] == "complete"


def requests_from(fake, most):
    """End an invocation after so many requests from now: no machine is too slow for that."""
    return Deadline(fake.journal.requests + most, lambda: fake.journal.requests)


async def test_what_was_planned_stays_so(fake, out):
    first = await invoke(out, PLAN, accounts_per_shard=3)
    fake.journal.clear()

    assert await invoke(out, PLAN, accounts_per_shard=1) == first
    assert {call.service for call in fake.journal.calls} <= {"sts"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"accounts_per_shard": 0}, "accounts_per_shard: must be a number from 1"),
        ({"accounts_per_shard": "9"}, "accounts_per_shard: must be a number from 1"),
        ({"shard": "1/3"}, "shard: the plan is that of all shards"),
        ({"run_id": "a/b"}, "not a name of a run"),
        ({"run_id": None}, "need the same --run-id"),
        ({"run": "night-1"}, "run"),
    ],
)
async def test_what_makes_no_plan_is_bad_input(fake, out, more, said):
    with pytest.raises(library.SettingsError, match=said):
        await invoke(out, PLAN, **more)

    assert fake.journal.connections == 0


async def test_another_choice_does_not_fit_the_plan(fake, out):
    await invoke(out, PLAN)
    with pytest.raises(library.SettingsError, match="another --types"):
        await invoke(out, PLAN, types=[TYPES[0]])
