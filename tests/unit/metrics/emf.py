"""Reads lines as CloudWatch would: holds them to the format, takes out metrics; asserts form."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = json.loads(Path(__file__).with_name("emf.schema.json").read_text(encoding="utf-8"))
DOCUMENT = Draft202012Validator(SCHEMA)
TARGET, DIMENSION = (
    Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})
    for name in ("target", "dimension")
)
LINE_BYTES = 16 * 1024
"""A longer line is cut in two by Docker, whose log drivers ECS uses."""


def check(line):
    """Hold a line to the format; returns the document."""
    assert "\n" not in line
    assert len(line.encode()) < LINE_BYTES
    document = json.loads(line)
    DOCUMENT.validate(document)
    for directive in document["_aws"]["CloudWatchMetrics"]:
        names = [metric["Name"] for metric in directive["Metrics"]]
        assert len(set(names)) == len(names)
        for name in names:
            TARGET.validate(document[name])
        for name in {each for some in directive["Dimensions"] for each in some}:
            DIMENSION.validate(document[name])
    return document


def is_document(line):
    return line.startswith('{"_aws"')


def metrics_of(document):
    """Take out the metrics: name → value."""
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    return {metric["Name"]: document[metric["Name"]] for metric in directive["Metrics"]}
