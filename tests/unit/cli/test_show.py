"""`scanner types` and `scanner config show`: tables for people, JSON for programs."""

import json

import pytest

from scanner.catalog import Catalog
from scanner.cli import options
from scanner.settings import Settings

SECRET = "correct-horse-battery-staple"


def test_types_lists_the_whole_catalogue(run):
    result = run("types")
    catalog = Catalog.load().types

    assert (result.code, result.err) == (0, "")
    assert all(name in result.out for name in catalog)
    assert result.out.splitlines()[-1].startswith(f"{len(catalog)} types of ")


def test_types_in_json_are_what_the_catalogue_holds(run):
    rows = json.loads(run("types", "--json").out)
    catalog = Catalog.load().types

    assert {row["type"] for row in rows} == set(catalog)
    for row in rows:
        declared = catalog[row["type"]]
        assert (row["service"], row["scope"]) == (declared.service, declared.scope)
        assert row["operation"] in row["operations"]


def test_types_takes_globs_and_services(run):
    by_glob = {row["type"] for row in json.loads(run("types", "AWS::S3::*", "--json").out)}
    by_service = json.loads(run("types", "--services", "s3,sqs", "--json").out)

    assert "AWS::S3::Bucket" in by_glob
    assert all(name.startswith("AWS::S3::") for name in by_glob)
    assert {row["service"] for row in by_service} == {"s3", "sqs"}


@pytest.mark.parametrize("as_json", [True, False])
def test_config_show_prints_values_and_origins_but_never_a_secret(here, run, monkeypatch, as_json):
    monkeypatch.setenv("SCANNER_EXTERNAL_ID", SECRET)
    (here / "scanner.toml").write_text('role = "audit"\n')
    result = run("config", "show", "--regions", "eu-*", *(["--json"] if as_json else []))

    assert result.code == 0
    assert SECRET not in result.out + result.err
    assert "audit" in result.out
    if as_json:
        rows = json.loads(result.out)
        assert rows.keys() == Settings.model_fields.keys()
        assert rows["external_id"] == {"value": "(set)", "origin": "environment"}
        assert rows["role"] == {"value": "audit", "origin": "scanner.toml"}
        assert rows["regions"] == {"value": ["eu-*"], "origin": "option"}
        assert rows["out"] == {"value": "scan", "origin": "default"}


def test_a_flag_can_be_taken_back(run, here):
    (here / "scanner.toml").write_text("include-management = true\n")
    shown = json.loads(run("config", "show", "--no-include-management", "--json").out)

    assert shown["include_management"] == {"value": False, "origin": "option"}


def test_logs_are_json_where_nobody_watches(run, monkeypatch, here):
    monkeypatch.setattr(options, "_DOCKER", here / "none")
    for name in options._CONTAINERS:
        monkeypatch.delenv(name, raising=False)
    assert options._log_format() == "console"

    monkeypatch.setenv(options._CONTAINERS[0], "function")
    assert options._log_format() == "json"
