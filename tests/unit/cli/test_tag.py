"""`scanner tag plan` at the terminal and in pipelines, over a run alone: AWS is not asked."""

import json

import pytest

from scanner.catalog import Catalog
from scanner.engine.plan import make_plan
from scanner.model.outcome import Status
from scanner.model.target import Account, Regions
from tests.unit.analysis.support import OLD, record, write_run

SHOP, BANK, CLOSED = "111111111111", "222222222222", "333333333333"
QUEUE = "AWS::SQS::Queue"
ACCOUNTS = (
    Account(SHOP, name="shop", ou="r-ab12/ou-ab12-shopshop", tags={"cost": "100"}),
    Account(BANK, name="bank", ou="r-ab12/ou-ab12-bankbank", tags={}),
    Account(CLOSED, name="closed", ou="r-ab12/ou-ab12-bankbank", tags={}),
)
POLICY = """
tags:
- key: Cost
  renames: [cost-center]
  default: ${account.tag:cost}
- key: Env
  values: [prod, dev]
  value_case: listed
forbidden: [tmp-*]
exemptions:
- {key: Cost, resource: "*-log", reason: r, owner: ann, expires: 2999-01-01}
- {key: Env, reason: old, owner: bob, expires: 2020-01-01}
"""


def queue(name, account, tags, **members):
    return record(
        name,
        account_id=account,
        tags=tags,
        arn=f"arn:aws:sqs:eu-west-1:{account}:{name}",
        **members,
    )


def planted():
    complete = {QUEUE: Status.COMPLETE}
    return {
        (SHOP, "eu-west-1"): (complete, [
            queue("good", SHOP, {"Cost": "1", "Env": "prod"}),
            queue("bare", SHOP, {}),
            queue("old", SHOP, {"cost-center": "7", "Env": "PROD"}),
            queue("unread", SHOP, None),
            queue("a-log", SHOP, {"tmp-x": "1"}),
        ]),
        (BANK, "eu-west-1"): (complete, [queue("bare", BANK, {"Env": "prd"})]),
        (CLOSED, "eu-west-1"): ({QUEUE: Status.DENIED}, []),
    }  # fmt: skip


@pytest.fixture
def night(here):
    types = Catalog.load().select((QUEUE,), ())
    regions = Regions(("eu-west-1",))
    plan = make_plan([(account, regions) for account in ACCOUNTS], types).to_dict()
    write_run(here / "scan", OLD, planted(), plan={"plan": plan})
    (here / "t.yaml").write_text(POLICY)
    return here


def test_tables_show_what_is_wrong_and_what_becomes_of_it(night, run):
    done = run("tag", "plan", "t.yaml")

    rows = [" ".join(line.split()) for line in done.out.splitlines()]
    assert done.code == 0
    assert "Cost missing AWS::SQS::Queue 1 set to '100'" in rows
    assert f"Cost missing AWS::SQS::Queue 1 stays: account {BANK} has no account.tag:cost" in rows
    assert "Cost old name AWS::SQS::Queue 1 set to '7'" in rows
    assert "Env wrong case AWS::SQS::Queue 1 set to 'prod'" in rows
    assert "Env wrong value AWS::SQS::Queue 1 stays: the policy does not say what to set" in rows
    assert "tmp-x forbidden AWS::SQS::Queue 1 stays: the policy does not say what to set" in rows
    assert (
        f"run {OLD}: 1 resources are as they ought to be, 4 are not; of 1 the tags were not read, 1 places were not read to their end"
        in rows
    )
    assert "2 can be changed, 2 of them wholly mended" in rows
    assert "expired 2020-01-01: the exemption of bob: old" in done.err


def test_programs_get_everything_by_account_unit_and_type(night, run):
    found = json.loads(run("tag", "plan", "t.yaml", "--json").out)

    assert (found["total"]["good"], found["total"]["bad"], found["total"]["changed"]) == (1, 4, 2)
    assert found["accounts"][CLOSED]["unread"] == 1
    assert found["accounts"][SHOP]["problems"] == {
        "missing": 1,
        "old name": 1,
        "wrong case": 1,
        "forbidden": 1,
    }
    assert found["ous"]["r-ab12/ou-ab12-bankbank"]["bad"] == 1
    assert {each["key"] for each in found["problems"]} == {"Cost", "Env", "tmp-x"}


def test_each_resource_is_a_line(night, run):
    lines = [json.loads(line) for line in run("tag", "plan", "t.yaml", "--list").out.splitlines()]

    assert [(each["resource_id"], each["set"], each["remove"]) for each in lines] == [
        ("bare", {"Cost": "100"}, []), ("old", {"Cost": "7", "Env": "prod"}, ["cost-center"]),
        ("a-log", {}, []), ("bare", {}, []),
    ]  # fmt: skip


def test_the_exit_code_tells_of_changes_that_are_pending(night, run):
    assert run("tag", "plan", "t.yaml", "--exit-code").code == 1
    (night / "t.yaml").write_text("forbidden: [tmp-*]")
    assert run("tag", "plan", "t.yaml", "--exit-code").code == 0


def test_a_tag_policy_of_organizations_is_inherited(night, run):
    root = {"tags": {"env": {"tag_key": {"@@assign": "Env"}, "tag_value": {"@@assign": ["prod"]}}}}
    more = {"tags": {"env": {"tag_value": {"@@append": ["PROD"]}}}}
    (night / "p").mkdir()
    (night / "p" / "1.json").write_text(json.dumps(root))
    (night / "p" / "2.json").write_text(
        json.dumps({"targets": ["ou-ab12-shopshop"], "policy": more})
    )

    found = json.loads(run("tag", "plan", "p", "--json").out)

    assert found["accounts"][SHOP]["problems"] == {}
    assert found["accounts"][BANK]["problems"] == {"wrong value": 1}


def test_types_may_be_chosen(night, run):
    assert (
        json.loads(run("tag", "plan", "t.yaml", "--types", "AWS::SNS::*", "--json").out)["total"][
            "bad"
        ]
        == 0
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a policy"),
        (("none.yaml",), "none.yaml can't be read"),
        (("t.yaml", "--run", "x"), "there is no run x"),
        (("t.yaml", "--regions", "eu-west-1"), "--regions is for a scan: add --scan"),
        (("t.yaml", "--out", "s3://bucket/x"), "aws s3 sync"),
    ],
)
def test_bad_input_is_one_line(night, run, arguments, said):
    (night / "t.yaml").write_text("remove: [x]")

    done = run("tag", "plan", *arguments)

    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_the_schema_is_for_editors(run):
    assert json.loads(run("tag", "plan", "--schema").out)["title"] == "Policies of scanner tag"
