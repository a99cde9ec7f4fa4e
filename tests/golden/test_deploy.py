"""What deploy/ says of roles is what `scanner iam` says; `--update-golden` writes it anew."""

from pathlib import Path

import pytest
from cfnlint.api import lint_file
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
