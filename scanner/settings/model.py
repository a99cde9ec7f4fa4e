"""What a user may set, and what each setting may be; where values come from is not its business."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_serializer,
    field_validator,
)

from scanner.model.errors import SettingsError
from scanner.model.shard import Shard
from scanner.model.target import is_account_id
from scanner.settings.bucket import (
    StorageClass,
    check_kms_key,
    check_out,
    check_owner,
    check_tags,
    spelled,
)
from scanner.settings.durations import seconds_of
from scanner.settings.words import pairs, whole_pairs, words

PREFIX = "SCANNER_"
SECRETS = ("external_id", "redaction_key")
"""The settings that are secrets."""
PLACE = ("shard", "run_id")
"""The settings that say which part of a run a process is; they are not the run's own."""
FIXED = (
    "accounts", "ou", "account_tag", "exclude_accounts", "include_management", "regions", "types",
    "services", "without", "types_from", "param", "compress", "run_id",
)  # fmt: skip
"""The settings that a run's plan has fixed: who goes on with it can't give them."""
AUTO = "auto"
"""As `shard`: the scheduler's own variables tell. As `workers`: one a core."""

MOST_WORKERS = 256

SHORTEST_KEY = 16
"""Characters that a redaction key has at least."""

_OU = re.compile(r"(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})")
_SPARED = re.compile(r"(.+?):((?:configuration|supplementary|tags)\.[^*.].*)")
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


