"""Every declared action fits the models, does what it says in moto, and undoes it."""

from dataclasses import replace
from functools import cache

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from jsonschema import Draft202012Validator
from moto import mock_aws

from scanner.aws.pages import pick
from scanner.aws.request import Request
from scanner.catalog import Catalog, actions_of_action
from scanner.catalog.actions import actions
from tests.catalog.acting import REGION, Refused, found_of, read, send
from tests.catalog.lint import model_of, problems
from tests.catalog.scripts import SCRIPTS
from tests.catalog.violations import PLANTS

TYPES = Catalog.load().types
ACTIONS = actions([])
WITH_TAGGING = {**ACTIONS, **actions([TYPES["AWS::SQS::Queue"]])}


@pytest.fixture(scope="module")
def clients():
    with mock_aws():
        yield cache(lambda service: boto3.client(service, REGION))


@pytest.fixture
def ask(clients):
    def answer(service, operation, params):
        client = clients(service)
        try:
            return getattr(client, xform_name(operation))(**params)
        except ClientError as exc:
            raise Refused(exc.response["Error"]["Code"]) from exc

    return answer


@pytest.mark.parametrize("key", PLANTS, ids=" ".join)
def test_an_action_changes_what_it_is_for_and_undoes_it(key, clients, ask):
    action = ACTIONS[key]
    first = read(action, found_of(action, PLANTS[key](clients)), ask)
    assert action.needed(first)

    assert send(action, action.writes(first), ask)
    assert not action.needed(read(action, first, ask))
    if action.undo:
        after = read(action, first, ask).before
        send(action, action.undo(replace(first, after=after)), ask)
        assert read(action, first, ask).before == first.before


@pytest.mark.parametrize("key", ACTIONS, ids=" ".join)
def test_the_reads_of_an_action_fit_the_models(key):
    action, declared = ACTIONS[key], TYPES[key[0]]
    merged = tuple(call for call in declared.each if not call.name)

    assert all(call.name for call in action.reads)
    assert problems(replace(declared, each=(*merged, *action.reads)), TYPES) == []


@pytest.mark.parametrize("key", SCRIPTS, ids=" ".join)
def test_an_action_that_moto_can_not_do_acts_on_what_aws_answers(key):
    action, script = ACTIONS[key], SCRIPTS[key]
    found = found_of(action, script.planted)
    first = read(action, found, scripted(script.first))
    after = read(action, found, scripted(script.then))

    assert action.needed(first)
    assert not action.needed(after)
    assert sent(action, action.writes(first)) == script.writes
    assert sent(action, action.undo(first)) == script.undo


def scripted(answers):
    def answer(service, operation, params):
        model = model_of(service).operation_model(operation)
        for shape, value in ((model.input_shape, params), (model.output_shape, answers[operation])):
            report = ParamValidator().validate(value, shape)
            assert not report.has_errors(), report.generate_report()
        return answers[operation]

    return answer


def sent(action, writes):
    return [
        (write.operation, write.params)
        for write in send(action, writes, lambda service, operation, params: {})
    ]


@pytest.mark.parametrize("key", ACTIONS, ids=" ".join)
def test_an_answer_without_members_is_read_all_the_same(key):
    for call in ACTIONS[key].reads:
        value = pick(call, {})
        assert not (any(value.values()) if isinstance(value, dict) else value)


@pytest.mark.parametrize("key", ACTIONS, ids=" ".join)
def test_the_iam_actions_of_an_action_are_known(key):
    action = ACTIONS[key]

    assert action.calls
    assert all(Request(action.service, "", each).refusal for each in action.calls)
    assert {*action.permissions} <= {*actions_of_action(action)}


@pytest.mark.parametrize("key", WITH_TAGGING, ids=" ".join)
def test_options_are_described_and_their_defaults_fit(key):
    for option in WITH_TAGGING[key].options:
        Draft202012Validator.check_schema(option.schema)
        assert option.required <= (option.default is None)
        if option.default is not None:
            Draft202012Validator(option.schema).validate(option.default)


def test_every_action_was_seen_acting():
    assert {*ACTIONS} == {*PLANTS, *SCRIPTS}
    assert not {*PLANTS} & {*SCRIPTS}


def test_there_are_many_actions_of_many_types():
    assert len(ACTIONS) >= 80
    assert len({each.type for each in ACTIONS.values()}) >= 35
