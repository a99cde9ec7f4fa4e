"""Secrets planted wherever AWS may answer with one are in no output, of any type."""

import base64
import gzip
from dataclasses import replace
from itertools import cycle

import pytest

from benchmarks.fake_aws import Options, Organization, Volume, serve
from benchmarks.fake_aws.shapes import _Walk
from scanner.catalog import Catalog
from scanner.engine.records import Item, record_of
from scanner.engine.redact import Redactor
from scanner.output.encode import encode_record
from tests.catalog.exposure import TABLES
from tests.catalog.planted import CANARY, SHAPES, planted, secretive, sings
from tests.unit.app.support import environment, inventory, scanner
from tests.unit.engine.scripted import NOW, context

KEY = "a key that nobody would guess"
EXTERNAL_ID = "external-id-of-this-test"
EVERYTHING = Catalog.load(everything=True).types
SERVICES = sorted({each.service for each in EVERYTHING.values()})
SECRETIVE_SERVICES = "lambda,ecs,rds,batch,cloudformation,autoscaling,amplify,glue"
FREE_TEXTS = ("description", "comment", "notes", "statusreason")


def exposed(declared):
    """Plant canaries in an item of a type; return its record's line and its record."""
    members, details = planted(declared)
    item = Item(members, NOW, supplementary=details)
    if not isinstance(declared.tags, str):
        item.tags = [{"Key": "db_password", "Value": CANARY}]
    ctx = context({}, [declared.type], redactor=Redactor(KEY.encode()))
    record = record_of(ctx, declared, item)
    return encode_record(record), record


@pytest.mark.parametrize("service", SERVICES)
def test_no_canary_is_heard_from_any_type(service):
    for declared in EVERYTHING.values():
        if declared.service == service:
            line, record = exposed(declared)
            assert not sings(line), declared.type
            assert len(set(record.redacted)) == len(record.redacted)
            assert bool(record.redacted) == sings(repr(planted(declared)).encode())


@pytest.mark.parametrize("service", sorted({t.service for t in EVERYTHING.values() if t.redact}))
def test_no_canary_is_heard_where_nobody_declared_a_secret(service):
    for declared in EVERYTHING.values():
        if declared.service == service:
            line, record = exposed(replace(declared, redact=()))
            assert not sings(line), declared.type
            assert record.redacted or not declared.redact


def test_a_canary_that_is_not_hidden_is_heard():
    members, _ = planted(EVERYTHING["AWS::Lambda::Function"])
    assert sings(repr(members).encode())
    assert sings(b"AAAA" + base64.b64encode(f"x{CANARY}y".encode()))


def singing(made):
    """Let the fake answer with canaries in secret members, variables and free texts."""
    texts = cycle(SHAPES)

    def text(walk, name, shape):
        if getattr(shape, "enum", None):
            return made(walk, name, shape)
        in_table = name.lower() == "value" and any(map(TABLES.fullmatch, walk.path))
        if secretive(name) or TABLES.fullmatch(name) or in_table:
            return CANARY
        return next(texts) if name.lower().endswith(FREE_TEXTS) else made(walk, name, shape)

    return text


@pytest.fixture
async def fake(monkeypatch):
    monkeypatch.setattr(_Walk, "text", singing(_Walk.text))
    organization = Organization.of(1, regions=("us-east-1",))
    async with serve(organization, Options(volume=Volume(1, 2))) as running:
        yield running


@pytest.mark.timeout(120)
async def test_no_canary_and_no_key_is_in_any_file_or_log_of_a_scan(fake, tmp_path):
    surroundings = environment(fake) | {
        "SCANNER_REDACTION_KEY": KEY, "SCANNER_EXTERNAL_ID": EXTERNAL_ID,
    }  # fmt: skip
    ended = await scanner(
        ["scan", "--services", SECRETIVE_SERVICES, "--regions", "us-east-1", "--role", "Scanner",
         "--log-level", "debug", "--log-format", "json",
         "--accounts", ",".join(fake.organization.account_ids)],
        tmp_path, surroundings,
    )  # fmt: skip
    out = tmp_path / "scan"
    files = [path for path in out.rglob("*") if path.is_file()]
    contents = {
        path.name: gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in files
    } | {"log": ended.err.encode(), "printed": ended.out.encode()}
    records = inventory(out).values()

    assert ended.code == 0, ended.err
    assert {name.partition(".")[2] for name in contents} >= {"json", "jsonl.gz"}
    for secret in (KEY, EXTERNAL_ID):
        assert [name for name, data in contents.items() if secret.encode() in data] == []
    assert [name for name, data in contents.items() if sings(data)] == []
    assert {record["service"] for record in records if record["redacted"]} == set(
        SECRETIVE_SERVICES.split(",")
    )
