from dataclasses import asdict

import pytest

from scanner.model.target import Account, Regions, Unit, is_account_id


@pytest.mark.parametrize("text", ["111122223333", "000000000000"])
def test_twelve_digits_are_an_account_id(text):
    assert is_account_id(text)


@pytest.mark.parametrize(
    "text", ["", "11112222333", "1111222233334", "11112222333x", " 111122223333", "\u0661" * 12,
             "111122223333\n"],
)  # fmt: skip
def test_nothing_else_is(text):
    assert not is_account_id(text)


def test_an_external_id_does_not_show():
    account = Account("111122223333", external_id="hush")
    unit = Unit(account, "eu-west-1", "sqs", ())
    assert "hush" not in f"{account!r} {account} {unit!r} {[account]}"
    assert asdict(account)["external_id"] == "hush"


def test_regions_are_visited_or_known_to_be_off():
    assert (Regions(("a",)).disabled, Regions(()).error) == ((), None)
