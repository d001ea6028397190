"""Commands whose modules are imported when they are called: most need libraries that the others do without.

Names stand in a table; what each command does is read from its source, for the list that ``--help`` prints.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

_FOLDER = Path(__file__).parent
_WHERE: dict[str, str] = {}
"""By name, ``module.function`` or ``module.app``."""


class LateGroup(TyperGroup):
    """A group of commands that are put in the place of their stand-ins when they are called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of a line, imported now."""
        if args and args[0] in _WHERE:
            self.commands[args[0]] = _command(args[0])
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The list of commands, each with its first sentence."""
        for name, command in self.commands.items():
            command.help = command.help or _told(name)
        super().format_help(ctx, formatter)


def told_late(app: typer.Typer, commands: Mapping[str, str], groups: Mapping[str, str]) -> None:
    """Stand-ins for commands and groups of commands, in the order in which help lists them."""
    for name, where in commands.items():
        app.command(name)(_stand_in())
        _WHERE[name] = where
    for name, where in groups.items():
        group = typer.Typer(rich_markup_mode=None)
        group.callback()(_stand_in())
        app.add_typer(group, name=name)
        _WHERE[name] = where


def _stand_in() -> Callable[[], None]:
    def stand_in() -> None: ...

    return stand_in


def _command(name: str) -> Any:
    """The command itself, as if it had been registered from the beginning."""
    module, _, attribute = _WHERE[name].partition(".")
    found = getattr(import_module(f"lookalike.cli.{module}"), attribute)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.callback()(_stand_in())  # with it one command is a group, too
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    group = get_command(alone)
    assert isinstance(group, TyperGroup)
    return group.commands[name]


def _told(name: str) -> str:
    """What a command says of itself: the function's docstring, or the help of its ``typer.Typer``."""
    module, _, attribute = _WHERE[name].partition(".")
    for node in ast.parse((_FOLDER / f"{module}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == attribute:
            return ast.get_docstring(node) or ""
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            targets = [t.id for t in node.targets if isinstance(t, ast.Name)]
            if attribute in targets:
                said = (k.value for k in node.value.keywords if k.arg == "help")
                return next((str(text.value) for text in said if isinstance(text, ast.Constant)), "")
    return ""
