"""What policies say to do is read with its options checked; a check does not look at it."""

from datetime import UTC, datetime

import pytest

from scanner.model.change import Action, Option, Risk
from scanner.model.errors import SettingsError
from scanner.policies.document import Surroundings, read_policies

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TYPE = "AWS::SQS::Queue"


def action(name, *options):
    return Action(
        name, TYPE, "sqs", "does it", Risk.LOW, (), lambda _: True, lambda _: (), options=options
    )


DAYS = Option("days", {"type": "integer", "minimum": 1}, required=True)
MODE = Option("mode", {"enum": ["soft", "hard"]}, default="soft")
KNOWN = {(TYPE, "stop"): action("stop"), (TYPE, "keep"): action("keep", DAYS, MODE)}


def read(actions, known=KNOWN, more=""):
    text = f"policies:\n- name: p\n  resource: aws.sqs\n{more}  actions:\n{actions}"
    given = Surroundings(NOW, {TYPE, "AWS::SNS::Topic"}, lambda _: [], known)
    return read_policies(text, "p.yml", given)[0].actions


def test_an_action_is_a_name_or_a_mapping_with_options():
    found = read(
        "  - stop\n  - {type: keep, days: 3}\n  - type: keep\n    days: 4\n    mode: hard\n"
    )

    assert [(each.action.name, dict(each.options)) for each in found] == [
        ("stop", {}),
        ("keep", {"days": 3, "mode": "soft"}),
        ("keep", {"days": 4, "mode": "hard"}),
    ]


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ("  - stopp\n", "p.yml:2: action 'stopp' is unknown for AWS::SQS::Queue: did you mean 'stop'?"),
        ("  - stop\n  - type: keap\n", "p.yml:6: action 'keap' is unknown for AWS::SQS::Queue: did you mean 'keep'?"),
        ("  - {type: keep, day: 3}\n", "p.yml:5: keep's option 'day' is unknown: did you mean 'days'?"),
        ("  - {type: keep, days: 0}\n", "p.yml:5: keep's days: 0 is less than the minimum of 1"),
        ("  - {type: keep, days: 1, mode: loud}\n", "p.yml:5: keep's mode: 'loud' is not one of ['soft', 'hard']"),
        ("  - keep\n", "p.yml:2: keep needs days"),
        ("  - {days: 3}\n", "p.yml:5: an action is a name, or a mapping with a type"),
        ("  - 3\n", "p.yml:2: an action is a name, or a mapping with a type: 3 is none"),
        ("    stop: 1\n", "p.yml:2: actions must be a list"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_the_nearest_name(actions, said):
    with pytest.raises(SettingsError) as raised:
        read(actions)
    assert str(raised.value).startswith(said)


def test_a_type_without_actions_is_told_so():
    text = "policies:\n- name: p\n  resource: aws.sns\n  actions: [stop]\n"
    given = Surroundings(NOW, {TYPE, "AWS::SNS::Topic"}, lambda _: [], KNOWN)

    with pytest.raises(SettingsError, match="there are no actions for AWS::SNS::Topic"):
        read_policies(text, "p.yml", given)


def test_what_expects_places_can_not_act_on_resources():
    with pytest.raises(SettingsError, match="`expect` finds places"):
        read("  - stop\n", more="  expect: region\n")


def test_a_check_does_not_look_at_actions():
    assert read("  - {no: such, thing: 1}\n", known=None) == ()
