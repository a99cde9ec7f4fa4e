"""Decide the units of a run: accounts x regions x services, in a good order; it calls nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.model.target import GLOBAL, Account, Regions, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from scanner.model.resource import ResourceType
    from scanner.model.shard import Shard
    from scanner.model.task import Task

_NOWHERE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will visit: accounts with their regions, services with their types.

    `absent` names the regions in which AWS does not have a service: what can't exist there is
    not planned.

    Units come service by service and region by region, accounts innermost: neighbouring units
    burden different accounts, share a client and end up in the same file.
    """

    accounts: tuple[tuple[Account, Regions], ...]
    regional: Mapping[str, tuple[str, ...]]
    worldwide: Mapping[str, tuple[str, ...]]
    absent: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOWHERE)

    def of_shard(self, shard: Shard) -> Plan:
        """Return the part of the plan that one shard works on; it may be empty."""
        accounts = tuple(pair for pair in self.accounts if shard.holds(pair[0].id))
        return replace(self, accounts=accounts)

    def units(self) -> Iterator[Unit]:
        """Yield every unit once, always in the same order."""
        for service, types in self.worldwide.items():
            for account, _ in self.accounts:
                yield Unit(account, GLOBAL, service, types)
        for service, types in self.regional.items():
            for region in self.regions:
                if region not in self.absent.get(service, ()):
                    yield from self._in_region(region, service, types)

    def _in_region(self, region: str, service: str, types: tuple[str, ...]) -> Iterator[Unit]:
        for account, regions in self.accounts:
            if region in regions.enabled:
                yield Unit(account, region, service, types)
            elif region in regions.disabled:
                yield Unit(account, region, service, types, enabled=False)

    def unit(self, number: int, region: str, service: str) -> Unit:
        """Return the unit of a service in a region of the account of that number in `accounts`."""
        account, regions = self.accounts[number]
        types = (self.worldwide if region == GLOBAL else self.regional)[service]
        enabled = region == GLOBAL or region in regions.enabled
        return Unit(account, region, service, types, enabled=enabled)

    @property
    def regions(self) -> tuple[str, ...]:
        """Name every region that some account will be visited in, or should have been."""
        found = {name for _, each in self.accounts for name in (*each.enabled, *each.disabled)}
        return tuple(sorted(found))

    def __len__(self) -> int:
        """Count the units."""
        visits = Counter(
            name for _, each in self.accounts for name in (*each.enabled, *each.disabled)
        )
        spots = visits.total() * len(self.regional)
        absent = sum(
            visits[name] for service in self.regional for name in self.absent.get(service, ())
        )
        return len(self.accounts) * len(self.worldwide) + spots - absent

    def shared(self) -> Counter[tuple[str, str]]:
        """Count the units of each region and service: how long its client is needed."""
        return Counter((unit.region, unit.service) for unit in self.units())

    def to_dict(self) -> dict[str, Any]:
        """Write the plan as plain data, for plan.json; external ids are secrets and left out."""
        return {
            "accounts": [
                {**_public(account), "visit": asdict(regions)} for account, regions in self.accounts
            ],
            "regional": dict(self.regional),
            "global": dict(self.worldwide),
            "absent": dict(self.absent),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], external_ids: Mapping[str, str] = _NONE) -> Plan:
        """Read what `to_dict` wrote; `external_ids` are those of accounts with their own."""
        return cls(
            tuple(_visit(dict(each), external_ids) for each in plain["accounts"]),
            *(
                {service: tuple(names) for service, names in plain[part].items()}
                for part in ("regional", "global", "absent")
            ),
        )


def _public(account: Account) -> dict[str, Any]:
    return {name: value for name, value in asdict(account).items() if name != "external_id"}


def _visit(plain: dict[str, Any], external_ids: Mapping[str, str]) -> tuple[Account, Regions]:
    visit = plain.pop("visit")
    account = Account(
        **plain | {"roles": tuple(plain["roles"]), "regions": tuple(plain["regions"])},
        external_id=external_ids.get(plain["id"]),
    )
    regions = Regions(
        **visit | {"enabled": tuple(visit["enabled"]), "disabled": tuple(visit["disabled"])}
    )
    return account, regions


def make_plan(
    accounts: Iterable[tuple[Account, Regions]],
    types: Iterable[ResourceType],
    serves: Callable[[str, str], bool | None] = lambda _service, _region: None,
) -> Plan:
    """Plan to look for `types` in every account; services with the most types come first.

    `serves` says whether AWS has a service in a region: only a clear no is left out.
    """
    by_scope: dict[str, dict[str, list[str]]] = {"regional": {}, "global": {}}
    for each in types:
        by_scope[each.scope].setdefault(each.service, []).append(each.type)
    plan = Plan(
        tuple(sorted(accounts, key=lambda pair: pair[0].id)),
        _heaviest_first(by_scope["regional"]),
        _heaviest_first(by_scope["global"]),
    )
    absent = {
        service: tuple(name for name in plan.regions if serves(service, name) is False)
        for service in plan.regional
    }
    return replace(plan, absent={service: names for service, names in absent.items() if names})


def plan_task(visits: Iterable[tuple[Account, Regions]], task: Task[..., Any]) -> Plan:
    """Plan a user's own task, which stands in the place of a service."""
    everywhere = {task.name: task.expected}
    once = task.scope == "account"
    accounts = tuple(sorted(visits, key=lambda pair: pair[0].id))
    return Plan(accounts, {} if once else everywhere, everywhere if once else {})


def _heaviest_first(services: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    ranked = sorted(services.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {service: tuple(sorted(types)) for service, types in ranked}
