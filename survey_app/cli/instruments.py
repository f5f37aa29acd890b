"""`engage instruments`: list and check questionnaires, and show what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from survey_app.cli.evidence import evidence

if TYPE_CHECKING:
    from instruments.model import Scale


@click.group(invoke_without_command=True)
@click.pass_context
def instruments(ctx: click.Context) -> None:
    """List the questionnaires that can be used.

    `check FILE` checks one of your own, `evidence ID` shows where one is validated.
    """
    if ctx.invoked_subcommand is None:
        _list()


def _list() -> None:
    from instruments.load import available, load_instrument

    for identifier in available():
        instrument = load_instrument(identifier)
        scales = ", ".join(_scale(scale) for scale in instrument.scales)
        worded = [language for language in instrument.languages if instrument.is_worded(language)]
        click.secho(identifier, bold=True)
        click.echo(f"  {instrument.name.get('en', identifier)}")
        click.echo(f"  items:   {scales}")
        if instrument.typologies:
            named = ", ".join(f"{each.id} {len(each.classes)}" for each in instrument.typologies)
            click.echo(f"  classes: {named}")
        click.echo(f"  wording: {', '.join(worded) or 'not shipped; load yours with --wording'}")
        click.echo(f"  source:  {instrument.citation.text}")


def _scale(scale: Scale) -> str:
    """``cognitive 3``; what is not a dimension of engagement is told."""
    kind = "" if scale.kind == "dimension" else f" ({scale.kind})"
    return f"{scale.id} {len(scale.items)}{kind}"


@instruments.command()
@click.argument("file", type=click.Path(dir_okay=False))
def check(file: str) -> None:
    """Check an instrument FILE: every fault with its place, line and mend."""
    from pathlib import Path

    from instruments.load import load_instrument

    instrument = load_instrument(Path(file))
    count = sum(1 for _ in instrument.items())
    click.echo(f"{file}: {instrument.id} is sound: {len(instrument.scales)} scales, {count} items.")


instruments.add_command(evidence)
