"""Athena's statements are valid, and say of the same files what `scanner query` says."""

import json
from contextlib import closing
from datetime import date

import anyio
import duckdb
import pytest
import sqlglot

from scanner.analysis import athena
from scanner.analysis.views import RECORD, UNIT
from scanner.app.athena import statements
from scanner.app.query import Database
from scanner.engine.plan import Plan
from scanner.model.errors import SettingsError
from scanner.model.outcome import Status
from scanner.model.planned import Ending, Result
from scanner.model.target import Account, Regions, Unit
from scanner.output import create_run, read_results, write_results
from scanner.settings import Settings
from tests.unit.analysis.support import ACCOUNT, NEW, REGION, TYPE, outcome, record
from tests.unit.engine.store import ACCOUNTS, change, plan_of

PLACE = "s3://inventory/org"
HOSTILE = 'it\'s "quoted" <b>\u202e\U0001f600'
QUEUES = [
    record("q1", NEW, captured_at="2026-11-24T01:00:00Z", tags={"owner": HOSTILE},
           configuration={"DelaySeconds": "7", "Policy": '{"Version": "2012-10-17"}'}),
    record("q2", NEW, captured_at="2026-11-24T01:00:00Z", tags=None, resource_name=HOSTILE),
]  # fmt: skip
INSTANCE = record(
    "i-1", NEW, service="ec2", resource_type="AWS::EC2::Instance",
    configuration={
        "InstanceId": "i-1", "EbsOptimized": True, "AmiLaunchIndex": 3,
        "LaunchTime": "2026-11-01T10:20:30Z", "State": {"Code": 16, "Name": "running"},
    },
)  # fmt: skip


@pytest.fixture(scope="module")
def made():
    settings = Settings(out=PLACE, types=(TYPE, "AWS::EC2::Instance"), regions=(REGION,))
    return statements(settings, "lake", date(2026, 1, 1))


@pytest.fixture(scope="module")
def lake(tmp_path_factory, made):
    """DuckDB with the views as Athena has them, over tables of a run's files as they are."""
    out = tmp_path_factory.mktemp("out")
    anyio.run(write, out)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; CREATE SCHEMA lake")
    for name, columns in (("inventory", RECORD), ("coverage", UNIT)):
        connection.execute(table(out / name, name, columns))
    for name in ("coverage_types", "sqs_queue", "ec2_instance"):
        connection.execute(in_duckdb(made[name]))
    yield connection, out
    connection.close()


async def write(out):
    account = Account(ACCOUNT)
    units = {
        "sqs": (TYPE, Status.COMPLETE, QUEUES),
        "ec2": ("AWS::EC2::Instance", Status.DENIED, [INSTANCE]),
    }
    services = {service: (name,) for service, (name, *_) in units.items()}
    plan = Plan(((account, Regions((REGION,))),), services, {})
    async with create_run(out, NEW, {"plan": plan.to_dict()}) as run:
        for service, (name, status, records) in units.items():
            unit = Unit(account, REGION, service, (name,))
            buffer = run.open_unit(unit)
            for each in records:
                await buffer.add(each)
            await run.commit(buffer, outcome(unit, {name: status}, records))
        await run.finish({"status": "partial", "planned": len(units), "accounts": {}})


def table(files, name, columns):
    """Lay a table over files as Hive would: partitions by path, structures as JSON text."""
    kinds = {
        column: kind.replace("TIMESTAMPTZ", "VARCHAR").replace("JSON", "VARCHAR")
        for column, kind in columns.items()
        if column not in ("service", "region") or name == "coverage"
    }
    parts = "hive_partitioning = true, hive_types = {'dt': VARCHAR}"
    return (
        f"CREATE TABLE lake.{name} AS SELECT * FROM read_json('{files}/**/*.jsonl.gz', "
        f"format = 'newline_delimited', columns = {kinds}, {parts})"
    )


def in_duckdb(statement):
    """Translate a statement of Athena's; of a map, DuckDB unnests keys and values by themselves."""
    (text,) = sqlglot.transpile(statement, read="athena", write="duckdb")
    keys, values = "unnest(map_keys(types))", "unnest(map_values(types))"
    return text.replace(
        "UNNEST(types) AS each(resource_type, answer)",
        f"LATERAL (SELECT {keys} AS resource_type, {values} AS answer)",
    )


