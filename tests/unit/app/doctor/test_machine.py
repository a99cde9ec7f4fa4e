"""This machine as the doctor sees it: descriptors, environment, clock, disk."""

import resource

import pytest

from scanner.app.doctor import Severity
from scanner.app.doctor.costs import pace, room, size, span
from scanner.app.doctor.diagnosis import Diagnosis, Examination, bare, ranked, some
from scanner.app.doctor.machine import descriptors, look, surroundings
from scanner.app.doctor.organization import clock
from scanner.aws.rates import Rate
from scanner.settings import Settings

OK, WARNING, PROBLEM, FATAL = Severity


def topics(found):
    return {each.topic: each for each in found}


def test_a_machine_that_is_well(tmp_path):
    found = look(Settings.of(out=tmp_path / "scan"), {})

    assert {each.severity for each in found} == {OK}
    assert topics(found).keys() == {"versions", "descriptors", "output"}
    assert "botocore 1." in topics(found)["versions"].text


def test_output_that_cannot_be_written_is_fatal(tmp_path):
    (tmp_path / "file").write_text("")
    found = topics(look(Settings.of(out=tmp_path / "file"), {}))["output"]

    assert (found.severity, "not a directory" in found.text) == (FATAL, True)
    assert "--out" in found.remedy


@pytest.mark.parametrize(
    ("concurrency", "limit", "severity"),
    [
        (64, 256, OK), (64, 255, PROBLEM), (1000, 1024, PROBLEM), (1000, 4096, OK),
        (2000, resource.RLIM_INFINITY, OK),
    ],
)  # fmt: skip
def test_descriptors_must_do_for_connections_and_open_units(concurrency, limit, severity):
    found = descriptors(concurrency, limit)

    assert found.severity is severity
    assert ("ulimit -n" in found.remedy) == (severity is PROBLEM)


def test_what_the_sdk_heeds_is_noted_without_passwords(tmp_path):
    environment = {
        "https_proxy": "http://user:hush@proxy:3128",
        "NO_PROXY": "169.254.169.254",
        "AWS_ENDPOINT_URL_STS": "https://vpce-1.sts.eu-west-1.vpce.amazonaws.com",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "HTTP_PROXY": "",
        "PATH": "/bin",
    }
    (found,) = surroundings(environment)

    assert found.severity is OK
    assert "HTTPS_PROXY=http://proxy:3128" in found.text
    assert "hush" not in repr(found)
    assert all(name in found.text for name in ("NO_PROXY", "_URL_STS", "FIPS"))
    assert "HTTP_PROXY=," not in found.text
    assert "PATH" not in found.text


def test_a_proxy_that_cannot_be_parsed_is_not_shown():
    (found,) = surroundings({"HTTPS_PROXY": "http://[hush"})

    assert "hush" not in found.text


def test_a_bundle_of_certificates_that_is_not_there_is_a_problem(tmp_path):
    _, found = surroundings({"AWS_CA_BUNDLE": str(tmp_path / "none.pem")})

    assert (found.severity, found.topic) == (PROBLEM, "environment")
    assert "AWS_CA_BUNDLE" in found.remedy
    (tmp_path / "none.pem").write_text("")
    assert [
        each.severity for each in surroundings({"AWS_CA_BUNDLE": str(tmp_path / "none.pem")})
    ] == [OK]


@pytest.mark.parametrize(
    ("ahead", "severity", "told"),
    [
        (0.4, OK, "agrees"),
        (-60, OK, "agrees"),
        (61, WARNING, "61 s ahead of"),
        (-240, WARNING, "240 s behind"),
        (241, PROBLEM, "241 s ahead of"),
        (-5000, PROBLEM, "5,000 s behind"),
        (None, WARNING, "told no time"),
    ],
)
def test_the_clock_is_compared_with_that_of_aws(ahead, severity, told):
    found = clock(ahead)

    assert (found.severity, told in found.text) == (severity, True)


MIB = 1 << 20


@pytest.mark.parametrize(
    ("wanted", "free", "severity"),
    [
        (MIB, 2 * MIB, OK),
        (MIB, 2 * MIB - 1, WARNING),
        (MIB, MIB, WARNING),
        (MIB, MIB - 1, PROBLEM),
        (0, 0, OK),
    ],
)
def test_there_must_be_room_for_the_output(tmp_path, wanted, free, severity):
    found = room(wanted, free, tmp_path)

    assert found.severity is severity
    assert ("make room for 2 MiB" in found.remedy) == (severity is not OK)


@pytest.mark.parametrize(
    ("given", "told"),
    [(span(0.4), "0 s"), (span(119), "119 s"), (span(121), "2 min"), (span(9000), "2.5 h"),
     (size(0), "0 bytes"), (size(2048), "2 KiB"), (size(3 << 20), "3 MiB"), (size(5 << 30), "5 GiB"),
     (size(5 << 41), "10.0 TiB")],
)  # fmt: skip
def test_figures_are_written_as_a_person_would(given, told):
    assert given == told


def test_a_services_operations_go_as_fast_as_their_buckets_together():
    one, two = pace("ec2", ["DescribeVpcs"]), pace("ec2", ["DescribeVpcs", "DescribeSubnets"])

    assert two.per_second == 2 * one.per_second
    assert two.burst == 2 * one.burst
    assert pace("wafv2", ["ListWebACLs", "ListIPSets"]) == pace("wafv2", ["ListWebACLs"])
    assert pace("ec2", []) is None
    assert pace("ec2", ["DescribeVpcs"], share=0.5) == Rate(one.per_second / 2, one.burst / 2)
    assert pace("nosuchservice", ["List"]) is None


def test_a_bucket_that_nobody_knows_bounds_nothing():
    assert pace("iam", ["GetRole"]) is not None
    assert pace("iam", ["GetRole", "ListUsers"]) is None


@pytest.mark.parametrize(
    ("severities", "code"),
    [([OK], 0), ([OK, WARNING], 0), ([WARNING, PROBLEM, OK], 3), ([FATAL, OK, PROBLEM], 4)],
)
def test_the_worst_decides_the_exit_code_and_stands_first(severities, code):
    found = Examination(ranked(Diagnosis(each, "t", "x") for each in severities))

    assert found.exit_code == code
    assert found.diagnoses[0].severity is found.severity


def test_names_are_few_and_hints_are_taken_off():
    assert some("abcdef") == "a, b, c, d and 2 more"
    assert some(["a"]) == "a"
    assert bare("AccessDenied: no (allow it)") == "AccessDenied: no"
    assert bare("AccessDenied: no (a) way") == "AccessDenied: no (a) way"
