"""The reference pages of commands and settings, written from the declarations themselves.

``python -m survey_app.cli.reference docs/reference`` renews them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from survey_app.cli import COMMANDS, engage
from survey_app.config import SETTINGS

GENERATED = "<!-- Written by `python -m survey_app.cli.reference docs/reference`. -->\n\n"


def commands_page() -> str:
    """Every command with its help, as Markdown."""
    context = click.Context(engage, info_name="engage", terminal_width=90, max_content_width=90)
    parts = [GENERATED, "# Commands\n"]
    for name in COMMANDS:
        command = engage.get_command(context, name)
        if command is not None:
            parts += _command(command, name, context)
    return "\n".join(parts)


def _command(command: click.Command, name: str, parent: click.Context) -> list[str]:
    context = click.Context(command, info_name=name, parent=parent)
    context.terminal_width = context.max_content_width = 90
    parts = [f"## {context.command_path}\n", f"```\n{command.get_help(context)}\n```\n"]
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                parts += _command(found, inner, context)
    return parts


def settings_page() -> str:
    """Every setting with its default, as Markdown."""
    rows = [f"| `{each.name}` | {each.default or '–'} | {each.help} |" for each in SETTINGS]
    head = [GENERATED + "# Settings\n", "Environment variables, read once at the start.\n"]
    return "\n".join([*head, "| name | default | meaning |", "|---|---|---|", *rows, ""])


PAGES = {"commands.md": commands_page, "settings.md": settings_page}

if __name__ == "__main__":
    for file_name, page in PAGES.items():
        Path(sys.argv[1], file_name).write_text(page(), encoding="utf-8")
