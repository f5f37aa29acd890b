"""`engage settings`: what can be set, and what it means."""

from __future__ import annotations

import click


@click.command()
def settings() -> None:
    """List the settings (environment variables), their defaults and their meaning."""
    from survey_app.config import SETTINGS

    for setting in SETTINGS:
        default = f" (default {setting.default})" if setting.default else ""
        click.echo(f"{setting.name}{default}\n    {setting.help}")
