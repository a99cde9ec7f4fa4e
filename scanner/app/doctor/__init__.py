"""Examine what a scan would meet, before the first night; it sends only reads and AssumeRole."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio

from scanner.app import discover
from scanner.app.doctor import costs, entry, machine, organization, permissions, places
from scanner.app.doctor.diagnosis import Diagnosis, Examination, Severity, ranked
from scanner.app.iam import actions_for
from scanner.app.link import check_access, linked
from scanner.app.types import catalog_of
from scanner.catalog import serves
from scanner.engine.plan import make_plan
from scanner.engine.predict import predict
from scanner.model.errors import DiscoveryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.app.link import Link
    from scanner.catalog import Catalog
    from scanner.engine.predict import Forecast
    from scanner.model.resource import ResourceType
    from scanner.model.target import Account, Regions
    from scanner.settings import Settings

_SIGN_IN = "aws sts get-caller-identity shows who you are; log in, or choose a --profile"
_CHOOSE = "scanner accounts shows who is in and who is out, and why"
_NOWHERE = "AWS has none of these services in these regions"
_ELSEWHERE = "choose other --types or --regions"

__all__ = ["Diagnosis", "Examination", "Severity", "examine"]


async def examine(settings: Settings, sample: int | None) -> Examination:
    """Look at everything from credentials to disk; None samples every account.

    Nothing is kept between examinations: what was mended is seen at once. Raises SettingsError
    or CatalogError for bad input.
    """
    patient = await anyio.to_thread.run_sync(_patient, settings, sample)
    found = await anyio.to_thread.run_sync(machine.look, settings, os.environ)
    forecast = None
    try:
        async with linked(settings, patient.actions) as link:
            found += [organization.identity(link), organization.clock(link.central.ahead)]
            found += await organization.organization(settings, link)
            forecast = await _in_accounts(patient, link, found)
    except DiscoveryError as exc:
        found.append(Diagnosis(Severity.FATAL, "identity", str(exc), _SIGN_IN))
    return Examination(ranked(found), forecast)


@dataclass(frozen=True, slots=True)
class _Patient:
    """The scan that is examined: its settings, its types, the accounts to sample."""

    settings: Settings
    catalog: Catalog
    chosen: Sequence[ResourceType]
    sample: int | None

    @property
    def actions(self) -> set[str]:
        """Return the actions that members' sessions are limited to, as those of the scan are."""
        auto = self.settings.session_policy == "auto"
        return actions_for(self.chosen, self.catalog.types) if auto else set()


def _patient(settings: Settings, sample: int | None) -> _Patient:
    check_access(settings)
    discover.check_accounts(settings)
    catalog = catalog_of(settings, settings.types)
    chosen = catalog.select(settings.types, settings.services)
    return _Patient(settings, catalog, chosen, sample)


async def _in_accounts(patient: _Patient, link: Link, found: list[Diagnosis]) -> Forecast | None:
    """Look into the accounts, as far as that goes; None where nothing can be foreseen."""
    settings, cost = patient.settings, costs.Discovery()
    try:
        with cost.counting(link):
            candidates = await discover.candidates(settings, link)
    except DiscoveryError as exc:
        found.append(Diagnosis(Severity.FATAL, "accounts", str(exc), _CHOOSE))
        return None
    found.append(organization.selection(candidates))
    accounts = [each.account for each in candidates if each.included]
    cost.entries = entry.calls(link, accounts)
    entries = await entry.enter(settings, link, accounts)
    found += entry.diagnoses(settings, link, entries)
    with cost.counting(link):
        visits = await discover.regions(settings, link, accounts)
    found += places.diagnoses(visits)
    return await _with_plan(patient, link, _entered(visits, entries.entered), cost, found)


def _entered(
    visits: Sequence[tuple[Account, Regions]], entered: Sequence[Account]
) -> list[tuple[Account, Regions]]:
    ids = {account.id for account in entered}
    return [(account, regions) for account, regions in visits if account.id in ids]


async def _with_plan(
    patient: _Patient,
    link: Link,
    visits: Sequence[tuple[Account, Regions]],
    cost: costs.Discovery,
    found: list[Diagnosis],
) -> Forecast | None:
    """Try the plan's calls in a sample of the accounts that can be entered, and add them up."""
    settings, types = patient.settings, patient.catalog.types
    plan = await anyio.to_thread.run_sync(make_plan, visits, patient.chosen, serves)
    if not len(plan):
        if visits:
            found.append(Diagnosis(Severity.FATAL, "accounts", _NOWHERE, _ELSEWHERE))
        return None
    chosen = permissions.sampled([account for account, _ in visits], patient.sample)
    trials = await permissions.attempt(link, plan, types, chosen)
    found += await anyio.to_thread.run_sync(permissions.diagnoses, settings, trials)
    given = await costs.circumstances(settings, link, trials, cost)
    forecast = await anyio.to_thread.run_sync(predict, plan, types, given.circumstances)
    found += await anyio.to_thread.run_sync(costs.diagnoses, settings, given, forecast)
    return forecast
