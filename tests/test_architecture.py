"""The house as it was drawn: floors, budgets, docstrings, and documents that tell the truth."""

import ast
import json
import os
import re
import shlex
import statistics
import subprocess
import sys
import tokenize
from dataclasses import fields
from functools import cache
from pathlib import Path

import click
import pytest

import scanner
from scanner.cli import program
from scanner.model.record import Record
from scanner.model.resource import Call, ResourceType

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "scanner").rglob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")

FILE_LINES, CATALOG_LINES = 300, 400
FUNCTION_LINES, FUNCTION_P90 = 40, 25
ARGUMENTS = 6
COMMENTS = 0.04
FORBIDDEN_NAMES = re.compile(r"(Manager|Helper|Util|Utils|Handler|Base|Data|Info)$")
FORBIDDEN_FILES = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
PRINTING = ("scanner/cli/", "scanner/simulation/server.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def functions():
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, Function):
                yield f"{name_of(path)}:{node.lineno} {node.name}", path, node


def lines_of(node):
    """Count a function's lines, docstring included."""
    return node.end_lineno - node.lineno + 1


def test_files_are_short():
    too_long = {
        name_of(path): count
        for path in SOURCES
        if (count := len(path.read_text(encoding="utf-8").splitlines()))
        > (CATALOG_LINES if "catalog/resources" in name_of(path) else FILE_LINES)
    }

    assert too_long == {}


def test_functions_are_short():
    lengths = {name: lines_of(node) for name, _, node in functions()}
    p90 = statistics.quantiles(lengths.values(), n=10)[-1]

    assert {name: count for name, count in lengths.items() if count > FUNCTION_LINES} == {}
    assert p90 <= FUNCTION_P90


def test_functions_take_few_arguments():
    crowded = {}
    for name, _, node in functions():
        taken = node.args
        count = len([*taken.posonlyargs, *taken.args, *taken.kwonlyargs])
        is_method = bool(taken.args) and taken.args[0].arg in ("self", "cls")
        if count - is_method > ARGUMENTS:
            crowded[name] = count - is_method

    assert crowded == {}


def test_no_function_is_complicated():
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "C901", "scanner"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


def test_nothing_is_global():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Global)
    ]

    assert found == []


MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MUTATORS = {
    "append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove",
    "clear", "discard",
}  # fmt: skip


def module_level_containers(tree):
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, MUTABLE):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (each.id for each in targets if isinstance(each, ast.Name))


def changes(tree, names):
    """Find where containers of these names are changed in place."""
    for node in ast.walk(tree):
        holder = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            holder = node.func.value if node.func.attr in MUTATORS else None
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            holder = node.value
        if isinstance(holder, ast.Name) and holder.id in names:
            yield f"line {node.lineno}: {holder.id}"


def test_no_state_of_a_module_changes():
    found = {
        name_of(path): changed
        for path in SOURCES
        if (changed := [*changes(tree_of(path), {*module_level_containers(tree_of(path))})])
    }

    assert found == {}


def comment_lines(path):
    with path.open("rb") as file:
        tokens = list(tokenize.tokenize(file.readline))
    return sum(
        token.type == tokenize.COMMENT and token.line.lstrip().startswith("#") for token in tokens
    )


def test_comments_are_few():
    total = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES)

    assert sum(map(comment_lines, SOURCES)) / total <= COMMENTS


def test_no_banner_and_no_unfinished_business():
    marks = re.compile(r"#\s*(-{3,}|={3,}|\*{3,})|\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{name_of(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]

    assert found == []


def test_every_module_says_in_a_line_what_it_is_for():
    firsts = {name_of(path): (ast.get_docstring(tree_of(path)) or "") for path in SOURCES}
    bad = {
        name: text
        for name, text in firsts.items()
        if not text or text.splitlines()[0][-1] not in ".:"
    }

    assert bad == {}


def test_every_public_class_and_function_has_a_docstring():
    bare = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in tree_of(path).body
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node)
    ]

    assert bare == []


def test_names_say_what_a_thing_is():
    classes = [
        f"{name_of(path)} {node.name}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and FORBIDDEN_NAMES.search(node.name)
    ]

    assert classes == []
    assert [name_of(path) for path in SOURCES if path.name in FORBIDDEN_FILES] == []


