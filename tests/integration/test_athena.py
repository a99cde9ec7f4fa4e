"""`scanner athena ddl --apply`: Athena is given these statements and nothing else."""

import boto3
import pytest

from scanner.aws.athena import Athena, Statements, Workgroup
from scanner.model.errors import CallError
from tests.unit.cli.conftest import here, run

__all__ = ["here", "run"]

DDL = ("athena", "ddl", "--out", "s3://inventory/org", "--types", "AWS::SQS::Queue")


@pytest.fixture
def aws(here, moto, monkeypatch):
    for name, value in {
        "AWS_ENDPOINT_URL": moto, "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return boto3.client("athena", endpoint_url=moto, region_name="eu-west-1")


def test_athena_is_given_what_the_command_prints(aws, run):
    printed = run(*DDL).out
    made = run(*DDL, "--apply", "--results", "s3://results/")

    assert (made.code, made.out) == (0, "database scanner: 7 tables and views\n")
    ids = aws.list_query_executions()["QueryExecutionIds"]
    queries = [aws.get_query_execution(QueryExecutionId=each)["QueryExecution"] for each in ids]
    texts = {each["Query"] for each in queries}
    assert len(texts) == len(queries) == 8
    assert "\n\n".join(sorted(texts)) == "\n\n".join(sorted(printed.strip("\n;").split(";\n\n")))
    kept = [each["ResultConfiguration"]["OutputLocation"] for each in queries]
    assert all(place.startswith("s3://results/") for place in kept)


def test_nobody_without_credentials_gets_a_traceback(here, run):
    done = run(*DDL, "--apply")
    assert done.code == 4
    assert "no AWS credentials" in done.err


@pytest.mark.parametrize(
    ("service", "operation", "params", "allowed"),
    [
        ("athena", "StartQueryExecution", {"QueryString": "CREATE", "WorkGroup": "w"}, True),
        ("athena", "StartQueryExecution", {"QueryString": "DROP", "WorkGroup": "w"}, False),
        ("athena", "StartQueryExecution", {"QueryString": "CREATE", "WorkGroup": "x"}, False),
        ("athena", "DeleteWorkGroup", {"WorkGroup": "w"}, False),
        ("glue", "StartQueryExecution", {"QueryString": "CREATE", "WorkGroup": "w"}, False),
    ],
)
def test_only_the_statements_themselves_may_be_started(service, operation, params, allowed):
    leave = Statements(frozenset({"CREATE"}), "w")
    assert leave.covers(service, operation, params) is allowed


class Scripted:
    """Calls to Athena whose statement is in these states, look after look."""

    def __init__(self, *states):
        self.states = list(states)

    async def make(self, operation, params, service):
        if operation == "StartQueryExecution":
            return {"QueryExecutionId": "q"}
        status = {
            "State": self.states.pop(0), "StateChangeReason": "no permission on glue:CreateTable",
        }  # fmt: skip
        return {"QueryExecution": {"Status": status}}


async def test_a_statement_is_waited_for_and_its_failure_told():
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    good = Athena(Scripted("QUEUED", "RUNNING", "SUCCEEDED"), Workgroup(), sleep)
    await good.run("CREATE")
    assert len(waits) == 2
    bad = Athena(Scripted("RUNNING", "FAILED"), Workgroup(), sleep)
    with pytest.raises(CallError, match="glue:CreateTable"):
        await bad.run("CREATE")
