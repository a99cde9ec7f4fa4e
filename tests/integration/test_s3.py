"""Scans whose output is a bucket, against moto's server: whole, killed, shared, pruned."""

import gzip
import hashlib
import json
import signal

import anyio
import boto3
import pytest

import scanner as library
from benchmarks.fake_aws import Options, Organization, Rule, Slow, Volume, denied, serve
from scanner.app.place import opened, opened_beside
from scanner.model.shard import Shard
from scanner.output import create_run
from scanner.settings import Settings
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
    scanner,
    started,
    until,
)
from tests.unit.output.support import outcome, record, summary, unit

pytestmark = pytest.mark.timeout(120)

REGIONS = ("us-east-1", "eu-west-1")
ACCOUNTS = 8
ORGANIZATION = Organization.of(ACCOUNTS, regions=REGIONS)
OPTIONS = Options(volume=Volume(1, 2))
UNITS = ACCOUNTS * len(REGIONS) * SERVICES
BUCKET = "inventory-bucket"
OUT = f"s3://{BUCKET}/scans"
CHOICE = {
    "role": ROLE, "regions": REGIONS, "types": TYPES, "exclude_accounts": "999999999999",
}  # fmt: skip
SCAN = (
    "scan", "--role", ROLE, "--out", OUT, "--regions", ",".join(REGIONS),
    "--types", ",".join(TYPES), "--exclude-accounts", "999999999999",
)  # fmt: skip
KEY = "arn:aws:kms:us-east-1:123456789012:key/0bb17543-ece6-4480-b1a7-a556d344746b"


class Bucket:
    """The bucket as another tool sees it."""

    def __init__(self, url):
        keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
        self.url = url
        self.s3 = boto3.client("s3", endpoint_url=url, **keys)

    def listed(self, prefix="scans/"):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [each["Key"] for page in pages for each in page.get("Contents", ())]

    def body(self, key):
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def uploads(self):
        return self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])

    def placed(self):
        return {
            key for key in self.listed() if key.startswith(("scans/inventory", "scans/coverage"))
        }

    def manifest(self):
        latest = json.loads(self.body("scans/latest.json"))
        entry = latest["complete"] or latest["partial"]
        return json.loads(self.body(f"scans/{entry['manifest']}"))


@pytest.fixture
def bucket(moto):
    found = Bucket(moto)
    found.s3.create_bucket(Bucket=BUCKET)
    yield found
    for each in found.uploads():
        found.s3.abort_multipart_upload(Bucket=BUCKET, Key=each["Key"], UploadId=each["UploadId"])
    for key in found.listed(""):
        found.s3.delete_object(Bucket=BUCKET, Key=key)
    found.s3.delete_bucket(Bucket=BUCKET)
    found.s3.close()


def surroundings(fake, bucket):
    return environment(fake) | {"AWS_ENDPOINT_URL_S3": bucket.url}


@pytest.fixture
async def fake(monkeypatch, bucket):
    async with serve(ORGANIZATION, OPTIONS) as running:
        point_here(monkeypatch, surroundings(running, bucket))
        yield running


@pytest.fixture(scope="module")
def undisturbed():
    with pytest.MonkeyPatch.context() as patch:
        return anyio.run(whole_scan, patch)


async def whole_scan(patch):
    sink = library.MemorySink()
    async with serve(ORGANIZATION, OPTIONS) as fake:
        point_here(patch, environment(fake))
        await library.scan(sink=sink, **CHOICE)
    return by_key(sink.records), outcome_facts(sink.outcomes)


async def check_whole(bucket, truth):
    """Compare with the truth what our reader finds, and what any other one does."""
    records, outcomes = truth
    assert await anyio.to_thread.run_sync(read_back) == (records, outcomes)
    manifest = bucket.manifest()
    assert (manifest["status"], manifest["planned"]) == ("complete", UNITS)
    assert {f"scans/{each['path']}" for each in manifest["files"]} == bucket.placed()
    for each in manifest["files"]:
        body = bucket.body(f"scans/{each['path']}")
        assert (len(body), hashlib.sha256(body).hexdigest()) == (each["bytes"], each["sha256"])
        assert len(gzip.decompress(body).splitlines()) == each["records"]
    assert bucket.uploads() == []
    assert not [key for key in bucket.listed() if "/journal/" in key]


