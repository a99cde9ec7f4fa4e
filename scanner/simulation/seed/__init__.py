"""Fills the simulated organization with resources and says what it made; runs in the child only."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from moto.moto_api._internal import mock_random

from scanner.simulation.organization import MANAGEMENT_ID
from scanner.simulation.seed import account, application, network, storage
from scanner.simulation.seed.door import Door
from scanner.simulation.seed.founding import found
from scanner.simulation.seed.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import WSGIApplication

    from scanner.simulation.organization import AccountPlan, Created, OrganizationPlan

_SEED = 20261124
_GLOBAL_HOME = "us-east-1"
_ABROAD = 0.35  # how much less goes on outside an account's home region


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make something, at most how often in one place, and how likely each time."""

    make: Callable[[Place, int], None]
    times: int
    likelihood: float


_ONCE_AN_ACCOUNT = (
    Recipe(account.application_role, 1, 1.0),
    Recipe(account.policy, 2, 0.5),
    Recipe(account.user, 2, 0.5),
    Recipe(account.zone, 1, 0.4),
)

_REGIONAL = (
    Recipe(storage.key, 1, 0.5),
    Recipe(storage.volume, 2, 0.4),
    Recipe(storage.bucket, 2, 0.6),
    Recipe(storage.table, 2, 0.4),
    Recipe(storage.database, 1, 0.4),
    Recipe(storage.database_cluster, 1, 0.15),
    Recipe(storage.file_system, 1, 0.2),
    Recipe(storage.secret, 2, 0.4),
    Recipe(storage.parameter, 3, 0.4),
    Recipe(application.function, 2, 0.6),
    Recipe(application.queue, 2, 0.5),
    Recipe(application.topic, 1, 0.5),
    Recipe(application.stream, 1, 0.2),
    Recipe(application.state_machine, 1, 0.3),
    Recipe(application.rule, 1, 0.4),
    Recipe(application.log_group, 3, 0.5),
    Recipe(application.alarm, 2, 0.4),
    Recipe(application.certificate, 1, 0.1),
    Recipe(application.trail, 1, 0.25),
)

_IN_A_NETWORK = (
    Recipe(network.instances, 3, 0.5),
    Recipe(network.load_balancer, 1, 0.4),
    Recipe(network.scaling_group, 1, 0.3),
    Recipe(network.containers, 1, 0.3),
    Recipe(network.kubernetes, 1, 0.1),
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What exists now: accounts by name and the resources in them."""

    account_ids: dict[str, str]
    created: Created


def seed(app: WSGIApplication, plan: OrganizationPlan) -> Seeded:
    """Create the organization and everything in it, with the same identifiers every time."""
    mock_random.seed(_SEED)
    door = Door(app)
    account_ids = found(door, plan)
    created = {
        account_ids[each.name]: _fill(door, plan, each, account_ids[each.name])
        for each in plan.accounts
        if each.standing == "active"  # nobody can look into the others
    }
    return Seeded(account_ids, created)


def _fill(
    door: Door, plan: OrganizationPlan, owner: AccountPlan, account_id: str
) -> dict[str, dict[str, int]]:
    home = Random(owner.name).choice(plan.regions)
    places = {
        region: Place(
            owner, account_id, region, region == home, door, Random(f"{owner.name}/{region}")
        )
        for region in plan.regions
    }
    random = Random(owner.name)
    whole = Place(owner, account_id, _GLOBAL_HOME, home=True, door=door, random=random)
    if account_id != MANAGEMENT_ID:
        whole.created["AWS::IAM::Role"] += 1  # AWS Organizations made one in each member
    _follow(_ONCE_AN_ACCOUNT, whole)
    for place in places.values():
        _follow(_REGIONAL, place)
        if place.home or place.chance(_ABROAD / 2):
            network.network(place, 0)
            _follow(_IN_A_NETWORK, place)
    return {name: dict(place.created) for name, place in {"global": whole, **places}.items()}


def _follow(recipes: Iterable[Recipe], place: Place) -> None:
    share = 1.0 if place.home else _ABROAD
    for recipe in recipes:
        for index in range(recipe.times):
            if place.chance(recipe.likelihood * share):
                recipe.make(place, index)
