"""One account and region in which recipes create: clients there, and a note of what was made."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

    import boto3

ROLE = "ScannerReadRole"
GLOBAL = "global"
HOME = "us-east-1"
CONFIG = Config(inject_host_prefix=False, retries={"total_max_attempts": 1})


@dataclass(frozen=True)
class Made:
    """What a scan must say of one resource; `tags` None means that nobody can tell them."""

    id: str
    arn: str | None
    tags: dict[str, str] | None


@dataclass
class Place:
    """Where a recipe creates; `region` is `global` for what an account has only once.

    `own` holds by type what the recipes made, `beside` the ids of what moto had or added.
    `kept` is what one recipe leaves for those after it.
    """

    account: str
    region: str
    session: boto3.Session
    keys: dict[str, str]
    own: dict[str, list[Made]] = field(default_factory=lambda: defaultdict(list))
    beside: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    kept: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)

    def __call__(self, service: str) -> Any:
        """Return a client of this account and region."""
        if service not in self.clients:
            region = HOME if self.region == GLOBAL else self.region
            self.clients[service] = self.session.client(
                service, region_name=region, config=CONFIG, **self.keys
            )
        return self.clients[service]

    def made(self, type: str, id: str, arn: str | None, tags: dict[str, str] | None = None) -> None:
        """Note a resource that a scan must find here, just so."""
        self.own[type].append(Made(id, arn, tags))

    def known(self, type: str, *ids: str) -> None:
        """Note what a scan finds here too although no recipe asked for it."""
        self.beside[type] |= set(ids)

    @contextmanager
    def side_effects(self) -> Iterator[None]:
        """Note the interfaces and security groups that a service itself makes in the body."""
        before = self._interfaces_and_groups()
        yield
        for kind, ids in self._interfaces_and_groups().items():
            self.known(kind, *(ids - before[kind]))

    def _interfaces_and_groups(self) -> dict[str, set[str]]:
        ec2 = self("ec2")
        interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
        groups = ec2.describe_security_groups()["SecurityGroups"]
        return {
            "AWS::EC2::NetworkInterface": {each["NetworkInterfaceId"] for each in interfaces},
            "AWS::EC2::SecurityGroup": {each["GroupId"] for each in groups},
        }

    def arn(self, service: str, resource: str) -> str:
        """Write an ARN of this account and region."""
        region = "" if self.region == GLOBAL else self.region
        return f"arn:aws:{service}:{region}:{self.account}:{resource}"

    def role(self, name: str = "worker") -> str:
        """Name a role of the account."""
        return f"arn:aws:iam::{self.account}:role/{name}"

    def name(self, noun: str) -> str:
        """Name what must be unique in all of AWS."""
        return f"{noun}-{self.account}-{self.region}"

    @property
    def tags(self) -> dict[str, str]:
        """The tags of this place alone: another's would be seen."""
        return {"team": "blue", "made-in": f"{self.account}/{self.region}"}

    @property
    def pairs(self) -> list[dict[str, str]]:
        """The tags as most services take them."""
        return [{"Key": key, "Value": value} for key, value in self.tags.items()]

    @property
    def lower_pairs(self) -> list[dict[str, str]]:
        """The tags as the container services take them."""
        return [{"key": key, "value": value} for key, value in self.tags.items()]

    def specification(self, kind: str) -> list[dict[str, Any]]:
        """Write the tags as EC2 takes them."""
        return [{"ResourceType": kind, "Tags": self.pairs}]


def archive() -> bytes:
    """Make the code of a function."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("main.py", "def handle(event, context): return event")
    return buffer.getvalue()
