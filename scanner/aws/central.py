"""The identity a run starts from: who it is, where it stands, which regions AWS has."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from aiobotocore.session import AioSession
from botocore.exceptions import BotoCoreError, ClientError

from scanner.aws.faults import classify
from scanner.aws.models import LeanLoader
from scanner.aws.visit import Meter, visiting
from scanner.aws.wire import CheckedConfig
from scanner.model.errors import DiscoveryError, SettingsError

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials

    from scanner.aws.session import Clients

HOME_REGIONS = {
    "aws": "us-east-1",
    "aws-cn": "cn-northwest-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
    "aws-eusc": "eusc-de-east-1",
}
"""The region whose endpoint answers for a partition's global services (botocore's rules)."""


class Central:
    """The central identity, found as every AWS SDK finds it.

    `source` is botocore's word for where the credentials came from. `ahead` says by how many
    seconds this machine's clock was ahead of AWS's at sign-in, None where AWS told no time.
    """

    def __init__(self, profile: str | None = None, region: str | None = None) -> None:
        try:
            self._session = AioSession(profile=profile)
            self._session.set_default_client_config(CheckedConfig())
            self.loader = LeanLoader(self._session.get_config_variable("data_path"))
            self._session.register_component("data_loader", self.loader)
            self.region = str(region or self._session.get_config_variable("region") or "us-east-1")
            self.partition = str(self._session.get_partition_for_region(self.region))
        except BotoCoreError as exc:
            raise SettingsError(str(exc)) from exc
        self.account_id = self.arn = self.source = ""
        self.ahead: float | None = None
        self._credentials: Any = None
        self._frozen: ReadOnlyCredentials | None = None

    @property
    def home(self) -> str:
        """The region to call the partition's global services in."""
        return HOME_REGIONS.get(self.partition, self.region)

    @property
    def frozen(self) -> ReadOnlyCredentials:
        """The credentials as of the last `fresh`."""
        if self._frozen is None:
            raise LookupError("the central identity has no credentials yet")
        return self._frozen

    async def fresh(self) -> None:
        """Take the credentials anew; the SDK renews them where they can be renewed."""
        self._frozen = await self._credentials.get_frozen_credentials()

    def reject(self, refused: ReadOnlyCredentials) -> bool:  # noqa: ARG002 — a port's shape
        """Say that there are no other credentials to try."""
        return False

    async def sign_in(self, clients: Clients) -> None:
        """Find the credentials and learn the account; raises DiscoveryError without any."""
        try:
            self._credentials = await self._session.get_credentials()
            if self._credentials is None:
                raise DiscoveryError(
                    "no AWS credentials found: log in, set AWS_PROFILE or name a --profile"
                )
            with visiting(self, Meter()):
                async with clients.use("sts", self.region) as sts:
                    answer = await sts.get_caller_identity()
        except (BotoCoreError, ClientError) as exc:
            verdict = classify(exc)
            hint = f" ({verdict.hint})" if verdict.hint else ""
            raise DiscoveryError(
                f"the central credentials can't be used: sts:GetCallerIdentity in {self.region}: "
                f"{verdict.code}: {verdict.message}{hint}"
            ) from exc
        self.account_id = str(answer["Account"])
        self.arn = str(answer["Arn"])
        self.partition = self.arn.split(":")[1]
        self.source = str(self._credentials.method)
        told = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        self.ahead = time.time() - parsedate_to_datetime(told).timestamp() if told else None
