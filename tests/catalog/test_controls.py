"""Every built-in control: a resource that passes, one that fails, and one nobody can judge."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from scanner.app.controls import pack
from scanner.catalog import Catalog
from scanner.catalog.packs import PACKS, pack_documents
from scanner.engine.evaluate import Evaluation
from scanner.model.control import Expect
from scanner.model.finding import Result
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.model.record import Record
from scanner.policies.document import Surroundings, read_policies

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TYPES = Catalog.load(everything=True).types
CURATED = Catalog.load().types
GIVEN = Surroundings(NOW, TYPES, lambda source: [])
CHECKS = {
    check.control.id: check
    for name, text in pack_documents()
    for check in read_policies(text, name, GIVEN)
}
SAMPLES = yaml.safe_load((Path(__file__).parent / "controls.yaml").read_text(encoding="utf-8"))


def record(check, sample, unread=()):
    sample = dict(sample)
    details, tags = sample.pop("_", {}), sample.pop("#", {})
    fields = dict.fromkeys(Record.__slots__) | {
        "account_id": "1", "region": "r", "resource_type": check.control.types[0],
        "resource_id": "i", "configuration": sample, "redacted": [], "unread": list(unread),
        "supplementary": details | dict.fromkeys(unread), "tags": None if "Tags" in unread else tags,
    }  # fmt: skip
    return Record(**fields)


def answers(check, records, status=Status.COMPLETE):
    """Return the results of one unit, and how many passed."""
    evaluation = Evaluation([check])
    (name,) = check.control.types
    outcome = Outcome("1", "r", "s", status, {name: TypeOutcome(status, len(records))})
    found = [*evaluation.unit(outcome, records), *evaluation.finish()]
    return [each.result for each in found], evaluation.tally.total.passed


@pytest.mark.parametrize("name", CHECKS)
def test_a_control_passes_fails_and_does_not_know(name):
    check, sample = CHECKS[name], SAMPLES[name]
    failing = [] if sample["fails"] is None else [record(check, sample["fails"])]

    assert answers(check, [record(check, sample["passes"])]) == ([], 1)
    assert answers(check, failing) == ([Result.FAIL], 0)
    assert answers(check, failing, Status.DENIED) == ([Result.UNKNOWN], 0)


def looked_at(name):
    """Name the details and tags that decide a control, by the samples that tell them apart."""
    passes, fails = SAMPLES[name]["passes"], SAMPLES[name]["fails"] or {}
    return [*passes.get("_", {}), *(["Tags"] if "#" in passes else [])] if fails else []


@pytest.mark.parametrize("name", [name for name in CHECKS if looked_at(name)])
def test_a_control_does_not_know_where_a_detail_was_not_read(name):
    check, sample = CHECKS[name], dict(SAMPLES[name]["passes"])
    sample.pop("_", None), sample.pop("#", None)

    results, passed = answers(check, [record(check, sample, looked_at(name))])

    assert (results, passed) == ([Result.UNKNOWN], 0)


def test_every_detail_that_a_control_needs_is_one_of_its_type():
    for name, check in CHECKS.items():
        details = {call.name for call in CURATED[check.control.types[0]].each} | {"Tags"}
        assert set(looked_at(name)) <= details, name


def test_every_control_has_samples_and_words():
    assert set(SAMPLES) == set(CHECKS)
    for check in CHECKS.values():
        control = check.control
        assert all((control.title, control.rationale, control.remediation, control.links)), (
            control.id
        )
        assert control.types[0] in CURATED, control.id
        assert set(check.standards) <= set(PACKS)


def test_packs_have_their_controls_under_their_own_numbers():
    packs = {name: list(pack(name, GIVEN)) for name in PACKS}

    ids = Counter(check.control.id for checks in packs.values() for check in checks)
    assert max(ids.values()) == 1
    assert {name: len(checks) for name, checks in packs.items()} == {
        "cis-aws-3": 30, "fsbp": 152, "tagging": 12, "cost": 10,
    }  # fmt: skip
    assert {"cis-aws-3/1.4", "fsbp/S3.8", "tagging/TAG.1", "cost/COST.1"} <= set(ids)
    for name, checks in packs.items():
        assert {check.control.standard for check in checks} == {PACKS[name]}


def test_what_wants_something_somewhere_is_not_what_finds_fault():
    wanting = {name for name, check in CHECKS.items() if check.control.expect is not Expect.NONE}

    assert wanting == {
        "iam-support-role", "iam-access-analyzer", "cloudtrail-multi-region", "config-enabled",
        "guardduty-enabled", "securityhub-enabled",
    }  # fmt: skip
