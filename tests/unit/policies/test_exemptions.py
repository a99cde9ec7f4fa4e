"""Exceptions to controls: whom they cover, and errors that say where."""

from datetime import date

import pytest

from scanner.model.control import Control
from scanner.model.errors import SettingsError
from scanner.model.finding import Finding, Result, Subject
from scanner.policies.exemptions import exemption_of, read_exemptions

TODAY = date(2026, 11, 24)
GOOD = """
exceptions:
- control: fsbp/S3.*
  account: "1*"
  ou: ou-sand*
  resource: "*-public"
  reason: websites
  owner: ann
  expires: 2026-12-31
"""
FINDING = Finding(
    Control("fsbp/S3.8", "t", ("AWS::S3::Bucket",)),
    Subject("111111111111", "r", "AWS::S3::Bucket", "my-public", None, "arn:aws:s3:::my-public"),
    Result.FAIL,
)


def covers(text, finding=FINDING, ou="r-a/ou-top/ou-sandbox/ou-deep"):
    return exemption_of(finding, ou, read_exemptions(text, "e.yml"), TODAY) is not None


def test_an_exception_covers_what_all_its_globs_match():
    assert covers(GOOD)
    assert covers(GOOD, ou="ou-sandbox")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("fsbp/S3.*", "cis*"), ('"1*"', '"2*"'), ("ou-sand*", "ou-prod*"), ("*-public", "*-private"),
        ("2026-12-31", "2026-11-23"),
    ],
)  # fmt: skip
def test_an_exception_covers_nothing_else(before, after):
    assert not covers(GOOD.replace(before, after))


def test_an_account_whose_unit_is_not_known_is_in_none():
    assert not covers(GOOD, ou=None)


def test_a_resource_may_be_named_by_its_arn_and_a_place_is_no_resource():
    place = Finding(FINDING.control, Subject("111111111111", "r", "AWS::S3::Bucket"), Result.FAIL)

    assert covers(GOOD.replace("*-public", "arn:aws:s3:::my-*"))
    assert not covers(GOOD, place)


def test_the_last_day_counts():
    assert covers(GOOD.replace("2026-12-31", "2026-11-24"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("  owner: ann\n", "", "e.yml:3: an exception needs its owner"),
        ("  reason: websites\n", "", "e.yml:3: an exception needs its reason"),
        ("2026-12-31", "soon", "e.yml:3: expires must be a day such as 2027-01-31, not 'soon'"),
        (
            "owner:",
            "ownr:",
            "e.yml:3: an exception's member 'ownr' is unknown: did you mean 'owner'",
        ),
        ("exceptions:", "exception:", "e.yml: a document of exceptions has a list"),
        ("- control", "- [control", "e.yml:"),
    ],
)
def test_an_error_says_where(before, after, said):
    with pytest.raises(SettingsError) as failure:
        read_exemptions(GOOD.replace(before, after), "e.yml")

    assert said in str(failure.value)
