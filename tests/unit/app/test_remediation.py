"""How large a plan may be, how its accounts are entered, and that nobody else may write."""

import ast
import json

import pytest
from click.testing import CliRunner

from scanner.app.link import NO_WARRANT
from scanner.app.remediation.access import operator_of, policy_of, warrant_of
from scanner.aws.access import Access
from scanner.aws.grant import Where
from scanner.cli import program
from scanner.engine.caps import Caps, needs, refuse_beyond
from scanner.model.change import Write
from scanner.model.errors import ChangeRefused, SettingsError
from scanner.model.resource import Call
from scanner.model.target import Account
from scanner.output import write_change_plan
from scanner.settings import Settings
from tests.test_architecture import SOURCES, name_of, tree_of
from tests.unit.engine.store import ACCOUNTS, change, plan_of

A, B, _ = ACCOUNTS


def some(number, account=A, **more):
    return [change(account, str(each), {"x": 1}, {"x": 0}, **more) for each in range(number)]


def test_a_plan_within_the_caps_is_let_through():
    refuse_beyond(plan_of([*some(5), *some(5, B)]), Caps())


@pytest.mark.parametrize(
    ("plan", "caps", "said"),
    [
        (plan_of(some(101), of=9999), Caps(), "101 changes are more than 100 (--max-changes 101)"),
        (plan_of(some(6)), Caps(), "6 of 100 AWS::Test::Thing in 000000000001 are more than 5 percent (--max-percent 6)"),
        (plan_of([*some(6), *some(9, B)]), Caps(), "9 of 100 AWS::Test::Thing in 000000000002 and 1 more like it"),
        (plan_of(some(1), of=0), Caps(), "1 of 0 AWS::Test::Thing in 000000000001 are more than 5 percent (--max-percent 100)"),
        (plan_of(some(1, irreversible=True)), Caps(), "1 can't be undone (--allow-irreversible)"),
        (plan_of(some(1)), Caps(max_changes=0), "(--max-changes 1)"),
    ],
)  # fmt: skip
def test_a_plan_beyond_a_cap_is_refused_with_what_to_give(plan, caps, said):
    with pytest.raises(ChangeRefused) as raised:
        refuse_beyond(plan, caps)
    assert said in str(raised.value)


def test_what_a_plan_needs_lets_it_through():
    plan = plan_of(some(7, irreversible=True), of=9)

    refuse_beyond(plan, needs(plan.changes, plan.head.accounts))


def test_several_changes_of_one_resource_are_one_of_its_type():
    changes = [change(A, "a", {name: 1}, {}) for name in "wxyz"]

    assert needs(changes, plan_of([]).head.accounts) == Caps(4, 1, allow_irreversible=False)


def queue(number, operation="SetQueueAttributes", name="queue", **more):
    name = f"{name}-{number}"
    fields = {
        "service": "sqs", "arn": f"arn:aws:sqs:eu-west-1:{A}:{name}",
        "reads": (Call("GetQueueAttributes", name="x"),),
        "writes": (Write("sqs", operation, {"QueueUrl": name}),),
    }  # fmt: skip
    return change(A, name, {"x": 1}, {}, **fields | more)


def statements(changes, **more):
    text = policy_of(changes, **more)
    assert len(text) <= 2048
    return json.loads(text)["Statement"]


