"""Queries answer in each format, at a prompt too, and say in one line what is wrong."""

import csv
import io
import json
import os
import stat

import anyio
import pytest
from click.testing import CliRunner
from prompt_toolkit.application import create_app_session
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from scanner.app.query import Database
from scanner.cli import answers, program
from scanner.cli.prompt import _Words, converse
from scanner.engine.plan import Plan
from scanner.model.errors import SettingsError
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.model.target import Account, Regions, Unit
from scanner.output import create_run
from tests.unit.analysis.support import ACCOUNT, NEW, OLD, REGION, TYPE, record

HOSTILE = "<script>'; DROP TABLE inventory;--\u202e\U0001f600"


async def _write(out, run_id, ids):
    account = Account(ACCOUNT)
    plan = Plan(((account, Regions((REGION,))),), {"sqs": (TYPE,), "sns": ("AWS::SNS::Topic",)}, {})
    async with create_run(out, run_id, {"plan": plan.to_dict()}) as run:
        for service, name, found in (("sqs", TYPE, ids), ("sns", "AWS::SNS::Topic", [])):
            buffer = run.open_unit(Unit(account, REGION, service, (name,)))
            for id in found:  # noqa: A001 — the domain's word
                await buffer.add(
                    record(id, run_id, captured_at="2026-11-24T01:00:00Z", tags={"n": id},
                           configuration={"DelaySeconds": "7", "Nested": {"a": [1]}})
                )  # fmt: skip
            ends = {name: TypeOutcome(Status.COMPLETE, len(found))}
            await run.commit(buffer, Outcome(ACCOUNT, REGION, service, Status.COMPLETE, ends))
        await run.finish({"status": "complete", "planned": 2, "accounts": {}})


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    anyio.run(_write, folder, OLD, ["old"])
    anyio.run(_write, folder, NEW, ["q1", HOSTILE])
    return folder


def query(out, *arguments, **options):
    arguments = ["query", "--out", str(out), *arguments]
    return CliRunner().invoke(program, arguments, standalone_mode=False, **options)


SQL = "SELECT id, tags, configuration, captured_at FROM sqs_queue ORDER BY id DESC"


def test_json_holds_what_json_columns_hold(out):
    rows = json.loads(query(out, SQL, "--json").stdout)

    assert [row["id"] for row in rows] == ["q1", HOSTILE]
    assert rows[0]["configuration"] == {"DelaySeconds": "7", "Nested": {"a": [1]}}
    assert rows[0]["tags"] == {"n": "q1"}
    assert rows[0]["captured_at"] == "2026-11-24T01:00:00+00:00"


def test_json_of_nothing_is_an_empty_list(out):
    assert json.loads(query(out, "SELECT * FROM sns_topic", "--format", "json").stdout) == []


def test_json_lines_are_one_object_a_row(out):
    lines = query(out, SQL, "--format", "jsonl").stdout.splitlines()

    assert [json.loads(line)["id"] for line in lines] == ["q1", HOSTILE]


def test_csv_is_read_back_as_it_was(out):
    rows = list(csv.DictReader(io.StringIO(query(out, SQL, "--format", "csv").stdout)))

    assert [row["id"] for row in rows] == ["q1", HOSTILE]
    assert json.loads(rows[0]["tags"]) == {"n": "q1"}
    assert rows[0]["captured_at"] == "2026-11-24T01:00:00Z"


def test_a_table_is_for_people_and_says_where_it_ends(out, monkeypatch):
    monkeypatch.setattr(answers, "MOST_ROWS", 1)
    ended = query(out, SQL)

    assert "q1" in ended.stdout
    assert HOSTILE not in ended.stdout
    assert "the first 1 rows" in ended.stderr


def test_runs_are_asked_one_by_one_or_all(out):
    sql = "SELECT count(*) AS n FROM inventory"

    found = [
        json.loads(query(out, sql, "--json", "--run", run).stdout)[0]["n"]
        for run in ("latest", OLD, "all")
    ]

    assert found == [2, 1, 3]


def test_coverage_has_a_row_for_each_type_of_a_unit(out):
    rows = json.loads(query(out, "SELECT * FROM coverage ORDER BY resource_type", "--json").stdout)

    assert [(row["resource_type"], row["status"], row["records"]) for row in rows] == [
        ("AWS::SNS::Topic", "complete", 0), (TYPE, "complete", 2),
    ]  # fmt: skip


async def _write_odd(out):
    account = Account(ACCOUNT)
    plan = Plan(((account, Regions((REGION,))),), {"sqs": (TYPE,)}, {})
    async with create_run(out, NEW, {"plan": plan.to_dict()}) as run:
        buffer = run.open_unit(Unit(account, REGION, "sqs", (TYPE,)))
        for id, created in (("odd", "1767322800.25?"), ("even", "2026-01-02T03:00:00.000Z")):  # noqa: A001 — the domain's word
            await buffer.add(
                record(id, NEW, captured_at="2026-11-24T01:00:00Z", created_at=created)
            )
        ends = {TYPE: TypeOutcome(Status.COMPLETE, 2)}
        await run.commit(buffer, Outcome(ACCOUNT, REGION, "sqs", Status.COMPLETE, ends))
        await run.finish({"status": "complete", "planned": 1, "accounts": {}})


