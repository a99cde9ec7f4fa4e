"""Amazon OpenSearch Service: how a domain is spoken to."""

from __future__ import annotations

from typing import Any

from scanner.catalog.setting import on
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_ONE = {"DomainName": "$DomainName"}
_MEMBERS = ("EnforceHTTPS", "TLSSecurityPolicy")


def _wanted(found: Found) -> dict[str, Any]:
    return {"EnforceHTTPS": True, "TLSSecurityPolicy": found.options["value"]}


def _update(found: Found, options: dict[str, Any]) -> Write:
    params = on(found, _ONE) | {"DomainEndpointOptions": options}
    return Write("opensearch", "UpdateDomainConfig", params)


TLS = Action(
    "update-tls-config",
    "AWS::OpenSearchService::Domain",
    "opensearch",
    "answer for a domain over HTTPS alone, with a version of TLS that is not old",
    Risk.MEDIUM,
    reads=(
        Call(
            "DescribeDomainConfig",
            _ONE,
            out="DomainConfig.DomainEndpointOptions.Options.{"
            + ", ".join(f"{each}: {each}" for each in _MEMBERS)
            + "}",
            name="Endpoint",
            absent=("ResourceNotFoundException",),
        ),
    ),
    needed=lambda found: (
        found.before["Endpoint"] is not None and found.before["Endpoint"] != _wanted(found)
    ),
    writes=lambda found: [_update(found, _wanted(found))],
    undo=lambda found: [
        _update(found, {k: v for k, v in found.before["Endpoint"].items() if v is not None})
    ],
    options=(
        Option(
            "value",
            {
                "enum": [
                    "Policy-Min-TLS-1-0-2019-07",
                    "Policy-Min-TLS-1-2-2019-07",
                    "Policy-Min-TLS-1-2-PFS-2023-10",
                ]
            },
            default="Policy-Min-TLS-1-2-2019-07",
        ),
    ),
    calls=("UpdateDomainConfig",),
)
