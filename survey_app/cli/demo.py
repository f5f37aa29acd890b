"""`engage demo`: real answers from file to scorecard, then the web application to click through."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey_app.cli.serve import PORT, become_server, free_port, start_worker

if TYPE_CHECKING:
    from survey_app.demo.build import Demo


@click.command()
@click.option("--directory", default="demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port on 127.0.0.1.")
@click.option("--serve/--no-serve", default=True, help="Serve the web application afterwards.")
def demo(directory: Path, port: int, serve: bool) -> None:
    """Build the demo from real answers, and serve it."""
    from survey_app.demo.build import build

    begun = time.monotonic()
    built = build(directory, say=lambda step: click.echo(f"  {step} …"))
    click.secho(f"The demo is ready after {time.monotonic() - begun:.0f} s.", bold=True)
    for pattern in ("*/scorecards/*.pdf", "*/*.*"):
        for path in sorted(directory.glob(pattern)):
            click.echo(f"  {path}")
    if serve:
        _serve(built, port)


def _serve(built: Demo, port: int) -> None:
    from survey_app.demo.build import LOGINS

    port = free_port(port)
    address = f"http://127.0.0.1:{port}"
    click.secho(f"\nOpen {address}  (stop with Ctrl+C)", bold=True)
    for login in LOGINS:
        click.echo(f"  {login.role:<13}  {login.email:<26}  {login.password}")
    click.echo(f"  customer       {address}{built.survey_path}")
    environment = os.environ | {
        "DATABASE_URL": built.database_url,
        "SECRET_KEY": built.secret_key,
        "PUBLIC_URL": address,
        "DEMO": "1",
    }
    start_worker(environment)
    become_server(port, 2, environment)
