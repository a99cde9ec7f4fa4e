"""Which services AWS says it offers where, from botocore's data; it asks nobody."""

from __future__ import annotations

from botocore.exceptions import UnknownRegionError
from botocore.regions import EndpointResolver

from scanner.aws.models import LeanLoader


class Endpoints:
    """botocore's table of endpoints, read when first asked.

    The table is frozen and has gaps: its "no" is a hint, its silence (None) is none.
    """

    def __init__(self, loader: LeanLoader | None = None) -> None:
        self._loader = loader or LeanLoader()
        self._resolver: EndpointResolver | None = None

    def serves(self, service: str, region: str) -> bool | None:
        """Say whether a service has an endpoint in a region; None where the table is silent."""
        resolver = self._read()
        model = self._loader.load_service_model(service, "service-2")
        prefix = model["metadata"]["endpointPrefix"]
        try:
            partition = resolver.get_partition_for_region(region)
        except UnknownRegionError:
            return None
        regions = resolver.get_available_endpoints(prefix, partition)
        return region in regions if regions else None

    def regions(self, partition: str) -> list[str]:
        """List the regions of a partition that the table knows."""
        return sorted(self._read().get_available_endpoints("ec2", partition))

    def _read(self) -> EndpointResolver:
        if self._resolver is None:
            self._resolver = EndpointResolver(self._loader.load_data("endpoints"))
        return self._resolver
