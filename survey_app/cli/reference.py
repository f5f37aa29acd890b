"""The reference pages of commands, settings and evidence, written from the declarations.

``python -m survey_app.cli.reference docs/reference`` renews them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from survey_app.cli import COMMANDS, engage
from survey_app.cli.psychometrics_page import psychometrics_page
from survey_app.config import SETTINGS
from survey_app.domain.evidence_rules import RULES
from survey_app.services.evidence_words import STANDINGS

GENERATED = "<!-- Written by `python -m survey_app.cli.reference docs/reference`. -->\n\n"


def commands_page() -> str:
    """Every command with its help, as Markdown."""
    settings = {"terminal_width": 90, "max_content_width": 90, **engage.context_settings}
    context = click.Context(engage, info_name="engage", **settings)
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


def evidence_page() -> str:
    """The rules by which an instrument earns its standing, as Markdown."""
    rows = [f"| `{rule.id}` | {rule.asks} | {rule.source} |" for rule in RULES]
    words = [f"| {name} | {_STANDINGS[key]} |" for key, name in STANDINGS.items()]
    parts = [
        GENERATED + _EVIDENCE,
        "## The three words\n\n| word | when |\n|---|---|",
        *words,
        "\nBoth of the first two may hold; reports then say both.\n",
        "## Rules for a wave\n\n| rule | asks for | source |\n|---|---|---|",
        *rows,
        _COUNTING,
    ]
    return "\n".join(parts)


_STANDINGS = {
    "shown_here": "at least one wave meets every rule, and no wave that counts fails one",
    "published_elsewhere": "the wording is not the project's or a team's own, and the definition "
    "names languages in which the cited publication tested it",
    "not_yet": "neither",
}

_EVIDENCE = """# Evidence: when an instrument is validated

From the rules in `survey_app/domain/evidence_rules.py`. A questionnaire is never just
“validated”: every report says whether that is published elsewhere, shown here, or not yet. How to
add a wave: [Keep an instrument's evidence](../how-to/evidence.md).
"""

_COUNTING = """
Each limit is a convention. A rule is met, not met, or cannot be judged.

## What counts

- **Simulated data never count**, whatever their figures, and are marked wherever they are shown.
- A wave counts from the number of interviews that the rule `size` names; a smaller one is listed
  and speaks neither for nor against.
- A wave in which every rule is met shows that the instrument measures. A wave in which a rule is
  not met takes the standing away, however many others meet all of them. Where a rule cannot be
  judged, the wave counts neither way.
- Only waves of the same form count: identifier, version, origin of the wording, scales, items,
  keying and response range. A change of wording is a new version.
- A language is shown where a wave that meets every rule holds enough interviews in it.
- Wording that is the project's or a team's own inherits nothing from a publication, not even of the
  same items. A language that the publication did not test inherits nothing either.
- A wave counts once: the same answers are refused, and a wave that is added again replaces what was
  kept of it. Withdrawn waves stay in the list and count for nothing.

## What is kept

Interviews, their number by language and channel, how many brands (never which), alpha and omega
with intervals, exploratory loadings and their congruence with theory, fit and loadings of
confirmatory models and invariance as far as they were worked out, days of fieldwork, fingerprint of
the data, form of the instrument, version of the software, who added it and when. No answers.
"""


def psychometrics_reference() -> str:
    """Every public function of psychometrics, as Markdown."""
    return GENERATED + psychometrics_page()


PAGES = {
    "commands.md": commands_page,
    "settings.md": settings_page,
    "evidence.md": evidence_page,
    "psychometrics.md": psychometrics_reference,
}

if __name__ == "__main__":
    for file_name, page in PAGES.items():
        Path(sys.argv[1], file_name).write_text(page(), encoding="utf-8")