def read_back():
    with opened(Settings.of(out=OUT)) as placed:
        return inventory(placed.out), outcome_facts(ledger(placed.out))


async def test_a_scan_by_the_command_line_is_in_the_bucket(fake, bucket, tmp_path, undisturbed):
    ended = await scanner(SCAN, tmp_path, surroundings(fake, bucket))

    assert ended.code == 0, ended.err
    assert OUT in ended.out
    await check_whole(bucket, undisturbed)
    assert list(tmp_path.iterdir()) == []


async def test_workers_share_a_scan_into_the_bucket(fake, bucket, tmp_path, undisturbed):
    ended = await scanner((*SCAN, "--workers", "2"), tmp_path, surroundings(fake, bucket))

    assert ended.code == 0, ended.err
    await check_whole(bucket, undisturbed)


async def test_objects_are_kept_as_the_user_says(fake, bucket):
    await library.scan(
        out=OUT, out_kms_key=KEY, out_owner="123456789012", out_storage_class="STANDARD_IA",
        out_tag={"team": "cloud", "cost center": "a+b"}, **CHOICE,
    )  # fmt: skip

    for key in bucket.listed():
        head = bucket.s3.head_object(Bucket=BUCKET, Key=key)
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", KEY)
        tags = bucket.s3.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"]
        assert {each["Key"]: each["Value"] for each in tags} == {
            "team": "cloud",
            "cost center": "a+b",
        }
        placed = key in bucket.placed()
        assert head.get("StorageClass") == ("STANDARD_IA" if placed else None)


def begun(fake, least):
    return lambda: fake.journal.count(service="ec2") >= least


async def test_stopped_then_killed_a_scan_goes_on_from_the_bucket_alone(
    fake, bucket, tmp_path, undisturbed
):
    fake.faults.add(Rule(action=Slow(0.2)))
    async with started(
        (*SCAN, "--concurrency", "4"), tmp_path, surroundings(fake, bucket)
    ) as child:
        await until(begun(fake, 16))
        child.process.send_signal(signal.SIGTERM)
        await anyio.sleep(0.1)
        child.process.send_signal(signal.SIGTERM)
        assert (await child.ended()).code == 130, child.err
    assert f"scanner scan --resume {run_of(bucket)} --out {OUT}" in child.err
    assert bucket.placed() == set()
    assert any("/journal/" in key for key in bucket.listed())
    resume = ("scan", "--resume", "latest", "--out", OUT)
    fake.journal.clear()
    async with started(resume, tmp_path, surroundings(fake, bucket)) as child:
        await until(begun(fake, 4))
        child.process.kill()
        assert (await child.ended()).code == -signal.SIGKILL
    assert bucket.placed() == set()
    fake.faults.clear()
    fake.journal.clear()

    ended = await scanner(resume, tmp_path, surroundings(fake, bucket))

    assert ended.code == 0, ended.err
    await check_whole(bucket, undisturbed)
    assert 0 < fake.journal.count(service="ec2") < 2 * ACCOUNTS * len(REGIONS)


def run_of(bucket):
    return next(key.split("/")[2] for key in bucket.listed() if key.endswith("/plan.json"))


async def test_shards_at_once_make_one_run(fake, bucket, tmp_path, undisturbed):
    three = [(*SCAN, "--shard", str(each), "--run-id", "nightly") for each in Shard.all(3)]
    ended = []

    async def run(command):
        ended.append(await scanner(command, tmp_path, surroundings(fake, bucket)))

    async with anyio.create_task_group() as tasks:
        for command in three:
            tasks.start_soon(run, command)

    assert [each.code for each in ended] == [0, 0, 0], [each.err for each in ended]
    await check_whole(bucket, undisturbed)
    assert bucket.manifest()["shards"] == {"planned": 3, "missing": []}
    again = await scanner(("merge", "nightly", "--out", OUT), tmp_path, surroundings(fake, bucket))
    assert again.code == 0, again.err


OLD = "20200101T000000Z-7f3a9c"


