"""The documented questions, each answered over records as AWS describes them."""

import re
from pathlib import Path

import anyio
import pytest

from scanner.app.query import Database
from scanner.catalog import Catalog
from scanner.engine.plan import Plan
from scanner.model.outcome import Outcome, Status, TypeOutcome
from scanner.model.target import Account, Regions, Unit
from scanner.output import create_run
from tests.unit.analysis.support import ACCOUNT, NEW, REGION, record

TEXT = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"^## (.+?)\n.*?```sql\n(.*?)```", TEXT, re.DOTALL | re.MULTILINE))
OLD_DAY, NEW_DAY = "2026-01-01T00:00:00Z", "2026-11-20T00:00:00Z"
PUBLIC_ACL = {"Grants": [{"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}}]}
WORLD = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
WORLD6 = {"IpProtocol": "-1", "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
HOME = {"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "10.0.0.0/8"}], "Ipv6Ranges": []}

FOUND = {
    "AWS::EC2::Volume": {
        "open": {"configuration": {"Encrypted": False, "Size": 8}},
        "closed": {"configuration": {"Encrypted": True, "Size": 9}, "arn": "arn:closed"},
    },
    "AWS::S3::Bucket": {
        "policy": {"supplementary": {"PolicyStatus": {"IsPublic": True}, "PublicAccessBlock": None}},
        "acl": {"supplementary": {"PolicyStatus": None, "Acl": PUBLIC_ACL}},
        "blocked": {"supplementary": {
            "PolicyStatus": {"IsPublic": True}, "PublicAccessBlock": {"RestrictPublicBuckets": True},
        }},
        "private": {"supplementary": {"PolicyStatus": {"IsPublic": False}}},
    },
    "AWS::EC2::Instance": {
        "i-1": {"tags": {"Owner": "a"}}, "i-2": {"tags": {"Team": "a"}}, "i-3": {"tags": {}},
    },
    "AWS::IAM::AccessKey": {
        "old": {"configuration": {"Status": "Active", "CreateDate": OLD_DAY, "UserName": "u"}},
        "off": {"configuration": {"Status": "Inactive", "CreateDate": OLD_DAY}},
        "new": {"configuration": {"Status": "Active", "CreateDate": NEW_DAY}},
    },
    "AWS::EC2::NetworkInterface": {
        "inside": {"configuration": {
            "PrivateIpAddress": "10.0.0.7", "Attachment": {"InstanceId": "i-1"},
        }},
        "outside": {"configuration": {
            "PrivateIpAddress": "10.0.0.8", "Association": {"PublicIp": "10.0.0.7"},
        }},
        "other": {"configuration": {"PrivateIpAddress": "10.0.0.70"}},
    },
    "AWS::EC2::SecurityGroup": {
        "open": {"configuration": {"GroupName": "o", "IpPermissions": [HOME, WORLD]}},
        "open6": {"configuration": {"GroupName": "p", "IpPermissions": [WORLD6]}},
        "shut": {"configuration": {"IpPermissions": [HOME]}},
        "none": {"configuration": {"IpPermissions": []}},
    },
    "AWS::EC2::EIP": {
        "idle": {"configuration": {"PublicIp": "3.4.5.6"}},
        "used": {"configuration": {"PublicIp": "3.4.5.7", "AssociationId": "eipassoc-1"}},
    },
    "AWS::Lambda::Function": {
        "old": {"configuration": {"Runtime": "python3.8"}},
        "older": {"configuration": {"Runtime": "nodejs16.x"}},
        "new": {"configuration": {"Runtime": "python3.13"}},
        "image": {"configuration": {}},
    },
    "AWS::RDS::DBInstance": {"db": {"arn": "arn:db"}},
    "backup:protected-resource": {"arn:closed": {}},
}  # fmt: skip

ANSWERS = {
    "Which volumes are not encrypted?": {"open"},
    "Which buckets are open to the public?": {"policy", "acl"},
    "Whose instances are not tagged?": {(None, 3, 1)},
    "Which access keys are old?": {"old"},
    "Who has this IP address?": {"inside", "outside"},
    "Which security groups are open to the world?": {"open", "open6"},
    "Which addresses are paid for and unused?": {"idle"},
    "Which functions run on runtimes near their end?": {
        ("python3.8", 1, ACCOUNT), ("nodejs16.x", 1, ACCOUNT),
    },
    "How much is there, account by account?": {(ACCOUNT, REGION, 27, 10)},
    "What has no backup?": {f"arn:aws:sqs:{REGION}:{ACCOUNT}:open", "arn:db"},
}  # fmt: skip


async def _write(out):
    types = Catalog.load().types
    services = {}
    for name in FOUND:
        services.setdefault(types[name].service, []).append(name)
    account = Account(ACCOUNT)
    plan = Plan(((account, Regions((REGION,))),), {k: tuple(v) for k, v in services.items()}, {})
    async with create_run(out, NEW, {"plan": plan.to_dict()}) as run:
        for service, names in services.items():
            buffer = run.open_unit(Unit(account, REGION, service, tuple(names)))
            for name in names:
                for known, members in FOUND[name].items():
                    await buffer.add(
                        record(known, NEW, resource_type=name, service=service,
                               captured_at="2026-11-24T01:00:00Z", **members)
                    )  # fmt: skip
            ends = {name: TypeOutcome(Status.COMPLETE, len(FOUND[name])) for name in names}
            await run.commit(buffer, Outcome(ACCOUNT, REGION, service, Status.COMPLETE, ends))
        await run.finish({"status": "complete", "planned": len(services), "accounts": {}})


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    anyio.run(_write, out)
    opened = Database.open(out)
    yield opened
    opened.close()


def test_there_are_ten_questions_with_an_answer_each():
    assert QUESTIONS.keys() == ANSWERS.keys()
    assert len(QUESTIONS) == 10


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_documented_question_is_answered(database, question):
    answer = database.ask(QUESTIONS[question])
    rows = list(answer.rows)
    expected = ANSWERS[question]

    if any(isinstance(each, str) for each in expected):
        place = next(n for n, name in enumerate(answer.columns) if name in ("id", "name", "arn"))
        assert {row[place] for row in rows} == expected
        assert len(rows) == len(expected)
    else:
        flat = {tuple(v[0] if isinstance(v, list) else v for v in row) for row in rows}
        assert flat == expected


def test_the_coverage_of_the_document_is_shown(database):
    sql = re.search(r"```sql\n(.*?)```", TEXT, re.DOTALL)[1]

    assert list(database.ask(sql).rows) == []
    assert list(database.ask(sql.replace("NOT IN", "IN")).rows) != []
