"""The jobs: what is done in each unit. They call nothing; the engine runs them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from scanner.engine.collect import collect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.engine.run import Task
    from scanner.model.resource import ResourceType


def inventory(catalog: Mapping[str, ResourceType]) -> Task:
    """Record every resource of the planned types."""
    return partial(collect, catalog=catalog)
