"""Tasks as users write them: what the tests of `scanner run` run."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from aiobotocore.config import AioConfig
from botocore.config import Config

from scanner import TaskContext, task

USER, INSTANCE = "AWS::IAM::User", "AWS::RDS::DBInstance"


@task(scope="account", types=[USER], permissions=["iam:ListUsers"])
async def users(ctx: TaskContext):
    """List users, a page at a time."""
    async with ctx.client("iam") as iam:
        async for page in iam.get_paginator("list_users").paginate():
            for user in page["Users"]:
                assert user["CreateDate"] < datetime.now(UTC)
                yield ctx.record(
                    resource_type=USER, id=user["UserName"], arn=user["Arn"], configuration=user
                )


@task
async def instances(ctx: TaskContext):
    rds = await ctx.client("rds")
    async for page in rds.get_paginator("describe_db_instances").paginate():
        for each in page["DBInstances"]:
            yield ctx.record(resource_type=INSTANCE, id=each["DBInstanceArn"], configuration=each)


def plain_instances(session, account, region):
    """Yesterday's script: it knows boto3 and nothing of the scanner."""
    rds = session.client("rds")
    for page in rds.get_paginator("describe_db_instances").paginate():
        for each in page["DBInstances"]:
            yield {"resource_id": each["DBInstanceArn"], "seen_in": f"{account}/{region}", **each}


def pooled_identities(session, region):
    """Use threads of one's own, as scripts do."""
    sts = session.client("sts")
    with ThreadPoolExecutor(4) as pool:
        for answer in pool.map(lambda _: sts.get_caller_identity(), range(250)):
            yield {"account": answer["Account"], "region": region, "at": time.perf_counter_ns()}


async def queues(ctx: TaskContext):
    async with ctx.session.resource("sqs") as sqs:
        return [{"resource_id": each.url} async for each in sqs.queues.all()]


def whoami(session):
    return session.client("sts").get_caller_identity()["Account"]


@task(scope="account")
async def asks_params(ctx: TaskContext):
    return {"resource_id": ctx.account.id, **ctx.params}


@task(scope="account", writes=True)
async def makes_queue(ctx: TaskContext):
    sqs = await ctx.client("sqs", "eu-west-1")
    await sqs.create_queue(QueueName="made")
    return {"resource_id": "made"}


def insists(session):
    """Bring settings that would retry beside the gate, and give up soon."""
    stubborn = Config(retries={"total_max_attempts": 9}, read_timeout=3)
    session.client("rds", config=stubborn).describe_db_instances()


@task(scope="account")
async def insists_async(ctx: TaskContext):
    stubborn = AioConfig(retries={"total_max_attempts": 9}, s3={"addressing_style": "path"})
    async with ctx.session.client("rds", config=stubborn) as rds:
        await rds.describe_db_instances()


def makes_queue_too(session):
    session.client("sqs").create_queue(QueueName="made")


def reads_secret(session):
    session.client("secretsmanager").get_secret_value(SecretId="s")


def enters_another(session):
    session.client("sts").assume_role(RoleArn="arn:aws:iam::1:role/R", RoleSessionName="s")


@task(scope="account")
async def enters_another_async(ctx: TaskContext):
    sts = await ctx.client("sts")
    await sts.assume_role(RoleArn="arn:aws:iam::1:role/R", RoleSessionName="s")


def brings_keys(session):
    session.client("sts", aws_access_key_id="AKIA", aws_secret_access_key="s")


@task(scope="account")
async def raises_late(ctx: TaskContext):
    yield {"resource_id": "first"}
    raise ValueError("no postgres://me:hunter2-hunter2@db.example.com")


def leaves(session):
    sys.exit("so long")


def yields_what_is_no_json(session):
    yield {"session": session}


def two_of_one_key(session):
    yield {"resource_id": "same", "n": 1}
    yield {"resource_id": "same", "n": 1}
    yield {"resource_id": "same", "n": 2}


@task(types=["A::B::C"])
def undeclared_type(session):
    return {"resource_type": "X::Y::Z", "resource_id": "x"}


def has_a_secret(session):
    return {"resource_id": "x", "Password": "hunter2-hunter2", "when": datetime(2026, 1, 2)}  # noqa: DTZ001 — users do


def sleeps(session, params):
    Path(params["file"]).touch()
    time.sleep(float(params["seconds"]))
    return {"resource_id": "slept"}
