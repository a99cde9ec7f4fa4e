"""Join three public sources on where services exist; none is complete, so yes wins."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.session import Session

from scanner.derive import cloudformation, models
from scanner.derive.packages import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scanner.model.resource import ResourceType


@dataclass(frozen=True, slots=True)
class Source:
    """Regions by service, and all regions that the source speaks of at all."""

    regions: Mapping[str, frozenset[str]]
    covered: frozenset[str]


@dataclass(frozen=True, slots=True)
class Presence:
    """Where a service exists, and where no source that knows it has looked."""

    regions: frozenset[str]
    unsure: frozenset[str] = field(default_factory=frozenset)


def presences(types: Iterable[ResourceType], aliases: Mapping[str, str]) -> dict[str, Presence]:
    """Say of each service that some source knows where it exists."""
    sources = (_endpoints(), _infrastructure(aliases), _schemas(types))
    everywhere = known_regions(sources)
    found = {}
    for service in models.services():
        knowing = [source for source in sources if source.regions.get(service)]
        if knowing:
            regions = frozenset[str]().union(*(source.regions[service] for source in knowing))
            seen = frozenset[str]().union(*(source.covered for source in knowing))
            found[service] = Presence(regions, everywhere - seen)
    return found


def known_regions(sources: Iterable[Source]) -> frozenset[str]:
    """Return every region that some source speaks of."""
    return frozenset[str]().union(*(source.covered for source in sources))


def _endpoints() -> Source:
    """Read botocore's endpoint data, which nobody adds to any more."""
    session = Session()
    partitions = session.get_available_partitions()
    found = {
        service: frozenset(
            region
            for partition in partitions
            for region in session.get_available_regions(service, partition)
        )
        for service in models.services()
    }
    return _source(found)


def _infrastructure(aliases: Mapping[str, str]) -> Source:
    """Read Systems Manager's list of services, of which moto packs a snapshot."""
    path = folder_of("moto") / "ssm/resources/services.json.gz"
    tree: Any = json.loads(gzip.decompress(path.read_bytes()))
    listed = tree["aws"]["service"]["global-infrastructure"]["services"]
    names = {service: aliases.get(service, service) for service in models.services()}
    found = {
        service: frozenset(listed.get(name, {}).get("regions", {})) - {"Value"}
        for service, name in names.items()
    }
    return _source(found)


def _schemas(types: Iterable[ResourceType]) -> Source:
    """Find the regions in which CloudFormation has one of a service's types."""
    regions = cloudformation.regional_types()
    found: dict[str, set[str]] = defaultdict(set)
    for each in types:
        found[each.service] |= {region for region, names in regions.items() if each.type in names}
    return Source({service: frozenset(some) for service, some in found.items()}, frozenset(regions))


def _source(regions: Mapping[str, frozenset[str]]) -> Source:
    return Source(regions, frozenset[str]().union(*regions.values()))
