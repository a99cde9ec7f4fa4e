"""Amazon EC2: machines that run, and how."""

from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::EC2::Instance"
_ONE = {"InstanceIds": ["$InstanceId"]}
_GONE = ("InvalidInstanceID.NotFound",)

_METADATA = {
    "tokens": "HttpTokens",
    "endpoint": "HttpEndpoint",
    "hop-limit": "HttpPutResponseHopLimit",
    "metadata-tags": "InstanceMetadataTags",
}
"""The options, Custodian's, and the members they stand for."""


def _is_there(found: Found) -> bool:
    before = found.before["Metadata"]
    return before is not None and not before["Gone"]


def _metadata_changes(found: Found) -> dict[str, object]:
    before = found.before["Metadata"]
    wanted = {_METADATA[name]: value for name, value in found.options.items() if value is not None}
    return {name: value for name, value in wanted.items() if value != before[name]}


def _set_metadata(found: Found, options: dict[str, object]) -> list[Write]:
    endpoint = found.before["Metadata"]["HttpEndpoint"]
    instance = {"InstanceId": found.configuration["InstanceId"], "HttpEndpoint": endpoint}
    params = {**instance, **options}
    return [Write("ec2", "ModifyInstanceMetadataOptions", params)]


METADATA_ACCESS = Action(
    "set-metadata-access",
    _TYPE,
    "ec2",
    "require IMDSv2 of an instance, or set how else its metadata are reached",
    # What still asks the old way gets no credentials.
    Risk.MEDIUM,
    reads=(
        Call(
            "DescribeInstances",
            _ONE,
            out="Reservations[0].Instances[0].{Gone: State.Name == 'terminated', "
            + ", ".join(f"{each}: MetadataOptions.{each}" for each in _METADATA.values())
            + "}",
            name="Metadata",
            absent=_GONE,
        ),
    ),
    needed=lambda found: _is_there(found) and bool(_metadata_changes(found)),
    writes=lambda found: _set_metadata(found, _metadata_changes(found)),
    undo=lambda found: _set_metadata(
        found, {name: found.before["Metadata"][name] for name in _metadata_changes(found)}
    ),
    options=(
        Option("tokens", {"enum": ["required", "optional"]}, default="required"),
        Option("endpoint", {"enum": ["enabled", "disabled"]}),
        Option("hop-limit", {"type": "integer", "minimum": 1, "maximum": 64}),
        Option("metadata-tags", {"enum": ["enabled", "disabled"]}),
    ),
)
