"""Ask botocore's endpoint rules which services answer for all regions at one place; no network."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import BotoCoreError, DataNotFoundError, UnknownServiceError

from scanner.derive.models import loader

FIRST = "us-east-1"
_REGIONS = (FIRST, "eu-west-1", "ap-southeast-2", "sa-east-1")


@cache
def home_of(service: str) -> str | None:
    """Return the region that a global service's requests are signed for; None: it is regional."""
    try:
        rules = loader().load_service_model(service, "endpoint-rule-set-1")
    except (DataNotFoundError, UnknownServiceError):
        return None
    provider = EndpointProvider(rules, loader().load_data("partitions"))
    try:
        endpoints = [
            provider.resolve_endpoint(Region=region, UseDualStack=False, UseFIPS=False)
            for region in _REGIONS
        ]
    except BotoCoreError:
        return None
    if len({endpoint.url for endpoint in endpoints}) > 1:
        return None
    return _signed_for(endpoints[0].properties)


def _signed_for(properties: dict[str, Any]) -> str:
    schemes = properties.get("authSchemes") or [{}]
    return str(schemes[0].get("signingRegion", FIRST))
