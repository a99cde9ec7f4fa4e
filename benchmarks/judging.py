"""Measures what a hundred controls cost while the inventory streams, against collecting it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from benchmarks.contenders import SCANNER, scanner_command
from benchmarks.measure import Fake, measure
from benchmarks.table import Bar, Report, lines
from benchmarks.workload import LISTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measure import Load, Measurement

FILTERS: tuple[list[Any], ...] = (
    [{"tag:owner-of-nothing": "present"}],
    [{"type": "value", "key": "tag:Name", "op": "regex", "value": "^no-such-[0-9]{3}$"}],
    [{"or": [{"Encrypted": "no"}, {"KmsKeyId": "none"}, {"StorageEncrypted": "no"}]}],
    [{"not": [{"NoSuchMember": "absent"}]}],
    [{"type": "value", "key": "length(keys(@))", "op": "gt", "value": 1000}],
    [{"type": "list-item", "key": "Tags", "attrs": [{"Key": "no-such-key"}]}],
    [{"type": "value", "key": "CreateTime", "value_type": "age", "op": "gt", "value": 99999}],
    [{"type": "value", "key": "Tags[?Key=='a'].Value | [0]", "op": "eq", "value": "no"}],
    [{"type": "value", "key": "State || Status", "op": "in", "value": ["gone", "lost"]}],
    [{"and": [{"tag:env": "prod"}, {"tag:class": "secret"}, {"PubliclyAccessible": "yes"}]}],
)
"""Ten kinds of filters, none of which selects what the fake makes up; each of every type."""

MOST_CPU = 1.0
"""CPU of judging, as a part of that of collecting."""
MOST_MIB = 32.0
"""Memory that judging may take."""


def judging(load: Load) -> Report:
    """Scan with and without a hundred controls."""
    with Fake.running(load) as fake:
        alone = measure(SCANNER, fake, load)
        judged = measure(replace(SCANNER, name="with 100 controls", command=_judged), fake, load)
    if alone.records != judged.records:
        raise SystemExit(f"{alone.records} records, but with controls {judged.records}")
    runs: list[Measurement] = [alone, judged]
    extra = (judged.cpu_s - alone.cpu_s) / alone.cpu_s
    bars = [
        Bar("CPU of 100 controls, times that of collecting", extra, MOST_CPU, least=False),
        Bar("memory of 100 controls, MiB", judged.peak_mib - alone.peak_mib, MOST_MIB, least=False),
    ]
    return Report(lines(runs), {"runs": [each.document() for each in runs]}, bars)


def _judged(load: Load, here: Path) -> list[str]:
    policies = [
        {"name": f"{listing.service}-{listing.operation}-{number}", "resource": listing.type,
         "filters": filters}
        for listing in LISTINGS
        for number, filters in enumerate(FILTERS)
    ]  # fmt: skip
    (here / "policies.json").write_text(json.dumps({"policies": policies}))
    types = ",".join(listing.type for listing in LISTINGS)
    python, flag, program, _, *options = scanner_command(load, here, types)
    chosen = ["policies.json", "--scan", "--format", "json"]
    return [python, flag, program, "check", *chosen, *options]
