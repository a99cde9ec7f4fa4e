"""Find the policies on tags that names stand for: files, directories, the organization itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from scanner.app.controls import SUFFIXES
from scanner.app.tagging.owners import asking
from scanner.app.texts import Texts
from scanner.aws.tag_policies import attached_policies, effective_texts
from scanner.model.errors import SettingsError
from scanner.policies.tagging.inheritance import disputed
from scanner.policies.tagging.needs import Needs, needs_of
from scanner.policies.tagging.organization import (
    TagPolicy,
    effective_policy,
    levels_of,
    rules_of,
)
from scanner.policies.tagging.read import read_tagging
from scanner.policies.tagging.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from scanner.app.link import Link
    from scanner.model.target import Account
    from scanner.policies.tagging.rules import Spared

ORGANIZATION = "organization"
"""As the name of a policy: those that are attached in the organization."""


_NOBODY: Mapping[str, TagPolicy] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Policies:
    """What policies say, before it is known of which account.

    `filed` are policies of Organizations from files, `attached` those of the organization
    itself, `live` if they are meant. `effective` are what AWS itself says is in effect, for
    accounts where only it can tell.
    """

    ours: Rules
    filed: tuple[TagPolicy, ...] = ()
    live: bool = False
    attached: tuple[TagPolicy, ...] = ()
    effective: Mapping[str, TagPolicy] = field(default_factory=lambda: _NOBODY)
    expired: tuple[Spared, ...] = ()

    @property
    def needs(self) -> Needs:
        """What must be known of accounts to judge their resources."""
        return needs_of(self.ours, (*self.filed, *self.attached))

    def rules(self, account: Account) -> Rules:
        """Return what holds in an account whose units are known, where that matters."""
        known = self.effective.get(account.id)
        attached = self.attached if known is None else (known,)
        inherited = effective_policy((*attached, *self.filed), account)
        return Rules.of([Rules(rules_of(inherited)), self.ours])


def find_policies(names: Sequence[str], types: Collection[str], today: date) -> Policies:
    """Read policies from files and directories; raises SettingsError. Blocks.

    Exemptions that have expired spare nothing, and are kept apart.
    """
    ours: list[Rules] = []
    filed: list[TagPolicy] = []
    for path in _files(name for name in names if name != ORGANIZATION):
        found = read_tagging(Texts().read(str(path)), str(path), types)
        if isinstance(found, TagPolicy):
            filed.append(found)
        else:
            ours.append(found)
    rules = Rules.of(ours)
    held = tuple(each for each in rules.spared if each.holds(today))
    return Policies(
        replace(rules, spared=held),
        tuple(filed),
        live=ORGANIZATION in names,
        expired=tuple(each for each in rules.spared if not each.holds(today)),
    )


async def with_attached(policies: Policies, link: Link) -> Policies:
    """Add the organization's own policies, if they are meant; raises DiscoveryError."""
    if not policies.live:
        return policies
    async with asking(link) as client:
        found = await attached_policies(client)
    read = (replace(_tag_policy(each.text, each.name), targets=each.targets) for each in found)
    return replace(policies, attached=tuple(read))


async def settled(policies: Policies, link: Link, accounts: Iterable[Account]) -> Policies:
    """Ask AWS what is in effect in accounts where the order of attachment decides.

    No operation tells that order. Raises DiscoveryError where AWS does not say.
    """
    attached = policies.attached
    unclear = [each.id for each in accounts if any(map(disputed, levels_of(attached, each)))]
    if not unclear:
        return policies
    async with asking(link) as client:
        texts = await effective_texts(client, unclear)
    nothing = '{"tags": {}}'
    effective = {key: _tag_policy(text or nothing, f"of {key}") for key, text in texts.items()}
    return replace(policies, effective=effective)


def _tag_policy(text: str, name: str) -> TagPolicy:
    found = read_tagging(text, f"tag policy {name}", ())
    if not isinstance(found, TagPolicy):
        raise SettingsError(f"tag policy {name} is none")
    return found


def _files(names: Iterable[str]) -> Iterator[Path]:
    for path in map(Path, names):
        if path.is_dir():
            yield from (each for each in sorted(path.iterdir()) if each.suffix in SUFFIXES)
        else:
            yield path
