"""The jobs: what is done in each unit. They call nothing; the engine runs them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scanner.engine.collect import collect
from scanner.engine.perform import perform

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scanner.aws.guests import Guests
    from scanner.engine.run import Task
    from scanner.model.resource import ResourceType
    from scanner.model.task import Task as Own


def inventory(catalog: Mapping[str, ResourceType]) -> Task:
    """Record every resource of the planned types."""
    return partial(collect, catalog=catalog)


def own(
    task: Own[..., Any],
    guests: Guests,
    params: Mapping[str, str],
    catalog: Mapping[str, ResourceType],
) -> Task:
    """Do a user's own task; of types in the catalogue it is known what is secret."""
    return partial(perform, task=task, guests=guests, params=params, catalog=catalog)
