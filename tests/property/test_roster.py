"""A list of accounts survives every format; any other text is refused, never a crash."""

from __future__ import annotations

import csv
import io
import json

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.aws.roster import parse_accounts
from scanner.model.errors import SettingsError
from scanner.model.target import Account

IDS = st.text("0123456789", min_size=12, max_size=12)
WORDS = st.text("abcXYZ019,:'#&*-.", min_size=1, max_size=12).map(lambda text: f"n{text}")
ROLES = st.text("abcXYZ019+=.@_-", min_size=1, max_size=12)
REGIONS = st.sampled_from(["us-east-1", "eu-west-1", "eu-*", "all"])

PIECES = (
    *("accounts:", "- ", "id", "\n", ":", "{", "}", "[", "]", ",", '"', "|", "%", "? ", " ", "#"),
    *("&a ", "*a", "<<", "!!int ", "null", "111111111111", "role", "tags", "name,id"),
)
"""What the formats are made of, so that near misses come up."""

ACCOUNTS = st.lists(
    st.builds(
        Account,
        id=IDS,
        name=st.none() | WORDS,
        partition=st.sampled_from(["aws", "aws-cn", "aws-us-gov"]),
        roles=st.lists(ROLES, max_size=3).map(tuple),
        regions=st.lists(REGIONS, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda account: account.id,
)


def plain(account):
    return {
        "account_id": account.id,
        "name": account.name,
        "partition": account.partition,
        "role": list(account.roles),
        "regions": list(account.regions),
    }


def as_csv(accounts, delimiter=","):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["account_id", "name", "partition", "role", "regions"])
    for each in accounts:
        row = [each.id, each.name or "", each.partition, "|".join(each.roles)]
        writer.writerow([*row, " ".join(each.regions)])
    return out.getvalue()


WRITERS = {
    "a.json": lambda accounts: json.dumps([plain(each) for each in accounts]),
    "wrapped.json": lambda accounts: json.dumps({"Accounts": [plain(each) for each in accounts]}),
    "a.yml": lambda accounts: yaml.safe_dump({"accounts": [plain(each) for each in accounts]}),
    "list.yaml": lambda accounts: yaml.safe_dump([plain(each) for each in accounts]),
    "a.csv": as_csv,
    "semicolons.csv": lambda accounts: as_csv(accounts, ";"),
    "tabs": lambda accounts: as_csv(accounts, "\t"),
}


def parsed(text, name):
    candidates = parse_accounts(text, name)
    assert all(each.included for each in candidates)
    return [each.account for each in candidates]


@pytest.mark.parametrize("name", WRITERS)
@given(accounts=ACCOUNTS)
def test_every_format_gives_the_accounts_back(name, accounts):
    assert parsed(WRITERS[name](accounts), name) == accounts


@given(ids=st.lists(IDS, min_size=1, unique=True), gap=st.sampled_from([",", " ", "\n", " # x\n"]))
def test_plain_text_gives_the_ids_back(ids, gap):
    assert [each.id for each in parsed(gap.join(ids), "--accounts")] == ids


@given(number=st.integers(10**8, 10**12 - 1))
@example(number=12345678901)
@example(number=12345670123)
def test_numbers_get_their_zeros_back(number):
    account_id = f"{number:012d}"
    texts = {
        "int.json": json.dumps([number]),
        "int.yml": yaml.safe_dump([{"account_id": number}]),
        "padded.yml": f"- account_id: {account_id}\n",
        "int.csv": f"account_id,name\n{number},x\n",
        "float.csv": f"account_id,name\n{number}.0,x\n",
        "padded.csv": f"{account_id}\n",
    }

    for name, text in texts.items():
        assert [each.id for each in parsed(text, name)] == [account_id]


@given(accounts=ACCOUNTS)
def test_exact_repeats_change_nothing(accounts):
    assert parsed(as_csv([*accounts, *accounts]), "a.csv") == accounts


@pytest.mark.parametrize("name", ["a", "a.json", "a.yml", "a.csv"])
@given(text=st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_text_is_read_or_refused_in_one_line(name, text):
    try:
        told = "".join(each.reason for each in parse_accounts(text, name))
    except SettingsError as exc:
        told = str(exc)

    assert name in told
    assert len(told.splitlines()) == 1
