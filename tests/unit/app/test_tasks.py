"""Tasks are found in files and plugins; a broken one is told in one line."""

import json

import pytest
from click.testing import CliRunner

from scanner.app.tasks import find_task, plugged
from scanner.cli import program
from scanner.model.errors import SettingsError
from scanner.settings import Settings


def found(reference, **options):
    return find_task(Settings.of(task=str(reference), **options))


@pytest.fixture
def written(tmp_path):
    def write(text, name="mine.py"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_a_file_may_import_what_stands_beside_it_and_does_not_run_as_the_program(written):
    written("NUMBER = 7\n", "besides_mine.py")
    path = written(
        "import besides_mine\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n"
        "def f(session): return A(besides_mine.NUMBER).x\n"
        "if __name__ == '__main__': raise SystemExit(1)\n"
    )

    assert found(f"{path}:f")(None) == 7


def test_a_file_with_one_task_needs_no_name(written):
    path = written("from scanner import task\n@task\ndef only(session): ...\n")

    assert found(path).name == "only"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("def f(", "SyntaxError"),
        ("from scanner import task\n@task\ndef f(ctx): ...", "TaskError: task f"),
        ("def f(ctx): ...", "mine.py:f: task f"),
    ],
)
def test_a_broken_file_is_one_line(written, text, message):
    with pytest.raises(SettingsError, match=message):
        found(f"{written(text)}:f")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a package with a good task and a broken one."""
    (tmp_path / "plugged_tasks.py").write_text(
        "from scanner import task\n\n@task(writes=True)\ndef good(session):\n    'Do good.'\n"
    )
    facts = tmp_path / "plugged_tasks-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged-tasks\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(
        "[scanner.tasks]\ngood = plugged_tasks:good\nbroken = plugged_tasks:absent\n"
    )
    monkeypatch.syspath_prepend(tmp_path)


def test_tasks_that_packages_install_are_found_by_name(installed):
    assert found("good").name == "good"
    assert [entry.name for entry, _ in plugged()] == ["broken", "good"]
    with pytest.raises(SettingsError, match=r"task broken \(plugged_tasks:absent\)"):
        found("broken")


def test_they_are_listed_with_what_is_wrong_with_some(installed):
    listed = CliRunner().invoke(program, ["run", "--list", "--json"])
    broken, good = json.loads(listed.output)

    assert good == {
        "task": "good", "from": "plugged_tasks:good", "scope": "account", "writes": "yes",
        "does": "Do good.",
    }  # fmt: skip
    assert broken["does"].startswith("can't be loaded: task broken")
    assert "Do good." in CliRunner().invoke(program, ["run", "--list"]).output


def test_without_any_the_list_says_how_else_tasks_are_run():
    assert "FILE.py:NAME" in CliRunner().invoke(program, ["run", "--list"]).output
