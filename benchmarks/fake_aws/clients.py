"""Real aiobotocore clients aimed at the fake, for tests; they retry nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from benchmarks.fake_aws.cloud import FakeAws

REGION = "eu-west-1"
ACCOUNT = "100000000001"
"""The second member of any `Organization.of`."""

ONE_TRY: Mapping[str, Any] = {"retries": {"total_max_attempts": 1}, "inject_host_prefix": False}
"""No retries; no `data-` before the fake's address."""


@asynccontextmanager
async def connect(
    fake: FakeAws,
    service: str,
    keys: Mapping[str, Any] | None = None,
    region: str = REGION,
    **config: Any,
) -> AsyncIterator[Any]:
    """Open a client with the credentials of an AssumeRole, or else the central identity."""
    keys = keys or {
        "AccessKeyId": fake.organization.key,
        "SecretAccessKey": fake.organization.secret,
        "SessionToken": None,
    }
    async with get_session().create_client(
        service,
        endpoint_url=fake.url,
        region_name=region,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=AioConfig(**ONE_TRY, **config),
    ) as client:
        yield client


async def enter(fake: FakeAws, account: str = ACCOUNT) -> Mapping[str, Any]:
    """Assume a role of one account and return its credentials."""
    async with connect(fake, "sts") as sts:
        answer = await sts.assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/path/Scanner", RoleSessionName="test"
        )
    credentials: Mapping[str, Any] = answer["Credentials"]
    return credentials
