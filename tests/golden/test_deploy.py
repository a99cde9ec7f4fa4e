"""What deploy/ says of roles is what `scanner iam` says; `--update-golden` writes it anew."""

import json
import re
from pathlib import Path

import pytest
from cfnlint.api import lint, lint_file
from cfnlint.decode import decode
from click.testing import CliRunner

from scanner.cli import program

DEPLOY = Path(__file__).parents[2] / "deploy"
WRITTEN = {
    "member-role.yaml": ("--document", "template", "--format", "yaml"),
    "central-role.yaml": ("--document", "central-template", "--format", "yaml"),
    "terraform/member-role/policies.jsonl": ("--document", "policy"),
    "terraform/member-role/trust.json": ("--document", "trust"),
    "terraform/central-role/policy.json": (
        "--document", "central", "--out", "s3://your-bucket/your-prefix",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_the_documents_of_roles_are_up_to_date(name, request):
    ran = CliRunner().invoke(program, ["iam", *WRITTEN[name], "--log-level", "error"])
    assert ran.exit_code == 0, ran.output
    path = DEPLOY / name
    if request.config.getoption("--update-golden", default=False):
        path.write_text(ran.stdout, encoding="utf-8")

    assert ran.stdout == path.read_text(encoding="utf-8"), (
        "wanted? then run: pytest tests/golden --update-golden"
    )


LONGEST = 51_200
"""Bytes of a template that is passed as text (CloudFormation quotas)."""


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.yaml")), ids=lambda path: path.name)
def test_a_template_can_be_passed_without_a_bucket(path):
    assert path.stat().st_size <= LONGEST


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.yaml")), ids=lambda path: path.name)
def test_cloudformation_takes_every_template(path):
    assert [str(each) for each in lint_file(path)] == []


PLACEHOLDER = re.compile(r"\$\{([\w:.]+)\}")


@pytest.mark.parametrize("name", ["organization", "batch"])
def test_step_functions_takes_the_state_machine(name):
    """What is in a text, so that numbers are numbers, is looked at by no linter of templates."""
    template, problems = decode(str(DEPLOY / f"{name}.yaml"))
    assert not problems
    properties = template["Resources"]["Night"]["Properties"]
    numbers = {each for each, of in template["Parameters"].items() if of["Type"] == "Number"}
    text = properties["DefinitionString"]["Fn::Sub"].replace("${AWS::Partition}", "aws")
    filled = PLACEHOLDER.sub(lambda at: "5" if at[1] in numbers else "filled", text)
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": "arn:aws:iam::111122223333:role/r",
            "Definition": json.loads(filled),
        },
    }

    assert [str(each) for each in lint(json.dumps({"Resources": {"Night": machine}}))] == []
