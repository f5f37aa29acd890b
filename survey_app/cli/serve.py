"""`engage serve`: the web application behind gunicorn."""

from __future__ import annotations

import os
import socket
import sys

import click


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port on 127.0.0.1.")
@click.option("--workers", default=2, show_default=True, help="Processes that serve.")
def serve(port: int, workers: int) -> None:
    """Serve the web application on 127.0.0.1; put a TLS proxy in front of it.

    Settings come from the environment: see `engage settings`.
    """
    from survey_app.config import config_from

    config_from(os.environ)
    start_gunicorn(port, workers, dict(os.environ))


def free_port(wished: int) -> int:
    """The wished port on 127.0.0.1, or the next free one of the twenty that follow."""
    for port in range(wished, wished + 20):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise click.ClickException(f"Ports {wished}–{wished + 19} are taken; name another with --port.")


def start_gunicorn(port: int, workers: int, environment: dict[str, str]) -> None:
    """Become the server: this process is replaced and ends when the server ends."""
    arguments = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    arguments += ["--log-level", "warning", "survey_app.wsgi:app"]
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *arguments], environment)  # noqa: S606
