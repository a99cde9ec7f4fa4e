"""Look at this machine: versions, descriptors, environment, output; it asks AWS nothing."""

from __future__ import annotations

import platform
import resource
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scanner.app.doctor.diagnosis import Diagnosis, Severity
from scanner.app.link import VERSION
from scanner.app.means import UNITS_PER_SLOT
from scanner.model.errors import OutputError
from scanner.output import check_writable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.settings import Settings

DESCRIPTORS = 64
"""Open files besides connections and the spilled records of open units: output, logs, Python."""

_SDK = ("aioboto3", "aiobotocore", "botocore")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_BUNDLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
_SWITCHES = (
    "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)  # fmt: skip
_ENDPOINT = "AWS_ENDPOINT_URL"


def look(settings: Settings, environment: Mapping[str, str]) -> list[Diagnosis]:
    """Look at everything that needs no AWS; blocks."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return [
        _versions(),
        descriptors(settings.concurrency, soft),
        *surroundings(environment),
        _output(settings.out),
    ]


def _versions() -> Diagnosis:
    sdk = ", ".join(f"{name} {version(name)}" for name in _SDK)
    text = f"scanner {VERSION}, Python {platform.python_version()}, {sdk}"
    return Diagnosis(Severity.OK, "versions", text)


def descriptors(concurrency: int, limit: int) -> Diagnosis:
    """Compare the limit of open files with a connection a request and a file an open unit."""
    needed = concurrency * (1 + UNITS_PER_SLOT) + DESCRIPTORS
    if limit == resource.RLIM_INFINITY or limit >= needed:
        text = f"enough file descriptors for --concurrency {concurrency}"
        return Diagnosis(Severity.OK, "descriptors", text)
    return Diagnosis(
        Severity.PROBLEM,
        "descriptors",
        f"{limit} file descriptors are too few for --concurrency {concurrency}",
        f"ulimit -n {needed}, or a lower --concurrency",
    )


def surroundings(environment: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Note what leads the SDK elsewhere: proxies, CA bundles, endpoints; no password is shown."""
    upper = {name.upper(): value for name, value in environment.items() if value}
    noted = [f"{name}={_without_password(upper[name])}" for name in _noted(upper)]
    if noted:
        yield Diagnosis(Severity.OK, "environment", f"the SDK heeds {', '.join(noted)}")
    for name in _BUNDLES:
        if name in upper and not Path(upper[name]).exists():
            yield Diagnosis(
                Severity.PROBLEM,
                "environment",
                f"{name} names {upper[name]}, which does not exist: no connection will be trusted",
                f"unset {name}, or let it name the bundle of certificates",
            )


def _noted(upper: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(upper):
        if name in (*_PROXIES, *_BUNDLES, *_SWITCHES) or name.startswith(_ENDPOINT):
            yield name


def _without_password(value: str) -> str:
    try:
        user = urlsplit(value).netloc.rpartition("@")[0]
    except ValueError:
        return "(unreadable)"
    return value.replace(f"{user}@", "", 1) if user else value


def _output(out: Path) -> Diagnosis:
    try:
        check_writable(out)
    except OutputError as exc:
        remedy = "choose another --out, or let this user write there"
        return Diagnosis(Severity.FATAL, "output", str(exc), remedy)
    return Diagnosis(Severity.OK, "output", f"{out} can be written")
