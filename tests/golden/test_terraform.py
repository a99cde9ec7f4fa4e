"""The Terraform modules parse, are closed in themselves, and give what CloudFormation gives.

Read by a parser of HCL; Terraform itself is not to be had where the tests run.
"""

import json
import re
from pathlib import Path

import hcl2
import pytest
import yaml

from scanner.app.iam import EXTERNAL_ID, trust_policy

DEPLOY = Path(__file__).parents[2] / "deploy"
MODULES = ("member-role", "central-role")


def text_of(module):
    return "".join(
        path.read_text() for path in sorted((DEPLOY / "terraform" / module).glob("*.tf"))
    )


def parsed(module):
    merged = {}
    for path in (DEPLOY / "terraform" / module).glob("*.tf"):
        with path.open() as file:
            for kind, blocks in hcl2.load(file).items():
                merged.setdefault(kind, []).extend(blocks)
    return merged


def names(blocks, depth=1):
    """Return the labels of blocks, `a.b` where there are two."""
    found = set()
    for block in blocks:
        for label, body in block.items():
            if not label.startswith("__"):
                inner = names([body], depth - 1) if depth > 1 else {""}
                found |= {".".join(filter(None, (label.strip('"'), each))) for each in inner}
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_variable_is_declared_and_used(module):
    text = text_of(module)
    used = set(re.findall(r"\bvar\.(\w+)", text.split('variable "', 1)[0]))

    assert names(parsed(module)["variable"]) == used


@pytest.mark.parametrize("module", MODULES)
def test_every_reference_leads_somewhere(module):
    found, text = parsed(module), text_of(module)
    resources = names(found["resource"], 2)
    locals_ = {name for block in found["locals"] for name in block if not name.startswith("__")}

    assert set(re.findall(r"\b(aws_\w+\.\w+)\.", text)) - {"aws_partition.current"} <= resources
    assert set(re.findall(r"\blocal\.(\w+)", text)) == locals_
    for name in re.findall(r'file\("\$\{path\.module\}/([\w.]+)"\)', text):
        assert (DEPLOY / "terraform" / module / name).exists()


@pytest.mark.parametrize("module", MODULES)
def test_what_is_replaced_is_there(module):
    """A placeholder that `scanner iam` no longer writes would be left for AWS to refuse."""
    documents = "".join(path.read_text() for path in (DEPLOY / "terraform" / module).glob("*.json"))
    placeholders = re.findall(r'"([^"$]+)", (?:var|local)\.', text_of(module))

    assert placeholders
    assert [each for each in placeholders if each not in documents] == []


def test_a_member_trusts_the_principal_with_the_external_id_alone():
    written = (DEPLOY / "terraform/member-role/trust.json").read_text()
    filled = written.replace("arn:aws:iam::CENTRAL-ACCOUNT:root", "arn:aws:iam::1:role/C")
    secret = filled.replace(EXTERNAL_ID, "s3cret")

    assert json.loads(secret) == trust_policy("arn:aws:iam::1:role/C", "s3cret")


def test_a_member_may_do_what_the_template_allows():
    lines = (DEPLOY / "terraform/member-role/policies.jsonl").read_text().splitlines()
    template = yaml.safe_load((DEPLOY / "member-role.yaml").read_text())

    assert [json.loads(line) for line in lines] == [
        each["Properties"]["PolicyDocument"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::IAM::ManagedPolicy"
    ]


def test_the_central_role_may_do_what_the_template_allows():
    """But for the logs, which Terraform takes from AWS's own policy."""
    written = (DEPLOY / "terraform/central-role/policy.json").read_text()
    filled = written.replace("your-bucket", "b").replace("your-prefix", "p")
    template = yaml.safe_load((DEPLOY / "central-role.yaml").read_text())
    scan, output, _ = template["Resources"]["Role"]["Properties"]["Policies"]
    allowed = [*statements(scan), *statements(output["Fn::If"][1])]

    assert json.loads(filled)["Statement"] == [
        each for each in allowed if each["Sid"] != "WriteLogs"
    ]


def statements(policy):
    """Return what an inline policy of the template allows, its parameters filled in."""
    text = json.dumps(policy["PolicyDocument"]["Statement"])
    text = re.sub(r'\{"Fn::Sub": ("[^"]*")\}', r"\1", text)
    values = {"AWS::Partition": "aws", "OutputBucket": "b", "OutputPrefix": "p"}
    return json.loads(re.sub(r"\$\{([\w:]+)\}", lambda at: values.get(at[1], at[0]), text))
