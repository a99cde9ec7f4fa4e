"""The options of commands, made from the settings, so that each exists once; it runs nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

import click

from scanner.settings import PREFIX, Origin, Settings, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic.fields import FieldInfo

    from scanner.log import Format

_CONTAINERS = (
    "AWS_LAMBDA_FUNCTION_NAME", "ECS_CONTAINER_METADATA_URI_V4", "KUBERNETES_SERVICE_HOST",
)  # fmt: skip
_DOCKER = Path("/.dockerenv")

F = TypeVar("F", bound="Callable[..., Any]")

TARGETS = (
    "accounts", "ou", "account_tag", "exclude_accounts", "include_management", "regions",
)  # fmt: skip
SELECTION = (*TARGETS, "types", "services", "without", "types_from")
ACCESS = (
    "role", "external_id", "session_name", "session_duration", "source_identity", "session_tag",
    "session_policy", "profile",
)  # fmt: skip
TASK = ("task", "param", "allow_writes")
BUCKET = ("out_kms_key", "out_owner", "out_storage_class", "out_tag")
OUTPUT = ("out", *BUCKET)
"""What a command that writes into the output needs; with `profile`, for S3."""
INPUT = ("out", "out_owner", "profile")
"""What a command that reads the output needs."""
CONTROL = (
    *OUTPUT, "shard", "run_id", "concurrency", "workers", "max_rate_share", "deadline",
    "stop_timeout", "request_timeout", "compress", "redaction_key", "no_redact", "fail_on",
    "min_coverage", "metrics",
)  # fmt: skip


def settings_options(*names: str) -> Callable[[F], F]:
    """Give a command the options of these settings, and those that all commands share."""

    def give(function: F) -> F:
        for option in reversed([*map(_option, names), *_shared()]):
            function = option(function)
        return function

    return give


def json_option(function: F) -> F:
    """Give a command `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="print JSON instead")(function)


def read_settings(
    options: dict[str, Any], beneath: dict[str, Any] | None = None
) -> tuple[Settings, dict[str, Origin]]:
    """Merge a command's options with the other sources; sets up the logs as well."""
    from scanner import log  # noqa: PLC0415 — what --help does not need

    log.configure(options["log_format"] or _log_format(), options["log_level"])
    chosen = {name: options[name] for name in Settings.model_fields if _is_given(options, name)}
    config = options["config"]
    return load(chosen, Path(config) if config else None, beneath=beneath)


def described(name: str) -> tuple[str, str, str, str]:
    """Return a setting's option, the kind of its value, its default, and what it is for."""
    field = Settings.model_fields[name]
    is_flag = field.annotation is bool
    kind = "true, false" if is_flag else _metavar(field).replace("|", " | ")
    return _spelled(name), kind, _default_text(field), field.description or ""


def given(options: dict[str, Any], names: tuple[str, ...]) -> list[str]:
    """Return those of the settings that were given as options, spelled as options."""
    return [_spelled(name) for name in names if _is_given(options, name)]


def _is_given(options: dict[str, Any], name: str) -> bool:
    return options.get(name) not in (None, ())


def _log_format() -> Format:
    return "json" if any(map(os.environ.get, _CONTAINERS)) or _DOCKER.exists() else "console"


def _option(name: str) -> Callable[[F], F]:
    field = Settings.model_fields[name]
    spelled = _spelled(name)
    text = f"{field.description}{_default(field)}"
    if field.annotation is bool:
        negative = spelled.replace("--", "--no-", 1)
        return click.option(f"{spelled}/{negative}", name, default=None, help=text)
    multiple = get_origin(field.annotation) in (tuple, dict)
    return click.option(spelled, name, multiple=multiple, metavar=_metavar(field), help=text)


def _spelled(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _default(field: FieldInfo) -> str:
    text = _default_text(field)
    return f"  [default: {text}]" if text else ""


def _default_text(field: FieldInfo) -> str:
    default = field.default
    if isinstance(default, tuple):
        default = ",".join(default)
    return str(default) if default not in ("", None, {}, False) else ""


def _metavar(field: FieldInfo) -> str:
    kind = field.annotation
    if get_origin(kind) is dict:
        return "KEY=VALUE"
    if get_origin(kind) is tuple:
        return "NAME,…"
    choices = [str(each) for each in get_args(kind) if isinstance(each, str)]
    if choices:
        return "|".join(choices)
    names = {
        int: "N",
        float: "N",
        Path: "PATH",
        float | None: "TIME",
        int | Literal["auto"]: "auto|N",
    }
    return names.get(kind, "TEXT")  # type: ignore[arg-type]  # a miss is fine


def _shared() -> list[Callable[[F], F]]:
    return [
        click.option("--config", metavar="FILE", help="settings file  [default: scanner.toml]"),
        click.option(
            "--log-format",
            type=click.Choice(["console", "json"]),
            envvar=f"{PREFIX}LOG_FORMAT",
            help="format of the logs on stderr  [default: console; json in a container]",
        ),
        click.option(
            "--log-level",
            type=click.Choice(["debug", "info", "warning", "error"]),
            default="info",
            envvar=f"{PREFIX}LOG_LEVEL",
            show_default=True,
            help="least severity of log lines",
        ),
        click.option(
            "--progress",
            type=click.Choice(["auto", "on", "off"]),
            default="auto",
            show_default=True,
            help="live progress on stderr",
        ),
    ]
