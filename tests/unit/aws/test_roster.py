"""Files of accounts are read in every usual form, and refused with one clear line."""

from __future__ import annotations

import pytest

from scanner.aws.roster import parse_accounts, read_accounts
from scanner.model.errors import SettingsError
from scanner.model.target import Account, Candidate

C7N = """\
# as c7n-org aws-accounts writes it
vars: {charge_code: xyz}
accounts:
- account_id: '123123123123'
  name: account-1
  regions: [us-east-1, us-west-2]
  role: arn:aws:iam::123123123123:role/CloudCustodian
  external_id: 17-and-4
  tags: ['path:/dev', 'path:/dev/sandbox', 'type:prod', bare]
  vars: {charge_code: abc}
- account_id: 012345670123
  name: octal trap
  role:
  - arn:aws:iam::111111111111:role/Hub
  - CloudCustodian
- account_id: 12345678901
  display_name: lost its zero
  email: dev@example.com
  role: CloudCustodian
  regions: [all]
"""


def ids(text, name="accounts.txt"):
    return [each.account.id for each in parse_accounts(text, name)]


def only(text, name):
    (candidate,) = parse_accounts(text, name)
    return candidate.account


def refusal(text, name):
    with pytest.raises(SettingsError) as refused:
        parse_accounts(text, name)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_a_c7n_org_file_works_unchanged():
    first, second, third = (each.account for each in parse_accounts(C7N, "accounts.yml"))

    assert first == Account(
        "123123123123",
        name="account-1",
        roles=("arn:aws:iam::123123123123:role/CloudCustodian",),
        regions=("us-east-1", "us-west-2"),
        tags={"path": "/dev/sandbox", "type": "prod", "bare": ""},
        external_id="17-and-4",
    )
    assert second == Account(
        "012345670123",
        name="octal trap",
        roles=("arn:aws:iam::111111111111:role/Hub", "CloudCustodian"),
    )
    assert third == Account("012345678901", roles=("CloudCustodian",), regions=("all",))


def test_an_external_id_stays_out_of_representations():
    assert "17-and-4" not in repr(parse_accounts(C7N, "accounts.yml"))


def test_yaml_merges_and_anchors_are_followed():
    text = """\
defaults: &defaults {role: Auditor, regions: [eu-west-1]}
accounts:
- {<<: *defaults, account_id: '111111111111'}
- {<<: *defaults, account_id: '222222222222', role: Other}
"""

    first, second = (each.account for each in parse_accounts(text, "accounts.yaml"))

    assert first == Account("111111111111", roles=("Auditor",), regions=("eu-west-1",))
    assert second == Account("222222222222", roles=("Other",), regions=("eu-west-1",))


def test_plain_text_takes_commas_spaces_lines_and_comments():
    text = "# mine\n111111111111, 222222222222\t333333333333 # theirs\r\n\n444444444444;"

    assert ids(text) == ["111111111111", "222222222222", "333333333333", "444444444444"]


def test_accounts_are_included_with_where_they_were_given():
    assert parse_accounts("111111111111", "--accounts") == (
        Candidate(Account("111111111111"), included=True, reason="given in --accounts"),
    )


def test_csv_columns_are_found_by_name_and_optional():
    text = (
        "Name,Account ID,Role,Regions,Partition,Note\n"
        '"Acme, Inc",111111111111,Hub;Spoke,"us-gov-west-1, us-gov-east-1",aws-us-gov,x\n'
        ",222222222222,,,,\n"
    )

    first, second = (each.account for each in parse_accounts(text, "a.csv"))

    assert first == Account(
        "111111111111",
        name="Acme, Inc",
        partition="aws-us-gov",
        roles=("Hub", "Spoke"),
        regions=("us-gov-west-1", "us-gov-east-1"),
    )
    assert second == Account("222222222222")


@pytest.mark.parametrize("column", ["account_id", "id", "account", "Id", "AccountId"])
def test_csv_without_the_extension_is_told_by_its_header(column):
    assert only(f"# from the wiki\n{column};name\n111111111111;dev\n", "@list").name == "dev"


def test_csv_without_a_header_is_read_by_its_first_column():
    assert ids("111111111111,dev\n222222222222,prod,x\n", "a.csv") == [
        "111111111111",
        "222222222222",
    ]


def test_csv_cells_may_follow_a_space_and_be_quoted():
    assert only('id, name\n111111111111, "Acme, Inc"\n', "a.csv").name == "Acme, Inc"


def test_a_spreadsheet_may_write_a_byte_order_mark_and_drop_zeros():
    text = "\ufeffaccount_id,name\r\n12345678901,007\r\n2345678901.0,b\r\n"

    first, second = (each.account for each in parse_accounts(text, "a.csv"))

    assert (first.id, first.name) == ("012345678901", "007")
    assert second.id == "002345678901"


def test_what_organizations_list_accounts_prints_is_read_with_its_states():
    text = """{"Accounts": [
      {"Id": "111111111111", "Arn": "arn:aws:organizations::1:account/o-1/1",
       "Name": "dev", "Status": "ACTIVE", "State": "ACTIVE", "JoinedTimestamp": 1.5},
      {"Id": "222222222222", "Name": "old", "Status": "SUSPENDED"},
      {"Id": "333333333333", "Name": "older", "Status": "ACTIVE", "State": "PENDING_CLOSURE"}
    ]}"""

    assert parse_accounts(text, "all.json") == (
        Candidate(Account("111111111111", name="dev"), included=True, reason="given in all.json"),
        Candidate(
            Account("222222222222", name="old"),
            included=False,
            reason="state is SUSPENDED in all.json",
        ),
        Candidate(
            Account("333333333333", name="older"),
            included=False,
            reason="state is PENDING_CLOSURE in all.json",
        ),
    )