async def test_prune_removes_old_runs_from_the_bucket(fake, bucket, tmp_path):
    await library.scan(out=OUT, **CHOICE)
    async with (
        opened_beside(Settings.of(out=OUT)) as placed,
        create_run(placed.out, OLD, {}) as run,
    ):
        buffer = run.open_unit(unit(1))
        await buffer.add(record(unit(1)))
        await run.commit(buffer, outcome(unit(1), 1))
        await run.finish(summary(1))
    assert [key for key in bucket.placed() if OLD in key]
    command = ("prune", "--keep", "35d", "--out", OUT)

    ended = await scanner(command, tmp_path, surroundings(fake, bucket))

    assert ended.code == 0, ended.err
    assert "1 runs removed" in ended.out
    assert [key for key in bucket.listed() if OLD in key] == []
    assert {f"scans/{each['path']}" for each in bucket.manifest()["files"]} == bucket.placed()


async def test_a_bucket_that_is_not_there_is_one_clear_line(fake, bucket, tmp_path):
    command = (*SCAN[:3], "--out", "s3://no-such-bucket/x")

    ended = await scanner(command, tmp_path, surroundings(fake, bucket))

    assert ended.code == 2
    assert "NoSuchBucket" in ended.err
    assert len(ended.err.strip().splitlines()) == 1


async def test_the_readers_read_from_the_bucket(fake, bucket, tmp_path):
    records = (
        len((await library.scan(out=OUT, **CHOICE)).manifest["files"])
        and bucket.manifest()["records"]
    )
    await library.scan(out=OUT, **CHOICE)
    here = surroundings(fake, bucket) | {"SCANNER_OUT": OUT}

    asked = await scanner(
        ("query", "SELECT count(*) n FROM inventory", "--format", "csv"), tmp_path, here
    )
    compared = await scanner(("diff", "--json"), tmp_path, here)
    exported = await scanner(("export", "--to", "parquet"), tmp_path, here)

    assert (asked.code, asked.out.split()) == (0, ["n", str(records)]), asked.err
    assert (compared.code, compared.out) == (0, ""), compared.err
    assert exported.code == 0, exported.err
    assert (tmp_path / "parquet" / "inventory.parquet").stat().st_size > 0


async def test_the_doctor_tries_the_bucket(fake, bucket, tmp_path):
    command = ("doctor", *SCAN[1:], "--json")
    ended = await scanner(command, tmp_path, surroundings(fake, bucket))
    gone = await scanner(
        (*command, "--out", "s3://no-such-bucket"), tmp_path, surroundings(fake, bucket)
    )

    said = [each for each in json.loads(ended.out)["diagnoses"] if each["topic"] == "output"]
    assert {each["severity"] for each in said} == {"ok"}
    assert any(f"{OUT} can be written" in each["text"] for each in said)
    assert any("NoSuchBucket" in each["text"] for each in json.loads(gone.out)["diagnoses"])


async def test_what_is_for_a_bucket_is_refused_for_a_directory(fake, bucket, tmp_path):
    ended = await scanner(("scan", "--out-kms-key", KEY), tmp_path, surroundings(fake, bucket))

    assert ended.code == 2
    assert ended.err == "scanner: --out-kms-key is for an output in S3: --out s3://BUCKET/PREFIX\n"


async def test_a_task_has_an_output_of_its_own_in_the_bucket(fake, bucket, tmp_path):
    (tmp_path / "mine.py").write_text("def mine(session, account): return {'account': account}\n")
    run = ("run", "mine.py:mine", "--role", ROLE, "--out", OUT)
    refusing = ORGANIZATION.account_ids[0]
    fake.faults.add(Rule(action=denied(), account=refusing, operation="AssumeRole"))
    first = await scanner(run, tmp_path, surroundings(fake, bucket))
    manifests = [key for key in bucket.listed() if key.endswith("manifest.json")]
    resume = json.loads(bucket.body(manifests[0]))["resume"]
    fake.faults.clear()
    again = await scanner(resume.split()[1:], tmp_path, surroundings(fake, bucket))
    (left,) = [key for key in bucket.listed() if key.endswith("manifest.json")]

    assert (first.code, again.code) == (3, 0), (first.err, again.err)
    assert resume.endswith(f"--out {OUT}")
    assert left.startswith("scans/tasks/mine/runs/")
    assert json.loads(bucket.body(left))["records"] == ACCOUNTS
