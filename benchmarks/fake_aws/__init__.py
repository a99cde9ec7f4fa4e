"""A fast fake of AWS on loopback, for benchmarks and fault tests; never a mock of our code."""

from __future__ import annotations

from benchmarks.fake_aws.answers import Volume
from benchmarks.fake_aws.cloud import FakeAws, Options, Throttle
from benchmarks.fake_aws.faults import (
    Break,
    Html,
    Rule,
    SamePage,
    Slow,
    StuckToken,
    denied,
    denied_by_scp,
    disabled_region,
    error,
    expired_token,
    server_error,
    throttle,
)
from benchmarks.fake_aws.journal import Call, Journal
from benchmarks.fake_aws.organization import Member, Organization, OrganizationalUnit
from benchmarks.fake_aws.server import serve

__all__ = [
    "Break",
    "Call",
    "FakeAws",
    "Html",
    "Journal",
    "Member",
    "Options",
    "Organization",
    "OrganizationalUnit",
    "Rule",
    "SamePage",
    "Slow",
    "StuckToken",
    "Throttle",
    "Volume",
    "denied",
    "denied_by_scp",
    "disabled_region",
    "error",
    "expired_token",
    "serve",
    "server_error",
    "throttle",
]