@pytest.mark.parametrize("name", ["a.json", "@unnamed"])
def test_json_may_be_a_list_of_ids_and_numbers(name):
    assert ids('["111111111111", 12345678901]', name) == ["111111111111", "012345678901"]


def test_tags_come_as_a_map_or_as_pairs_too():
    assert only('[{"id": "111111111111", "tags": {"a": "b", "c": null}}]', "x").tags == {
        "a": "b",
        "c": "",
    }
    assert only('[{"id": "111111111111", "Tags": [{"Key": "a", "Value": "b:c"}]}]', "x").tags == {
        "a": "b:c"
    }
    assert only("id,tags\n111111111111,a:b;c:d\n", "x.csv").tags == {"a": "b", "c": "d"}
    assert only('[{"id": "111111111111", "tags": []}]', "x").tags == {}


def test_the_partition_comes_from_the_role_arn_else_the_caller():
    arn = "arn:aws-cn:iam::111111111111:role/x"

    assert only(f"- {{id: '111111111111', role: '{arn}'}}", "x").partition == "aws-cn"
    (plain,) = parse_accounts("111111111111", "x", partition="aws-us-gov")
    assert plain.account.partition == "aws-us-gov"


def test_a_role_template_is_taken_as_it_is():
    template = "arn:{partition}:iam::{account}:role/x"

    account = only(f"- {{id: '111111111111', role: '{template}'}}", "x")

    assert account == Account("111111111111", roles=(template,))


def test_exact_duplicates_are_merged():
    assert ids("111111111111\n222222222222\n111111111111") == ["111111111111", "222222222222"]


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("", "a.txt", "a.txt: no account in it"),
        ("# nothing\n", "a.yml", "a.yml: no account in it"),
        ("account_id,name\n", "a.csv", "a.csv: no account in it"),
        ("{}", "a.json", "a.json: no account in it"),
        ("111111111111\n2222", "a.txt", "a.txt: line 2: '2222' is not an account id"),
        ("12345678901", "a.txt", "line 1: '12345678901' is not an account id"),
        ("- '12345678901'", "a.yml", "entry 1: '12345678901' is not an account id"),
        ("- 7", "a.yml", "entry 1: '7' is not an account id"),
        ("- " + 12 * "\u0661", "a.yml", "is not an account id"),
        (
            "id\n1.23457E+11",
            "a.csv",
            "line 2: '1.23457E+11' is not an account id (12 digits); a sp",
        ),
        ("id,n\n111111111111,a,b", "a.csv", "line 2: more cells than columns"),
        ("name,role\na,b\n", "a.csv", "a.csv: line 1: no id column (account_id, id or account)"),
        ('id,name\n111111111111,"a\n', "a.csv", "bad CSV: unexpected end of data"),
        ("- {name: a}", "a.yml", "entry 1: no account id"),
        ("accounts:\n- id: [", "a.yml", "a.yml: line 2: bad YAML"),
        ("\x07", "a.yml", "a.yml: bad YAML"),
        ("- !!python/name:os.system x", "a.yml", "line 1: bad YAML: could not determine"),
        ("subscriptions: []", "a.yml", "neither a list of accounts nor a map"),
        ("accounts: 111111111111", "a.yml", "a.yml: neither a list of accounts nor a map"),
        ('[\n"1"', "a.json", "a.json: bad JSON: Expecting ',' delimiter: line 2"),
        ("[" * 100_000, "a.json", "a.json: bad JSON"),
        ("- {id: '111111111111', role: 'a b c!'}", "a.yml", "'c!' is neither a role name nor"),
        ("- {id: '111111111111', role: 'arn:aws:s3:::x'}", "a.yml", "nor a role ARN"),
        (
            "- {id: '111111111111', role: 'arn:aws:iam::222222222222:role/x'}",
            "a.yml",
            "role arn:aws:iam::222222222222:role/x is not in account 111111111111",
        ),
        (
            "- {id: '111111111111', partition: aws-cn, role: 'arn:aws:iam::111111111111:role/x'}",
            "a.yml",
            "more than one partition",
        ),
        ("- {id: '111111111111', name: [a]}", "a.yml", "entry 1: name is not text"),
        ("- {id: '111111111111', regions: {a: b}}", "a.yml", "regions is not a list"),
        ("- {id: '111111111111', regions: [[a]]}", "a.yml", "regions is not a list of texts"),
        ("- {id: '111111111111', tags: {a: [b]}}", "a.yml", "entry 1: a tag is not text"),
        ("- {id: '111111111111', tags: [[b]]}", "a.yml", "entry 1: a tag is not text"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text, name, says):
    assert says in refusal(text, name)


def test_a_duplicate_with_other_settings_is_refused_with_both_places():
    message = refusal("id,role\n111111111111,a\n111111111111,b\n", "a.csv")

    assert message == "a.csv: line 3: 111111111111 has other settings than in a.csv: line 2"


def test_a_file_is_read_and_named(tmp_path):
    path = tmp_path / "accounts.yml"
    path.write_text(C7N, encoding="utf-8")

    accounts = read_accounts(path, partition="aws-cn")

    assert [each.account.partition for each in accounts] == ["aws", "aws", "aws-cn"]
    assert accounts[0].reason == f"given in {path}"


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text("id\n111111111111\n", encoding="utf-16")

    with pytest.raises(SettingsError, match=r"accounts\.csv: not UTF-8 text \(byte 1\)"):
        read_accounts(path)


def test_a_file_that_can_not_be_read_is_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"none\.csv: can't be read: No such file"):
        read_accounts(tmp_path / "none.csv")
