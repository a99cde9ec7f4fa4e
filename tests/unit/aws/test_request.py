"""What is sent and what is refused, over all operations that botocore knows."""

import re

import pytest

from scanner.aws.models import LeanLoader
from scanner.aws.request import CREDENTIALS, DISGUISED, READS, Request
from scanner.model.secret_names import Meaning, meaning_of

ONE_THING = re.compile(r"(BatchGet|Check|Get|Head|Lookup|Query|Select)(?![a-z])")
LATER = {"sts:GetDelegatedAccessToken", "sts:GetWebIdentityToken"}
"""Operations of later releases of botocore."""

REDACTED = {
    "amplify:GetApp", "amplify:GetBranch", "apigateway:GetAuthorizer", "apigateway:GetIntegration",
    "apigateway:GetMethod", "artifact:GetTermForReport", "chime:GetBot", "datazone:GetConnection",
    "ec2:GetLaunchTemplateData", "entityresolution:GetPolicy", "managedblockchain:GetAccessor",
    "pinpoint:GetBaiduChannel", "pinpoint:GetGcmChannel", "secretsmanager:GetRandomPassword",
    "workspaces-thin-client:GetEnvironment",
}  # fmt: skip
"""Reads of things that have a secret among their members, or that give one that opens nothing."""


def all_operations():
    loader = LeanLoader()
    for service in loader.list_available_services("service-2"):
        model = loader.load_service_model(service, "service-2")
        yield from ((service, *each) for each in model["operations"].items())
        loader.forget(service)


CHANGING = (
    "Accept", "Add", "Associate", "Attach", "Authorize", "Batch(?!Get|Describe)", "Cancel",
    "Copy", "Create", "Delete", "Deregister", "Detach", "Disable", "Disassociate", "Enable",
    "Execute", "Export", "Generate", "Import", "Initiate", "Invoke", "Modify", "Purge", "Put",
    "Reboot", "Receive", "Register", "Reject", "Remove", "Replace", "Reset", "Restore", "Revoke",
    "Rotate", "Run", "Send", "Set", "Start", "Stop", "Submit", "Tag", "Terminate", "Transact",
    "Untag", "Update", "Upload", "Write",
)  # fmt: skip


def test_no_changing_operation_of_any_service_counts_as_a_read():
    changing = re.compile(f"({'|'.join(CHANGING)})(?![a-z])")
    found = list(all_operations())
    assert len(found) > 15_000
    named_so = [(service, name) for service, name, _ in found if changing.match(name)]
    assert len(named_so) > 7_500
    by_method = [
        (service, name)
        for service, name, model in found
        if model.get("http", {}).get("method") in ("PUT", "DELETE", "PATCH")
    ]
    for service, name in named_so + by_method:
        assert Request(service, "r", name).refusal, f"{service}:{name}"


def test_every_operation_refused_in_spite_of_its_verb_exists():
    known = {f"{service}:{name}" for service, name, _ in all_operations()}
    assert (DISGUISED | CREDENTIALS) - known == LATER
    assert all(READS.match(each.partition(":")[2]) for each in DISGUISED | CREDENTIALS)
    assert not DISGUISED & CREDENTIALS


def secrets_in(shapes, name, deeper):
    """List the secret-shaped members of an answer, and of its structures."""
    for member, reference in shapes[name].get("members", {}).items():
        shape = shapes[reference["shape"]]
        if shape["type"] in ("string", "blob") and meaning_of(member) is Meaning.SECRET:
            yield member
        elif shape["type"] == "structure" and deeper:
            yield from secrets_in(shapes, reference["shape"], deeper=False)


def test_every_read_of_one_thing_with_a_secret_in_its_answer_is_refused_or_known():
    loader = LeanLoader()
    found = set()
    for service in loader.list_available_services("service-2"):
        model = loader.load_service_model(service, "service-2")
        for name, operation in model["operations"].items():
            if ONE_THING.match(name) and "output" in operation:
                answer = operation["output"]["shape"]
                if any(secrets_in(model["shapes"], answer, deeper=True)):
                    found.add(f"{service}:{name}")
        loader.forget(service)
    assert len(found & CREDENTIALS) > 30
    assert found - CREDENTIALS - DISGUISED == REDACTED


@pytest.mark.parametrize(
    ("service", "operation"),
    [("sts", "AssumeRole"), ("sts", "GetCallerIdentity"), ("ssm", "GetParameter")],
)
def test_entering_a_role_and_reading_are_allowed(service, operation):
    assert Request(service, "r", operation).refusal == ""