def test_lint_that_is_switched_off_says_why():
    silent = re.compile(r"#\s*(noqa(?![^#\n]*—)|type: ignore(?!\[[\w-]+\]  # \w))")
    bare = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if silent.search(line)
    ]

    assert bare == []


def test_only_the_command_line_prints():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        if not name_of(path).startswith(PRINTING)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id == "print"
    ]

    assert found == []


def test_no_task_is_started_outside_a_group():
    loose = {"gather", "create_task", "ensure_future", "wait_for"}
    found = [
        f"{name_of(path)}:{node.lineno} {node.attr}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in loose
    ]

    assert found == []


def test_the_import_contracts_hold():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


def imports_of(path):
    """Name the scanner's modules that a module imports when it is loaded."""
    package = name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for node in tree_of(path).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("scanner"):
            names = [f"{node.module}.{each.name}" for each in node.names]
            yield from ((package, name if is_module(name) else node.module) for name in names)
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names if each.name.startswith("scanner")]
            yield from ((package, name) for name in names)


def is_module(name):
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def test_imports_run_in_no_circle():
    graph = {}
    for path in SOURCES:
        for source, target in imports_of(path):
            graph.setdefault(source, set()).add(target)
    done, circle = set(), []

    def visit(module, way):
        if module in way:
            circle.append([*way[way.index(module) :], module])
        elif module not in done:
            for target in graph.get(module, ()):
                visit(target, [*way, module])
            done.add(module)

    for module in list(graph):
        visit(module, [])
    assert circle == []


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def mentioned_commands():
    """Find each `scanner …` of the README: in bash blocks and in spans of code."""
    spans = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", README)
    lines = [
        part
        for block in blocks("bash")
        for line in block.replace("\\\n", " ").splitlines()
        for part in re.split(r"&&|\||;", line)
    ]
    found = re.compile(r"(?:^|[\s/])scanner( +[a-z-].*|$)")
    return [match[1].strip() for text in (*spans, *lines) if (match := found.search(text.strip()))]


@pytest.mark.parametrize("text", mentioned_commands())
def test_a_command_in_the_readme_exists_with_its_options(text):
    command, words = program, shlex.split(text)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name = words.pop(0)
        if name.isupper():
            return
        command = command.get_command(click.Context(command), name)
        assert command is not None, name
    known = {each for parameter in command.params for each in parameter.opts} | {"--help"}

    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known


def all_options():
    for name in program.list_commands(click.Context(program)):
        command = program.get_command(click.Context(program), name)
        inner = getattr(command, "commands", {name: command}).values()
        for each in inner:
            yield from (o for p in each.params for o in (*p.opts, *p.secondary_opts))


def test_options_named_in_the_text_of_the_readme_exist():
    foreign = {"--extra", "--help", "--version", "--update-golden"}
    prose = re.sub(r"^```.*?^```", "", README, flags=re.DOTALL | re.MULTILINE)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose)) - foreign

    assert named <= {*all_options()}


def test_the_readme_names_every_command():
    assert all(
        f"scanner {name}" in README for name in program.list_commands(click.Context(program))
    )


def test_bash_in_the_readme_is_bash():
    for block in blocks("bash"):
        done = subprocess.run(
            ["bash", "-n"], input=block, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, block


def test_python_in_the_readme_compiles_and_names_what_exists():
    for block in blocks("python"):
        compiled = compile(block, "README", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        used = {
            node.attr
            for node in ast.walk(ast.parse(block))
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "scanner"
        }
        assert used <= set(scanner.__all__)
        if "ResourceType(" in block:
            names = {"ResourceType": ResourceType, "Call": Call}
            exec(compiled, names)  # the README's own words
            assert any(isinstance(value, ResourceType) for value in names.values())


def test_the_record_in_the_readme_has_the_fields_of_a_record():
    (record,) = blocks("json")

    assert list(json.loads(record)) == [each.name for each in fields(Record)]


def test_paths_in_the_readme_exist():
    named = set(re.findall(r"`((?:scanner|tests|benchmarks|deploy|docs)/[\w/.-]+)`", README))

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_changelog_and_licence_are_there():
    assert (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").startswith("# Changelog")
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
