"""Every declared action fits the models, does what it says in moto, and undoes it."""

from dataclasses import replace
from functools import cache

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from moto import mock_aws

from scanner.catalog import Catalog
from scanner.catalog.actions import actions
from tests.catalog.acting import REGION, Refused, found_of, read, send
from tests.catalog.lint import problems
from tests.catalog.violations import PLANTS

TYPES = Catalog.load().types
ACTIONS = actions()


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

    assert send(action.writes(first), ask)
    assert not action.needed(read(action, first, ask))
    if action.undo:
        send(action.undo(first), ask)
        assert read(action, first, ask).before == first.before


@pytest.mark.parametrize("key", ACTIONS, ids=" ".join)
def test_the_reads_of_an_action_fit_the_models(key):
    action, declared = ACTIONS[key], TYPES[key[0]]
    merged = tuple(call for call in declared.each if not call.name)

    assert all(call.name for call in action.reads)
    assert problems(replace(declared, each=(*merged, *action.reads)), TYPES) == []


def test_every_action_was_seen_acting():
    assert {*ACTIONS} == {*PLANTS}
