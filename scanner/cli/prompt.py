"""A prompt for SQL at a terminal, with completion; `scanner query` without SQL opens it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.key_binding import KeyBindings

from scanner.analysis.views import COVERAGE, INVENTORY
from scanner.cli.answers import WRITERS
from scanner.model.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document
    from prompt_toolkit.key_binding import KeyPressEvent

    from scanner.app.query import Database

WORDS = (
    "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT", "JOIN", "LEFT JOIN", "USING", "ON",
    "HAVING", "WITH", "AS", "AND", "OR", "NOT", "IN", "IS NULL", "LIKE", "ILIKE", "BETWEEN", "CASE",
    "WHEN", "THEN", "ELSE", "END", "DISTINCT", "count(*)", "unnest", "UNION ALL", "DESC", "ALL",
)  # fmt: skip
TABLES = (INVENTORY, COVERAGE)
HELP = """\
End a statement with a semicolon.
  .views [TEXT]    the views whose name has TEXT in it
  .columns VIEW    a view's columns
  .quit            leave (as does Ctrl-D)"""


class _Words(Completer):
    """Completes SQL's words, the names of views, and the columns of views already named."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 — its signature
    ) -> Iterator[Completion]:
        """Yield what the word before the cursor may become."""
        begun = document.get_word_before_cursor()
        if not begun.strip():
            return
        named = [name for name in self._database.views if name in document.text.lower()]
        columns = (each for name in named for each in self._database.columns(name))
        for word in (*columns, *TABLES, *self._database.views, *WORDS):
            if word.lower().startswith(begun.lower()):
                yield Completion(word, start_position=-len(begun))


def converse(database: Database) -> None:
    """Ask and answer until the user leaves; a wrong statement is told and forgotten."""
    click.echo("Tables: inventory, coverage, and a view a resource type. .help says more.")
    session: PromptSession[str] = PromptSession(
        "scanner> ",
        completer=_Words(database),
        complete_in_thread=True,
        multiline=True,
        prompt_continuation="    ...> ",
        key_bindings=_keys(),
    )
    while True:
        try:
            text = session.prompt().strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if text == ".quit":
            return
        if text:
            _respond(database, text)


def _keys() -> KeyBindings:
    """Let Enter end what is complete: a statement with its semicolon, or a command."""
    keys = KeyBindings()

    @keys.add("enter")
    def _enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        text = buffer.text.strip()
        if not text or text.startswith(".") or text.endswith(";"):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return keys


def _respond(database: Database, text: str) -> None:
    command, _, argument = text.partition(" ")
    try:
        if command == ".views":
            found = [*TABLES, *database.views]
            click.echo("\n".join(name for name in found if argument.strip() in name))
        elif command == ".columns":
            click.echo("\n".join(database.columns(argument.strip())))
        elif command.startswith("."):
            click.echo(HELP)
        else:
            WRITERS["table"](database.ask(text), sys.stdout)
    except SettingsError as exc:
        click.echo(str(exc), err=True)
