"""The JSON Schema for editors accepts what can be read, and refuses what is misspelt."""

import pytest
import yaml
from jsonschema import Draft202012Validator

from scanner.catalog.packs import pack_documents
from scanner.policies.schema import schema
from tests.unit.policies.test_document import GOOD

VALIDATOR = Draft202012Validator(schema())


def test_the_schema_is_one():
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    ("name", "text"), [*pack_documents(), ("good", GOOD)], ids=lambda each: each.partition("\n")[0]
)
def test_documents_that_can_be_read_are_valid(name, text):
    assert [each.message for each in VALIDATOR.iter_errors(yaml.safe_load(text))] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("days: 30", "dais: 30"), ("op: in", "op: im"), ("severity: high", "severity: hihg"),
        ("instance-age", "instance-agee"), ("  filters:", "  filter:"), ("policies:", "policie:"),
        ("url: ids.json", "uri: ids.json"),
    ],
)  # fmt: skip
def test_what_is_misspelt_is_not_valid(before, after):
    assert not VALIDATOR.is_valid(yaml.safe_load(GOOD.replace(before, after, 1)))
