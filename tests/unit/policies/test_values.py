"""Moments, networks and members, as Custodian reads them (the moments: c7n 0.9.53's answers)."""

from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address

import pytest

from scanner.policies import match
from scanner.policies.dates import moment_of
from scanner.policies.networks import in_order, network_of
from scanner.policies.paths import finder, search

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1732449600, "2024-11-24T12:00:00+00:00"),
        (1732449600000, "2024-11-24T12:00:00+00:00"),
        ("1732449600", "2024-11-24T12:00:00+00:00"),
        ("1e10", "2286-11-20T17:46:40+00:00"),
        ("Nov 3", "2026-11-03T00:00:00+00:00"),
        ("10:30", "2026-11-24T10:30:00+00:00"),
        ("2026-11-24", "2026-11-24T00:00:00+00:00"),
        ("2026-11-24T10:00:00+09:00", "2026-11-24T01:00:00+00:00"),
        (datetime(2026, 1, 2), "2026-01-02T00:00:00+00:00"),  # noqa: DTZ001 — the case
        (datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=1))), "2026-01-01T23:00:00+00:00"),
    ],
)
def test_a_moment_is_read_as_people_and_aws_write_it(value, moment):
    assert moment_of(value, NOW) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "value", [None, "", 5, "20261120", "tomorrow", True, [1], 1e30, float("nan"), "9" * 40]
)
def test_what_is_no_moment_is_none(value):
    assert moment_of(value, NOW) is None


def test_a_network_holds_networks_and_addresses_within():
    wide, narrow = network_of("10.0.0.0/8"), network_of("10.1.0.0/16")

    assert narrow in wide
    assert wide not in narrow
    assert ip_address("10.1.2.3") in narrow
    assert ip_address("fd00::1") not in wide
    assert None not in wide


def test_a_list_of_networks_holds_what_one_of_them_holds_or_is():
    several = network_of(["10.0.0.0/8", "3.4.5.6", "nonsense"])

    assert network_of("10.1.0.0/16") in several
    assert network_of("3.4.5.6") in several
    assert network_of("3.4.5.7") not in several
    assert None not in several


@pytest.mark.parametrize("text", ["", "nonsense", "10.0.0.1/8", "fd00::/8", "10.0.0.0/33"])
def test_what_is_no_network_is_none(text):
    assert network_of(text) is None


def test_an_address_that_was_given_is_looked_for_in_a_network_that_was_found():
    address, network = network_of("10.1.2.3"), network_of("10.0.0.0/8")

    assert in_order(address, network) == (network, address)
    assert in_order(network, address) == (network, address)


def test_a_member_of_the_very_name_goes_before_the_expression():
    resource = {"a.b": 1, "a": {"b": 2}}

    assert finder("a.b")(resource) == 1
    assert finder("a.b")({"a": {"b": 2}}) == 2


def test_custodians_own_functions_are_there():
    assert search("split('.', @)[0]")("t3.micro") == "t3"
    assert search("from_json(@).a")('{"a": 1}') == 1
    assert search("from_json(@)")("{") is None


def test_tag_keys_are_transformed_in_order():
    find = finder("tag:FooBar", transforms=["strip", "title", "nounderscores"])

    assert find({"Tags": [{"Key": " foo_bar ", "Value": "x"}]}) == "x"
    assert find({"Tags": [{"Key": "foobar", "Value": "x"}]}) is None
    assert find({"Tags": None}) is None


def test_a_pattern_captures_from_texts_only():
    find = finder("Key", r"(\d+)-")

    assert [find({"Key": each}) for each in ("12-x", "x12-", 12, None)] == ["12", None, None, None]


def test_there_is_no_rest_by_nothing():
    filters = [{"type": "value", "key": "A", "op": "mod", "value": 0}]

    assert not match(filters, {"A": 3}, now=NOW)
