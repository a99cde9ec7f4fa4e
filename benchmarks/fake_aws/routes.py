"""Finds the operation a request asks for, in botocore's own models; it answers nothing."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import botocore
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.utils import PRIORITY_ORDERED_SUPPORTED_PROTOCOLS

from benchmarks.fake_aws.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel

    from benchmarks.fake_aws.request import Request

_DATA = Path(botocore.__file__).parent / "data"
_METADATA = '"metadata":'
_HEAD = 8192
# Query keys whose value, not only presence, chooses the operation.
_CHOOSERS = ("operation", "Operation", "find", "list-type", "scope", "select-type", "type", "view")
_EXPRESS = "s3express"
_LABEL = re.compile(r"\\\{([\w\\-]+?)(\\\+)?\\\}")


@dataclass(frozen=True)
class Route:
    """Where a REST operation lives: its method, path and the query keys it insists on."""

    method: str
    path: re.Pattern[str]
    labels: tuple[str, ...]
    keys: frozenset[str]
    weight: tuple[int, int]
    operation: str


@dataclass(frozen=True, eq=False)
class Service:
    """One service of botocore at its newest version; models load when first needed."""

    name: str
    version: str
    protocol: str
    signing_name: str
    target: str

    @cached_property
    def model(self) -> ServiceModel:
        document = _loader().load_service_model(self.name, "service-2", self.version)
        return ServiceModel(document, self.name)

    @cached_property
    def paginators(self) -> dict[str, Any]:
        try:
            document = _loader().load_service_model(self.name, "paginators-1", self.version)
        except botocore.exceptions.DataNotFoundError:
            return {}
        pagination: dict[str, Any] = document["pagination"]
        return pagination

    @cached_property
    def routes(self) -> list[Route]:
        """List the REST routes, the most particular first."""
        routes = (_route(self.model.operation_model(name)) for name in self.model.operation_names)
        return sorted(routes, key=lambda route: route.weight, reverse=True)

    def match(self, method: str, path: str, keys: frozenset[str]) -> Match | None:
        for route in self.routes:
            if route.method == method and route.keys <= keys:
                found = route.path.fullmatch(path)
                if found:
                    texts = map(unquote, found.groups())
                    labels = dict(zip(route.labels, texts, strict=True))
                    return Match(self, route.operation, labels, route.weight)
        return None


@dataclass(frozen=True, eq=False)
class Match:
    """The operation of a request, and what its path says."""

    service: Service
    operation: str
    labels: dict[str, str]
    weight: tuple[int, int] = (0, 0)

    @property
    def model(self) -> OperationModel:
        return self.service.model.operation_model(self.operation)


@cache
def _loader() -> Loader:
    return Loader()


@cache
def services() -> dict[str, list[Service]]:
    """Index all services by signing name, the one of that very name first."""
    index: dict[str, list[Service]] = {}
    for folder in sorted(_DATA.iterdir()):
        versions = sorted(folder.glob("*/service-2.json*"))
        if versions:
            service = _read_metadata(folder.name, versions[-1])
            index.setdefault(service.signing_name, []).append(service)
    for signing_name, found in index.items():
        found.sort(key=lambda service: (service.name != signing_name, service.name))
    index[_EXPRESS] = index["s3"]
    return index


def _read_metadata(name: str, file: Path) -> Service:
    """Read only the first bytes of a model: all 400 in full would take seconds."""
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
        text = stream.read(_HEAD).decode(errors="replace")
    start = text.index(_METADATA) + len(_METADATA)
    metadata, _ = json.JSONDecoder().raw_decode(text[start:].lstrip())
    return Service(
        name=name,
        version=file.parent.name,
        protocol=min(
            metadata.get("protocols", [metadata["protocol"]]),
            key=PRIORITY_ORDERED_SUPPORTED_PROTOCOLS.index,
        ),
        signing_name=metadata.get("signingName", metadata["endpointPrefix"]),
        target=metadata.get("targetPrefix", ""),
    )


def _route(model: OperationModel) -> Route:
    path, _, query = model.http["requestUri"].partition("?")
    pattern = _LABEL.sub(
        lambda label: "(.+)" if label[2] else "([^/]+)",
        re.escape(path.rstrip("/") or "/"),
    )
    keys = frozenset(each for each in query.split("&") if each)
    literal = len(_LABEL.sub("", re.escape(path)))
    labels = tuple(name.replace("\\", "") for name, _ in _LABEL.findall(re.escape(path)))
    return Route(
        method=model.http["method"],
        path=re.compile(pattern),
        labels=labels,
        keys=keys,
        weight=(len(keys), literal),
        operation=model.name,
    )


class Router:
    """Resolves requests to operations, and remembers the paths it has seen lately."""

    def __init__(self) -> None:
        self._rest = lru_cache(maxsize=8192)(_match_path)
        self._rpc = lru_cache(maxsize=8192)(_match_name)

    def resolve(self, request: Request, signing_name: str) -> Match:
        """Return the operation asked for; raises `Failure` where no model knows it."""
        match = self._find(request, signing_name)
        if match is None:
            raise Failure(
                "UnknownOperationException", 404, f"{request.method} {request.path}: no operation"
            )
        return match

    def _find(self, request: Request, signing_name: str) -> Match | None:
        target = request.headers.get("x-amz-target")
        if target:
            prefix, _, name = target.rpartition(".")
            return self._rpc(signing_name, "target", prefix, name)
        action = request.form.get("Action")
        if action:
            return self._rpc(signing_name, "version", request.form.get("Version", ""), action)
        if signing_name == _EXPRESS and (request.method, request.path) == ("GET", "/"):
            return Match(services()["s3"][0], "ListDirectoryBuckets", {})
        path = _with_virtual_host(request) if signing_name == "s3" else request.path
        keys = {f"{key}={request.query[key]}" for key in _CHOOSERS if key in request.query}
        return self._rest(signing_name, request.method, path, frozenset(keys.union(request.query)))


def _match_name(signing_name: str, trait: str, value: str, operation: str) -> Match | None:
    for service in services().get(signing_name, ()):
        if getattr(service, trait) == value and operation in service.model.operation_names:
            return Match(service, operation, {})
    return None


def _match_path(signing_name: str, method: str, path: str, keys: frozenset[str]) -> Match | None:
    """Ask every service that signs so (s3 and s3control do): the most particular route wins."""
    path = path.rstrip("/") or "/"
    found = [service.match(method, path, keys) for service in _rest_services(signing_name)]
    return max(filter(None, found), key=lambda match: match.weight, default=None)


def _rest_services(signing_name: str) -> Iterator[Service]:
    for service in services().get(signing_name, ()):
        if service.protocol.startswith("rest"):
            yield service


def _with_virtual_host(request: Request) -> str:
    """Put the bucket of `bucket.localhost` where path-style addressing has it."""
    bucket, dot, _ = request.headers.get("host", "").rpartition(".localhost")
    is_account = (
        bucket.isdigit()
    )  # s3control has it there; buckets of digits alone are ours to miss
    return f"/{bucket}{request.path}" if dot and bucket and not is_account else request.path
