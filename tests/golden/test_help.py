"""What `--help` says is looked at when it changes; every command shows an example."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from scanner.cli import COMMANDS, program

HERE = Path(__file__).parent


def commands(command=program, path=("scanner",)):
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), (*path, name))


ALL = {" ".join(path): command for path, command in commands()}


def text_of(name):
    arguments = [*name.split()[1:], "--help"]
    result = CliRunner().invoke(program, arguments, prog_name="scanner", terminal_width=80)
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize("name", ALL)
def test_the_help_of_every_command_is_as_it_was(name, request):
    golden = HERE / f"{name.replace(' ', '_')}.txt"
    if request.config.getoption("--update-golden", default=False):
        golden.write_text(text_of(name), encoding="utf-8")

    assert text_of(name) == golden.read_text(encoding="utf-8"), (
        "wanted? then run: pytest tests/golden --update-golden"
    )


@pytest.mark.parametrize("name", ALL)
def test_the_help_of_every_command_shows_an_example_of_itself(name):
    _, _, examples = text_of(name).partition("Example")

    assert any(
        line.strip().startswith(name) or f" {name}" in line for line in examples.splitlines()
    )


@pytest.mark.parametrize("name", ALL)
def test_every_option_says_what_it_is_for(name):
    options = [each for each in ALL[name].params if isinstance(each, click.Option)]

    assert [each.name for each in options if not each.help] == []


def test_no_golden_file_is_left_of_a_command_that_is_gone():
    assert {path.stem.replace("_", " ") for path in HERE.glob("*.txt")} == set(ALL)


def test_the_list_of_commands_says_what_their_help_says_in_other_words():
    assert all(ALL[f"scanner {name}"].help for name in COMMANDS)
