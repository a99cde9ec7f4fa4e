"""The templates in deploy/: what CloudFormation takes, and what the program itself says is needed."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from scanner.app.iam import central_policy, output_statements
from scanner.aws_lambda import JOBS, Order
from scanner.cli import program
from scanner.output import is_run_name
from scanner.settings import PREFIX, Settings, load

DEPLOY = Path(__file__).parents[2] / "deploy"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0bb17543-ece6-4480-b1a7-a556d344746b"
VALUES = {
    "AWS::Partition": "aws", "OutputBucket": "inventory", "OutputPrefix": "scans",
    "MemberRole": "Reader", "OutputKey": KEY, "Regions": "all", "FailOn": "partial",
    "MinCoverage": 100, "ExternalId": "its-secret", "ExternalIdSecret": "arn:of:a:secret",
}  # fmt: skip
ROLES = {"lambda": "Role", "ecs": "TaskRole"}
NIGHT = "2026-11-24T01:00:00Z"


def document(name):
    from cfnlint.decode.cfn_yaml import load  # noqa: PLC0415 — heavy, and these tests' alone

    return load(str(DEPLOY / f"{name}.yaml"))


def resolved(node, *, conditions):
    """Do what CloudFormation does with parameters, as far as the compared parts use it."""

    def walk(each):
        return resolved(each, conditions=conditions)

    if isinstance(node, list):
        return [found for each in node if (found := walk(each)) != {"Ref": "AWS::NoValue"}]
    if not isinstance(node, dict):
        return node
    if "Fn::If" in node:
        return walk(node["Fn::If"][1 if conditions else 2])
    if "Fn::Sub" in node:
        return re.sub(r"\$\{([\w:]+)\}", lambda m: str(VALUES[m[1]]), node["Fn::Sub"])
    if set(node) == {"Ref"}:
        return VALUES.get(node["Ref"], dict(node))
    plain = {str(name): walk(each) for name, each in node.items()}
    return {name: each for name, each in plain.items() if each != {"Ref": "AWS::NoValue"}}


def resources(name, *, conditions=True):
    return resolved(document(name)["Resources"], conditions=conditions)


@pytest.mark.parametrize("key", [KEY, None])
@pytest.mark.parametrize("name", ROLES)
def test_the_role_may_do_what_scanner_iam_says_and_nothing_else(name, key):
    role = resources(name, conditions=key is not None)[ROLES[name]]["Properties"]
    policies = {each["PolicyName"]: each["PolicyDocument"] for each in role["Policies"]}
    kept = output_statements("inventory", "scans", key)

    assert policies.pop("central") == central_policy("Reader", kept=kept)
    assert set(policies) <= {"logs"}
    assert "ManagedPolicyArns" not in role


def given_environment(name):
    found = resources(name)
    if name == "lambda":
        return found["Function"]["Properties"]["Environment"]["Variables"]
    (container,) = found["Task"]["Properties"]["ContainerDefinitions"]
    named = {each["Name"]: each["Value"] for each in container["Environment"]}
    return named | {each["Name"]: each["ValueFrom"] for each in container["Secrets"]}


@pytest.mark.parametrize("name", ROLES)
def test_every_variable_is_a_setting_with_a_value_that_it_takes(name):
    given = {key: str(value) for key, value in given_environment(name).items()}
    _, origins = load({}, environment=given)

    assert {key.removeprefix(PREFIX).lower() for key in given} <= set(Settings.model_fields)
    assert sum(origin == "environment" for origin in origins.values()) == len(given)


def scheduled(name):
    text = resources(name)["Nightly"]["Properties"]["Target"]["Input"]
    if text == {"Ref": "Event"}:
        text = document(name)["Parameters"]["Event"]["Default"]
    return json.loads(text.replace("<aws.scheduler.scheduled-time>", NIGHT))


def test_the_schedule_s_event_is_one_that_the_handler_takes():
    order = Order.of(scheduled("lambda"))

    assert order.job in JOBS
    assert (order.given["shard"], is_run_name(order.given["run_id"])) == ("1/1", True)


def test_the_schedule_s_command_is_one_that_the_program_takes():
    (override,) = scheduled("ecs")["containerOverrides"]
    name, *words = override["command"]
    command = program.get_command(click.Context(program), name)
    options = command.make_context(name, list(words)).params

    assert (options["shard"], is_run_name(options["run_id"])) == ("1/1", True)


def go(states, invoke):
    """Walk through the states as Step Functions does, and return how it ends."""
    name, value = states["StartAt"], {"job": "inventory"}
    while (state := states["States"][name])["Type"] != "Succeed":
        if state["Type"] == "Task":
            value = invoke(value)
        elif state["Type"] == "Pass":
            value = value[state["InputPath"].removeprefix("$.")]
        if state["Type"] == "Choice":
            (rule,) = state["Choices"]
            holds = all(_holds(test, value) for test in rule["And"])
            name = rule["Next"] if holds else state["Default"]
        else:
            name = state["Next"]
    return value


def _holds(test, value):
    name = test["Variable"].removeprefix("$.")
    if "IsPresent" in test:
        return (name in value) == test["IsPresent"]
    return (value[name] is None) == test["IsNull"]


def test_the_function_is_invoked_with_each_continuation_until_there_is_none():
    answers = [
        {"run_id": "r", "continuation": {"resume": "r", "left": 7}},
        {"run_id": "r", "continuation": {"resume": "r", "left": 3}},
        {"run_id": "r", "status": "complete", "continuation": None},
    ]
    events, left = [], iter(answers)

    def invoke(event):
        events.append(event)
        return next(left)

    definition = document("lambda")["Resources"]["Night"]["Properties"]["Definition"]
    assert go(definition, invoke) == answers[-1]
    assert events == [{"job": "inventory"}, *(each["continuation"] for each in answers[:-1])]


def test_what_fails_again_anyway_is_not_tried_again():
    definition = document("lambda")["Resources"]["Night"]["Properties"]["Definition"]
    retried = {e for each in definition["States"]["Scan"]["Retry"] for e in each["ErrorEquals"]}

    assert not retried & {"SettingsError", "CatalogError", "Incomplete", "States.ALL"}
    assert {"OutputError", "DiscoveryError", "Sandbox.Timedout", "Lambda.Unknown"} <= retried


def test_the_task_can_write_nothing_but_its_volume_and_has_time_to_end():
    (container,) = resources("ecs")["Task"]["Properties"]["ContainerDefinitions"]
    environment = given_environment("ecs")
    settings, _ = load({}, environment=environment)

    assert container["ReadonlyRootFilesystem"] is True
    assert container["LinuxParameters"]["Capabilities"]["Drop"] == ["ALL"]
    assert [each["ContainerPath"] for each in container["MountPoints"]] == ["/tmp"]
    assert settings.stop_timeout + 5 <= container["StopTimeout"]
    assert shlex.split(" ".join(container["Command"])) == ["scan"]