def test_a_creation_time_that_is_none_costs_no_answer(tmp_path):
    anyio.run(_write_odd, tmp_path)

    rows = json.loads(query(tmp_path, "SELECT id, created_at FROM sqs_queue", "--json").stdout)

    assert {row["id"]: row["created_at"] for row in rows} == {
        "odd": None, "even": "2026-01-02T03:00:00+00:00",
    }  # fmt: skip


def test_sql_comes_from_a_file_or_standard_input(out, tmp_path):
    file = tmp_path / "q.sql"
    file.write_text("SELECT 1 AS one")

    assert json.loads(query(out, f"@{file}", "--json").stdout) == [{"one": 1}]
    assert json.loads(query(out, "-", "--json", input="SELECT 2 AS two").stdout) == [{"two": 2}]
    assert json.loads(query(out, "--json", input="SELECT 3 AS three").stdout) == [{"three": 3}]


@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl", "json", "table"])
def test_files_are_private(out, tmp_path, format):
    target = tmp_path / "answer"
    before = os.umask(0)
    try:
        ended = query(out, SQL, "--format", format, "--to", str(target))
    finally:
        os.umask(before)

    assert ended.exception is None
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert b"q1" in target.read_bytes() or format == "parquet"


def test_parquet_is_typed(out, tmp_path):
    target = tmp_path / "answer.parquet"
    query(out, SQL, "--format", "parquet", "--to", str(target))

    described = json.loads(query(out, f"DESCRIBE FROM '{target}'", "--json").stdout)

    assert {row["column_name"]: row["column_type"] for row in described} == {
        "id": "VARCHAR", "tags": "MAP(VARCHAR, VARCHAR)", "configuration": "JSON",
        "captured_at": "TIMESTAMP WITH TIME ZONE",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["SELEC"], "SQL: Parser Error"),
        (["SELECT * FROM ec2_instance"], "not looked for in this run: AWS::EC2::Instance"),
        (["SELECT 1", "--format", "parquet"], "needs --to FILE"),
        (["@nowhere.sql"], "nowhere.sql can't be read"),
        (["SELECT 1", "--run", "20200101T000000Z-000000"], "there is no run"),
        (["INSTALL spatial"], "SQL:"),
    ],
)
def test_what_is_wrong_is_said(out, arguments, message):
    ended = query(out, *arguments)

    assert isinstance(ended.exception, SettingsError)
    assert message in str(ended.exception)


def test_a_directory_without_runs_is_said(tmp_path):
    ended = query(tmp_path, "SELECT 1")

    assert "has no finished run latest" in str(ended.exception)


def test_export_writes_a_typed_file_for_each_type_that_was_found(out, tmp_path):
    target = tmp_path / "deep" / "parquet"
    ended = CliRunner().invoke(
        program, ["export", "--out", str(out), "--to", str(target)], standalone_mode=False
    )

    assert ended.exception is None
    assert {path.name for path in target.iterdir()} == {
        "inventory.parquet", "coverage.parquet", "sqs_queue.parquet",
    }  # fmt: skip
    [row] = json.loads(
        query(out, f"SELECT count(*) AS n FROM '{target}/sqs_queue.parquet'", "--json").stdout
    )
    assert row["n"] == 2


def talk(out, text, capsys):
    database = Database.open(out)
    try:
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            keys.send_text(text.replace("\n", "\r"))
            converse(database)
    finally:
        database.close()
    return capsys.readouterr()


def test_the_prompt_answers_statements_that_end_with_a_semicolon(out, capsys):
    said = talk(out, "SELECT id\nFROM sqs_queue;\nselec;\n.quit\n", capsys)

    assert "q1" in said.out
    assert "SQL: Parser Error" in said.err


def test_the_prompt_lists_views_and_columns(out, capsys):
    said = talk(out, ".views sq\n.columns sqs_queue\n.columns x\n.what\n.quit\n", capsys)

    assert "sqs_queue\n" in said.out
    assert "sns_topic" not in said.out
    assert "DelaySeconds" in said.out
    assert "Table with name x" in said.err
    assert ".quit" in said.out


def test_the_prompt_ends_with_the_input(out, capsys):
    assert "scanner" not in talk(out, "\x04", capsys).err


def test_the_prompt_completes_words_views_and_the_columns_of_views_named(out):
    database = Database.open(out)
    try:

        def completed(text):
            return [each.text for each in _Words(database).get_completions(Document(text), None)]

        assert "SELECT" in completed("sel")
        assert completed("SELECT * FROM sqs_") == ["sqs_queue"]
        assert "DelaySeconds" in completed("SELECT sqs_queue.Delay")
        assert completed("SELECT ") == []
    finally:
        database.close()