def test_a_session_may_write_the_planned_calls_to_the_planned_resources_alone():
    assert statements([queue(1), queue(2)]) == [
        {"Effect": "Allow", "Action": ["sqs:GetQueueAttributes"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["sqs:SetQueueAttributes"],
            "Resource": [f"arn:aws:sqs:eu-west-1:{A}:queue-{each}" for each in (1, 2)],
        },
    ]


def test_a_session_of_a_rehearsal_may_only_read():
    assert len(statements([queue(1)], dry=True)) == 1


def test_what_iam_does_not_bound_by_one_arn_is_bounded_by_the_action_alone():
    snapshot = Write("ec2", "CreateSnapshot", {"VolumeId": "v"}, wait="snapshot_completed")
    made = queue(1, arn=f"arn:aws:ec2:eu-west-1:{A}:volume/v", permissions=("ec2:CreateTags",),
                 writes=(snapshot, Write("ec2", "DeleteVolume", {"VolumeId": "v"})))  # fmt: skip
    found = {action: each["Resource"] for each in statements([made]) for action in each["Action"]}

    assert found["ec2:CreateSnapshot"] == found["ec2:CreateTags"] == ["*"]
    assert found["ec2:DeleteVolume"] == [f"arn:aws:ec2:eu-west-1:{A}:volume/v"]
    assert found["ec2:Describe*"] == "*"


def test_iam_tells_what_the_role_must_be_allowed_that_applies_a_plan(tmp_path):
    write_change_plan(tmp_path / "plan.jsonl", plan_of([queue(1), queue(2, "TagQueue")]))

    command = ["iam", "--plan", str(tmp_path / "plan.jsonl"), "--document", "actions"]
    told = CliRunner().invoke(program, command).stdout.split()

    assert {"sqs:GetQueueAttributes", "sqs:SetQueueAttributes", "sqs:TagQueue"} <= set(told)
    assert not [each for each in told if each.startswith("s3:")]


def test_arns_that_are_too_many_become_a_pattern():
    [_, write] = statements([queue(each) for each in range(100)])

    assert write["Resource"] == [f"arn:aws:sqs:eu-west-1:{A}:queue-*"]


def test_calls_that_are_too_many_are_refused():
    changes = [
        queue(number, writes=(Write("ec2", operation, {}),))
        for number, operation in enumerate(EC2_WRITES)
    ]

    with pytest.raises(ChangeRefused, match="--session-policy none"):
        policy_of(changes)


EC2_WRITES = [
    f"{verb}{noun}" for verb in ("Create", "Delete", "Modify")
    for noun in ("ClientVpnEndpoint", "Fleet", "Ipam", "IpamPool", "IpamResourceDiscovery", "IpamScope",
                 "LaunchTemplate", "ManagedPrefixList", "TransitGateway", "TransitGatewayVpcAttachment",
                 "TrafficMirrorFilterRule", "VerifiedAccessEndpoint", "VerifiedAccessGroup",
                 "VerifiedAccessInstance", "VerifiedAccessTrustProvider", "VpnConnection")
]  # fmt: skip


def test_a_warrant_covers_the_plans_writes_and_not_one_more():
    plan = plan_of([queue(1)])
    leave = warrant_of(plan, Settings.of(session_policy="auto"), "jane", dry=False).leave
    here = Where(A, "eu-west-1")
    call = ("sqs", "SetQueueAttributes", {"QueueUrl": "queue-1"})

    assert leave.once
    assert leave.covers(*call, here)
    assert not leave.covers(*call, Where(B, "eu-west-1"))
    assert not leave.covers(*call, Where(A, "us-east-1"))
    assert not leave.covers("sns", *call[1:], here)
    assert not leave.covers("sqs", "DeleteQueue", call[2], here)
    assert not leave.covers(*call[:2], {"QueueUrl": "queue-2"}, here)
    assert not leave.covers(*call[:2], {"QueueUrl": "queue-1", "Attributes": {}}, here)


def test_a_rehearsal_has_no_leave():
    assert warrant_of(plan_of([queue(1)]), Settings.of(), "jane", dry=True).leave is None


def test_a_session_names_the_plan_and_who_applies_it():
    settings = Settings.of(session_policy="auto", session_tag=("team=x",))
    warrant = warrant_of(plan_of([queue(1)]), settings, "jane", dry=False)
    entered = warrant.enter(Access("R", tags={"team": "x"}, policy_arns=("a",)), Account(A))

    assert entered.source_identity == "jane"
    assert entered.tags == {"team": "x", "scanner:plan": "d" * 64, "scanner:operator": "jane"}
    assert entered.policy_arns == ()
    assert "SetQueueAttributes" in entered.policy


def test_without_a_session_policy_the_role_alone_bounds_the_session():
    warrant = warrant_of(plan_of([queue(1)]), Settings.of(), "jane", dry=False)

    assert warrant.enter(Access("R"), Account(A)).policy is None


@pytest.mark.parametrize("name", ["j", "jane doe", "é" * 3, "x" * 65])
def test_an_operator_that_aws_would_not_take_is_refused(name):
    with pytest.raises(SettingsError, match="--source-identity"):
        operator_of(Settings.of(source_identity=name))


def calls_of(name):
    """Name the modules that call something of this name."""
    return {
        name_of(path)
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name
    }


def test_leave_to_write_is_made_in_one_place_for_apply_and_in_one_for_the_output():
    assert NO_WARRANT.leave is None
    assert calls_of("Planned") == {"scanner/app/remediation/access.py"}
    assert calls_of("Warrant") == {"scanner/app/link.py", "scanner/app/remediation/access.py"}
    users = {name_of(path) for path in SOURCES for node in ast.walk(tree_of(path))
             if isinstance(node, ast.Name) and node.id == "warrant_of"}  # fmt: skip
    assert users == {"scanner/app/remediation/apply.py"}
    assert calls_of("Grant") - {"scanner/derive/authorization.py"} == {"scanner/aws/objects.py"}


def test_a_gate_is_given_leave_where_a_way_is_opened_and_to_members_by_a_warrant_or_to_ones_own_task():
    given = {
        name_of(path)
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "grant"
    }

    central = {f"scanner/aws/{each}.py" for each in ("calls", "hub")}
    own_tasks = "scanner/app/means.py"  # with --allow-writes
    assert given == {"scanner/app/link.py", own_tasks, *central}