class Settings(BaseModel):
    """Everything a scan can be told. Field names are the options' with `_` for `-`.

    The external id and the redaction key are secrets: they are never shown, logged or written.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    accounts: tuple[str, ...] = Field((), description="account ids, or @FILE with accounts")
    ou: tuple[str, ...] = Field((), description="organizational units, with all below them")
    account_tag: dict[str, str] = Field({}, description="tags an account must have, KEY=VALUE")
    exclude_accounts: tuple[str, ...] = Field((), description="account ids to leave out")
    include_management: bool = Field(False, description="scan the management account too")  # noqa: FBT003 — a default
    regions: tuple[str, ...] = Field(("all",), description="region names or globs, or all enabled")
    types: tuple[str, ...] = Field((), description="resource types, globs allowed")
    services: tuple[str, ...] = Field((), description="services, by botocore's names")
    without: tuple[str, ...] = Field(
        (), description="details not to ask for, TYPE:NAME as AWS::S3::Bucket:Policy or …:Tags"
    )
    types_from: tuple[Path, ...] = Field(
        (), description="Python files or directories that declare types of your own"
    )
    actions_from: tuple[Path, ...] = Field(
        (), description="Python files or directories that declare actions of your own"
    )

    task: str | None = Field(None, description="task of your own: FILE.py:NAME, or a plugin's")
    param: dict[str, str] = Field({}, description="what the task is told, KEY=VALUE; no secrets")
    allow_writes: bool = Field(False, description="let a task that declares writes change things")  # noqa: FBT003 — a default

    role: str = Field(
        "ScannerReadRole", description="role to assume, a name or an ARN with {account}"
    )
    external_id: SecretStr | None = Field(
        None, description="external id of the role's trust policy"
    )
    session_name: str = Field("scanner", description="role session name, seen in CloudTrail")
    session_duration: int = Field(3600, ge=900, le=43200, description="seconds a session lasts")
    source_identity: str | None = Field(None, description="source identity, seen in CloudTrail")
    session_tag: dict[str, str] = Field({}, description="session tags, KEY=VALUE")
    session_policy: str = Field("none", description="auto (read-only), none, or a JSON file")
    profile: str | None = Field(None, description="profile of the central identity")

    out: Path = Field(Path("scan"), description="directory of the output, or s3://BUCKET/PREFIX")
    out_kms_key: str | None = Field(
        None, description="KMS key of an output in S3; without, the bucket's own encryption"
    )
    out_owner: str | None = Field(None, description="account that must own the output's bucket")
    out_storage_class: StorageClass | None = Field(
        None, description="storage class of records and ledgers in S3, as STANDARD_IA"
    )
    out_tag: dict[str, str] = Field({}, description="tags of the output's objects, KEY=VALUE")
    shard: str | None = Field(
        None,
        description="part of the accounts to scan: I/N (1/3, 2/3, …), or auto (Batch, Kubernetes)",
    )
    run_id: str | None = Field(
        None, description="what the shards of a run share: its id, or any name of no other run"
    )
    concurrency: int = Field(64, ge=1, le=2000, description="API requests in flight")
    workers: int | Literal["auto"] = Field(
        1, description="processes that share the work: a number, or auto (one a core)"
    )
    max_rate_share: float = Field(
        1.0, gt=0, le=1, description="share of AWS's known request rates to use"
    )
    deadline: float | None = Field(
        None, description="time the process has: 90s, 13m, 1h30m; what is left is resumable"
    )
    stop_timeout: float | None = Field(
        None, description="time to end in once interrupted: 25s; open units are given up before"
    )
    request_timeout: float = Field(
        90, gt=0, le=900, description="seconds until a request is given up"
    )
    compress: Literal["gzip", "none"] = Field("gzip", description="compression of the output")
    redaction_key: SecretStr | None = Field(
        None,
        description="key of the fingerprints that tell redacted secrets apart, "
        f"at least {SHORTEST_KEY} characters",
    )
    no_redact: tuple[str, ...] = Field(
        (),
        description="what to leave as it is: TYPE:configuration.PATH, TYPE:supplementary.PATH "
        "or TYPE:tags.KEY",
    )
    wire: Literal["fast", "stock"] = Field(
        "fast", description="how AWS is asked: fast, or stock: all by botocore itself"
    )
    fail_on: Literal["partial", "denied", "never"] = Field(
        "partial", description="what makes an incomplete run exit with 3"
    )
    min_coverage: float = Field(
        100.0, ge=0, le=100, description="percent of units that must be complete to exit with 0"
    )

    metrics: Literal["auto", "emf", "otel", "none"] = Field(
        "auto", description="where a run's metrics go; auto: emf in Lambda and ECS, else none"
    )

    split_words = field_validator(
        "accounts", "ou", "exclude_accounts", "regions", "types", "services", "without",
        "types_from", "actions_from", "no_redact", mode="before",
    )(words)  # fmt: skip
    read_duration = field_validator("deadline", "stop_timeout", mode="before")(seconds_of)
    read_pairs = field_validator(
        "account_tag", "session_tag", "out_tag", mode="before"
    )(pairs)  # fmt: skip
    read_params = field_validator("param", mode="before")(whole_pairs)
    check_out = field_validator("out")(check_out)
    check_kms_key = field_validator("out_kms_key")(check_kms_key)
    check_owner = field_validator("out_owner")(check_owner)
    check_tags = field_validator("out_tag")(check_tags)

    @field_validator("accounts", "exclude_accounts")
    @classmethod
    def check_account_ids(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what is neither an account id nor a file."""
        for each in ids:
            if not each.startswith("@") and not is_account_id(each):
                raise ValueError(f"{each!r} is not an account id (twelve digits) nor @FILE")
        return ids

    @field_serializer("out")
    def write_out(self, out: Path) -> str:
        """Write a bucket's URL as it was given."""
        return spelled(out)

    @field_validator("ou")
    @classmethod
    def check_ous(cls, ous: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what can't be an organizational unit or a root."""
        for each in ous:
            if not _OU.fullmatch(each):
                raise ValueError(f"{each!r} is not the id of an organizational unit (ou-…, r-…)")
        return ous

    @field_validator("no_redact")
    @classmethod
    def check_spared(cls, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what does not name both a type and a path: nothing is spared wholesale."""
        for each in paths:
            if not _SPARED.fullmatch(each):
                raise ValueError(
                    f"{each!r} is not TYPE:configuration.PATH, …:supplementary.PATH or …:tags.KEY"
                )
        return paths

    @field_validator("shard")
    @classmethod
    def check_shard(cls, text: str | None) -> str | None:
        """Refuse what is neither a shard nor auto."""
        if text not in (None, AUTO):
            Shard.parse(text)
        return text

    @field_validator("workers", mode="before")
    @classmethod
    def check_workers(cls, value: Any) -> Any:
        """Refuse what is neither auto nor a number that machines have."""
        if value == AUTO or (str(value).isdecimal() and 1 <= int(value) <= MOST_WORKERS):
            return value
        raise ValueError(f"must be auto, or a number from 1 to {MOST_WORKERS}")

    @field_validator("session_name")
    @classmethod
    def check_session_name(cls, name: str) -> str:
        """Refuse what STS would."""
        if not _SESSION_NAME.fullmatch(name):
            raise ValueError("must be 2 to 64 of letters, digits and _+=,.@-")
        return name

    @field_validator("external_id")
    @classmethod
    def check_external_id(cls, secret: SecretStr | None) -> SecretStr | None:
        """Refuse what STS would, without showing it."""
        if secret is not None and not _EXTERNAL_ID.fullmatch(secret.get_secret_value()):
            raise ValueError("must be 2 to 1224 of letters, digits and _+=,.@:/-")
        return secret

    @field_validator("redaction_key")
    @classmethod
    def check_redaction_key(cls, secret: SecretStr | None) -> SecretStr | None:
        """Refuse a key that can be guessed: short secrets could then be guessed with it."""
        if secret is not None and len(secret) < SHORTEST_KEY:
            raise ValueError(f"must be at least {SHORTEST_KEY} characters")
        return secret

    @field_validator("accounts", "ou", "regions", "types", "services")
    @classmethod
    def check_choice(cls, chosen: tuple[str, ...], field: ValidationInfo) -> tuple[str, ...]:
        """Refuse a choice that is given but empty: an unset variable must not mean everything."""
        if not chosen:
            raise ValueError(f"names no {str(field.field_name).removesuffix('s')}")
        return chosen

    @classmethod
    def of(cls, **options: Any) -> Settings:
        """Make settings of options alone; raises SettingsError, one line."""
        try:
            return cls(**options)
        except ValidationError as exc:
            raise SettingsError(one_line(exc, dict.fromkeys(options, "option"))) from None

    def spared(self) -> dict[str, tuple[str, ...]]:
        """Return by type the record's paths that are not redacted."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.no_redact:
            match = _SPARED.fullmatch(each)
            if match:
                found[match[1]] = (*found.get(match[1], ()), match[2])
        return found

    def revealed(self) -> dict[str, Any]:
        """Return as plain data what is not the default, secrets included: for own processes."""
        plain = self.model_dump(mode="json", exclude_defaults=True, exclude={*SECRETS})
        given = {name: getattr(self, name) for name in SECRETS}
        return plain | {name: each.get_secret_value() for name, each in given.items() if each}

    def public(self) -> dict[str, Any]:
        """Return the settings as plain data without secrets."""
        return self.model_dump(mode="json", exclude={*SECRETS})


Origin = Annotated[str, "option, environment, the file's name or default"]


def one_line(exc: ValidationError, origins: dict[str, Origin]) -> str:
    """Say what is wrong with the first bad value and where it came from; never the value."""
    error = exc.errors(include_input=False, include_url=False)[0]
    name = str(error["loc"][0]) if error["loc"] else "settings"
    origin = origins.get(name, "default")
    shown = f"--{name.replace('_', '-')}"
    if error["type"] == "extra_forbidden":
        return f"{origin}: {name!r} is no setting"
    if origin == "environment":
        shown = f"{PREFIX}{name.upper()}"
    elif origin != "option":
        shown = f"{origin}: {name}"
    return f"{shown}: {error['msg'].removeprefix('Value error, ')}"
