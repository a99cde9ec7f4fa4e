"""Say which resources a rule on tags is about, by type, account and unit; it knows no tags."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.policies.exemptions import is_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scanner.model.target import Account

_NONE: Mapping[str, str] = MappingProxyType({})
_UNTYPED = MappingProxyType({
    "codecommit": "repository", "codepipeline": "pipeline", "s3": "bucket", "sns": "topic",
    "sqs": "queue",
})  # fmt: skip
"""Services some of whose ARNs name no resource type, and what tag policies call those."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that a resource is in, and what is known of the units above it.

    The names and tags of units are by unit id; units that were not read are not there.
    """

    account: Account
    unit_names: Mapping[str, str] = field(default_factory=lambda: _NONE)
    unit_tags: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def units(self) -> tuple[str, ...]:
        """The ids of the units above the account, the root first."""
        return tuple(filter(None, (self.account.ou or "").split("/")))


@dataclass(frozen=True, slots=True)
class Scope:
    """Globs; one of each kind must match. Without globs of a kind, all match.

    A type is known by its own name and by that of tag policies (`ec2:instance`), an account by
    its id and its name, a unit as in exceptions: it stands for all that is below it.
    """

    types: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def has_account(self, account: Account) -> bool:
        """Say whether resources of an account are meant at all."""
        named = not self.accounts or _any((account.id, account.name or ""), self.accounts)
        return named and (not self.units or any(is_within(account.ou, each) for each in self.units))

    def has_type(self, names: Iterable[str]) -> bool:
        """Say whether resources of a type are meant, by any of its names."""
        return not self.types or _any(names, self.types)


def type_names(type: str, arn: str | None) -> tuple[str, ...]:
    """Return the names that a resource's type goes by: ours, and that of AWS's tag policies.

    AWS names a resource type as the ARN does: `rds:db`, `elasticfilesystem:file-system`.
    """
    parts = (arn or "").split(":", 5)
    if len(parts) < 6:  # noqa: PLR2004 — the parts of an ARN
        return (type,)
    service, resource = parts[2], parts[5]
    noun, separator, _ = resource.lstrip("/").replace("/", ":").partition(":")
    return type, f"{service}:{noun if separator else _UNTYPED.get(service, noun)}"


def _any(names: Iterable[str], globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for name in names for glob in globs)
