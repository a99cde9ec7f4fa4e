"""Which regions the simulated accounts have: ListRegions and DescribeRegions, which moto lacks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.simulation.wire import element, json_answer, xml_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.simulation.wire import Answer, Request

_OPT_IN = frozenset(
    (
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    )
)
_PAGE = 50  # the most that AWS gives in one page
_EC2 = "http://ec2.amazonaws.com/doc/2016-11-15/"


@dataclass(frozen=True, slots=True)
class Geography:
    """The enabled regions and the one that is not; there are no others in this world."""

    enabled: tuple[str, ...]
    disabled: str

    @property
    def _names(self) -> list[str]:
        return sorted({*self.enabled, self.disabled})

    def list_regions(self, request: Request) -> Answer:
        """Answer `account:ListRegions`, in pages."""
        asked = json.loads(request.body or b"{}")
        wanted = asked.get("RegionOptStatusContains")
        regions = [
            {"RegionName": name, "RegionOptStatus": self._status(name)}
            for name in self._names
            if not wanted or self._status(name) in wanted
        ]
        start = int(asked.get("NextToken") or 0)
        end = start + int(asked.get("MaxResults") or _PAGE)
        more = {"NextToken": str(end)} if end < len(regions) else {}
        return json_answer({"Regions": regions[start:end], **more})

    def describe_regions(self, request: Request) -> Answer:
        """Answer `ec2:DescribeRegions`, with its filters."""
        everything = request.parameters.get("AllRegions") == "true"
        names = request.listed("RegionName")
        filters = dict(_filters(request))
        items = [
            f"<item>{_ec2_region(name, status)}</item>"
            for name in self._names
            if (status := self._ec2_status(name)) != "not-opted-in" or everything
            if not names or name in names
            if name in filters.get("region-name", [name])
            if status in filters.get("opt-in-status", [status])
        ]
        regions = f"<regionInfo>{''.join(items)}</regionInfo>"
        return xml_answer(
            f'<DescribeRegionsResponse xmlns="{_EC2}">{regions}</DescribeRegionsResponse>'
        )

    def _status(self, name: str) -> str:
        if name == self.disabled:
            return "DISABLED"
        return "ENABLED" if name in _OPT_IN else "ENABLED_BY_DEFAULT"

    def _ec2_status(self, name: str) -> str:
        if name == self.disabled:
            return "not-opted-in"
        return "opted-in" if name in _OPT_IN else "opt-in-not-required"


def _filters(request: Request) -> Iterator[tuple[str, list[str]]]:
    for key, name in request.parameters.items():
        if key.startswith("Filter.") and key.endswith(".Name"):
            yield name, request.listed(key.removesuffix("Name") + "Value")


def _ec2_region(name: str, status: str) -> str:
    return (
        element("regionName", name)
        + element("regionEndpoint", f"ec2.{name}.amazonaws.com")
        + element("optInStatus", status)
    )