def rows(connection, sql):
    found = connection.execute(sql)
    names = [each[0].lower() for each in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_every_statement_of_the_whole_catalogue_is_of_athenas_language():
    settings = Settings(out=PLACE)
    for name, text in statements(settings, "lake", None).items():
        (parsed,) = sqlglot.parse(text, read="athena", error_level=sqlglot.ErrorLevel.RAISE)
        assert type(parsed).__name__ == "Create", name
        assert len(text) < 262_144, name  # Athena's limit of a statement


def test_the_tables_project_their_partitions_onto_the_places_of_the_files(made):
    inventory = made["inventory"]
    assert "LOCATION 's3://inventory/org/inventory/'" in inventory
    template = f"{PLACE}/inventory/dt=${{dt}}/service=${{service}}/region=${{region}}/"
    assert f"'storage.location.template'='{template}'" in inventory
    assert "'projection.service.values'='ec2,sqs'" in inventory
    assert f"'projection.region.values'='global,{REGION}'" in inventory
    assert "'projection.dt.range'='2026-01-01,NOW+1DAYS'" in inventory
    for name in athena.TABLES[1:]:
        assert f"{PLACE}/{name}/dt=${{dt}}/" in made[name]


@pytest.mark.parametrize("view", ["sqs_queue", "ec2_instance"])
def test_a_types_view_shows_what_the_same_view_of_a_query_shows(lake, view):
    connection, out = lake
    ours = rows(connection, f"SELECT * FROM lake.{view} ORDER BY id")
    with closing(Database.open(out)) as database:
        answer = database.ask(f"SELECT * FROM {view} ORDER BY id")
        theirs = [
            dict(zip(map(str.lower, answer.columns), row, strict=True)) for row in answer.rows
        ]
    assert len(ours) == len(theirs) > 0
    for mine, reference in zip(ours, theirs, strict=True):
        assert mine.pop("dt") == "2026-11-24"
        assert mine.keys() == reference.keys()
        for column, value in reference.items():
            assert same(mine[column], value), column


def same(mine, reference):
    """Compare a value with the query's: times may be text or without a zone, JSON is text."""
    if hasattr(reference, "tzinfo"):
        return str(mine).replace("T", " ")[:19] == str(reference)[:19]
    if isinstance(mine, str) and isinstance(reference, str) and mine != reference:
        return json.loads(mine) == json.loads(reference)
    return mine == reference


def test_coverage_has_a_row_for_each_type_of_a_unit(lake):
    connection, _ = lake
    found = rows(connection, "SELECT * FROM lake.coverage_types ORDER BY resource_type")
    assert [(row["resource_type"], row["status"], row["records"]) for row in found] == [
        ("AWS::EC2::Instance", "denied", 1),
        (TYPE, "complete", 2),
    ]


def test_findings_are_laid_flat_by_members_that_findings_have(made):
    finding = {
        "severity": "High", "status": "New", "message": "m", "metadata": {"correlation_uid": NEW},
        "cloud": {"account": {"uid": ACCOUNT}, "region": REGION},
        "compliance": {"control": "S3.1", "status_detail": "why"},
        "finding_info": {"uid": "u", "title": "t"},
        "resources": [{"type": TYPE, "uid": "arn", "name": HOSTILE}],
        "unmapped": {"result": "fail", "state": "new", "resource_id": "q"},
    }  # fmt: skip
    columns = {name: json.dumps(value) if isinstance(value, dict | list) else value
               for name, value in finding.items()}  # fmt: skip
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA lake")
    names = ", ".join(f"? AS {name}" for name in columns)
    connection.execute(
        f"CREATE TABLE lake.findings AS SELECT '2026-11-24' AS dt, {names}",
        list(columns.values()),
    )
    connection.execute(in_duckdb(made["findings_flat"]))
    (row,) = rows(connection, "SELECT * FROM lake.findings_flat")
    connection.close()
    assert row == {
        "dt": "2026-11-24", "severity": "High", "status": "New", "message": "m", "run_id": NEW,
        "account_id": ACCOUNT, "region": REGION, "control": "S3.1", "result": "fail",
        "reason": "why", "title": "t", "finding_id": "u", "state": "new", "resource_id": "q",
        "resource_type": TYPE, "resource_uid": "arn", "resource_name": HOSTILE,
    }  # fmt: skip


def test_the_columns_of_changes_are_members_of_a_result(tmp_path):
    plan = plan_of([change(ACCOUNTS[0], "a", {"x": 1}, {"x": 0})])
    results = {each.id: Result(each.id, Ending.DONE) for each in plan.changes}
    path = write_results(tmp_path, plan, results, {"operator": "me"})
    ((line, _, _),) = read_results(path)
    assert set(athena.CHANGE) <= line.keys()


@pytest.mark.parametrize(
    ("choice", "database", "said"),
    [
        ({"out": "scan"}, "lake", "must be s3://"),
        ({"out": PLACE}, "my-lake", "--database"),
        ({"out": PLACE, "regions": ("eu-wst-1",)}, "lake", "did you mean 'eu-west-1'"),
    ],
)
def test_what_can_not_be_is_one_clear_line(choice, database, said):
    with pytest.raises(SettingsError, match=said):
        statements(Settings(**choice), database, None)
