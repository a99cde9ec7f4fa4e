"""Logs: two formats, no secrets, no local variables, and nobody's absence stops the program."""

import io
import json
import logging
import os

import pytest
import structlog

from scanner import log
from scanner.log import configure

SECRET = "correct-horse-battery-staple"


@pytest.fixture(autouse=True)
def restored_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()  # pytest's own would be closed
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("scanner").setLevel(logging.NOTSET)


@pytest.fixture(params=["json", "console"])
def form(request):
    return request.param


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def logger():
    return structlog.get_logger("scanner.test")


def fail(password=SECRET):
    raise ValueError("broken")


def test_json_is_one_object_a_line_with_level_time_and_context():
    stream = io.StringIO()
    configure("json", "info", stream)
    with structlog.contextvars.bound_contextvars(account="111122223333"):
        logger().info("unit done", records=3)
    (event,) = lines(stream)

    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "unit done", "level": "info", "account": "111122223333", "records": 3
    }  # fmt: skip


def test_console_lines_are_for_people_and_plain_where_there_is_no_terminal():
    stream = io.StringIO()
    configure("console", "info", stream)
    logger().info("scan started", records=3)
    text = stream.getvalue()

    assert "scan started" in text
    assert "records=3" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("form", "level", "seen"),
    [
        ("json", "info", True), ("json", "debug", True), ("json", "warning", False),
        ("console", "info", False), ("console", "debug", True), ("console", "warning", False),
    ],
)  # fmt: skip
def test_a_line_a_unit_is_for_machines_and_for_people_who_ask_for_detail(form, level, seen):
    stream = io.StringIO()
    configure(form, level, stream)
    logger().info(log.UNIT_DONE, records=3)
    logger().error("something else")

    assert (log.UNIT_DONE in stream.getvalue()) == seen
    assert "something else" in stream.getvalue()


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_lines_below_the_level_are_left_out(form, level):
    stream = io.StringIO()
    configure(form, level, stream)
    order = ["debug", "info", "warning", "error"]
    for each in order:
        getattr(logger(), each)(f"a {each}")

    said = [each for each in order if f"a {each}" in stream.getvalue()]
    assert said == order[order.index(level) :]


@pytest.mark.parametrize("word", log.SECRETS)
def test_values_under_secret_names_are_blanked(form, word):
    stream = io.StringIO()
    configure(form, "info", stream)
    logger().info("assumed", **{f"Aws_{word}_x".title(): SECRET, "role": "audit"})

    assert SECRET not in stream.getvalue()
    assert "***" in stream.getvalue()
    assert "audit" in stream.getvalue()


def test_secrets_in_bound_context_are_blanked_too(form):
    stream = io.StringIO()
    configure(form, "info", stream)
    with structlog.contextvars.bound_contextvars(external_id=SECRET):
        logger().bind(session_token=SECRET).info("assumed")

    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count("***") == 2


def test_a_traceback_names_the_error_and_the_place_but_no_local_variable(form):
    stream = io.StringIO()
    configure(form, "info", stream)
    try:
        fail()
    except ValueError:
        logger().exception("unit failed unexpectedly")
    text = stream.getvalue()

    assert "ValueError" in text
    assert "broken" in text
    assert "test_log.py" in text
    assert SECRET not in text


def test_a_traceback_in_json_stays_on_its_line():
    stream = io.StringIO()
    configure("json", "info", stream)
    try:
        fail()
    except ValueError:
        logger().exception("unit failed unexpectedly")
    (event,) = lines(stream)

    assert event["exception"][0]["exc_type"] == "ValueError"
    assert not any(frame.get("locals") for frame in event["exception"][0]["frames"])


def test_warnings_of_libraries_come_in_the_same_format_and_their_chatter_does_not():
    stream = io.StringIO()
    configure("json", "debug", stream)
    library = logging.getLogger("botocore.credentials")
    library.info("found credentials")
    try:
        fail()
    except ValueError:
        library.exception("could not load %s", "a plugin")
    (event,) = lines(stream)

    assert (event["level"], event["event"]) == ("error", "could not load a plugin")
    assert event["exception"][0]["exc_type"] == "ValueError"
    assert SECRET not in stream.getvalue()


def test_setting_up_again_replaces_what_was():
    first, second = io.StringIO(), io.StringIO()
    configure("json", "info", first)
    configure("json", "info", second)
    logger().info("once")

    assert first.getvalue() == ""
    assert len(lines(second)) == 1


def test_a_reader_of_the_log_that_goes_away_stops_nothing(form):
    reader, writer = os.pipe()
    stream = os.fdopen(writer, "w", buffering=1)
    configure(form, "info", stream)
    os.close(reader)
    logger().info("to nobody")
    logging.getLogger().handlers.clear()
    os.dup2(os.open(os.devnull, os.O_WRONLY), writer)
    stream.close()


def test_the_default_stream_is_stderr(capsys):
    configure("console", "warning")
    logger().warning("over here")

    out, err = capsys.readouterr()
    assert (out, "over here" in err) == ("", True)
