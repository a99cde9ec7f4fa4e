"""Where metrics go: the setting's word, the place's where it says auto, an extra that must be there."""

import sys

import pytest

from scanner.metrics import check_installed, open_publisher, resolve
from scanner.metrics.choice import ECS, LAMBDA
from scanner.metrics.emf import EmfPublisher
from scanner.model.errors import SettingsError
from tests.unit.metrics.figures import LABELS, some

PLACES = {
    "a function": ({LAMBDA: "nightly"}, "emf"),
    "a task's container": ({ECS: "http://169.254.170.2/v4/x"}, "emf"),
    "a machine": ({}, "none"),
    "a cluster": ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "none"),
    "set to nothing": ({LAMBDA: "", ECS: ""}, "none"),
}


@pytest.mark.parametrize("place", PLACES)
def test_auto_is_what_the_place_has(place):
    environment, choice = PLACES[place]
    assert resolve("auto", environment) == choice


@pytest.mark.parametrize("choice", ["emf", "otel", "none"])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_set_holds_everywhere(choice, place):
    assert resolve(choice, PLACES[place][0]) == choice


async def test_none_is_nobody():
    assert await open_publisher("none", LABELS, {}) is None


@pytest.mark.parametrize(
    ("environment", "stream"), [({LAMBDA: "nightly"}, "out"), ({}, "err"), ({ECS: "x"}, "err")]
)
async def test_lines_go_to_the_logs_and_in_a_function_to_stdout(environment, stream, capsys):
    publisher = await open_publisher("emf", LABELS, environment)
    assert isinstance(publisher, EmfPublisher)
    await publisher.publish(some())
    written = capsys.readouterr()._asdict()

    assert written.pop(stream).startswith('{"_aws"')
    assert [*written.values()] == [""]


@pytest.mark.parametrize("module", ["opentelemetry", "opentelemetry.exporter.otlp.proto.http"])
def test_otel_without_the_extra_says_what_to_install(module, monkeypatch):
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError, match=r"pip install -e '.\[otel\]'"):
        check_installed("otel")


@pytest.mark.parametrize("setting", ["auto", "emf", "none", "otel"])
def test_with_the_extra_all_settings_are_fine(setting):
    check_installed(setting)


@pytest.mark.parametrize("setting", ["auto", "emf", "none"])
def test_the_extra_is_needed_for_otel_alone(setting, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    check_installed(setting)


@pytest.mark.parametrize("interval", ["often", "0", "-5", "nan"])
async def test_a_wrong_variable_of_opentelemetry_is_bad_input(interval, monkeypatch):
    monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", interval)
    with pytest.raises(SettingsError, match="--metrics otel: a variable OTEL_"):
        await open_publisher("otel", LABELS)
