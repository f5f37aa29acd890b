"""`engage serve`: the web application behind its server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import click

from survey_app.server import server_command

LAST_PORT = 65_535
PORT = click.IntRange(1, LAST_PORT)


@click.command()
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port on 127.0.0.1.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Processes that serve.",
)
@click.option(
    "--worker/--no-worker",
    default=True,
    show_default=True,
    help="Whether long work is done beside; without, run `engage worker`.",
)
def serve(port: int, workers: int, worker: bool) -> None:
    """Serve the web application on 127.0.0.1; put a TLS proxy in front of it.

    Settings come from the environment: see `engage settings`.
    """
    from survey_app.config import config_from
    from survey_app.jobs.queue import open_queue
    from survey_app.storage.database import Database

    # Told here once, not by every worker in turn.
    config = config_from(os.environ)
    database = Database(config.database_url)
    database.check_is_current()
    open_queue(database, redis_url=config.redis_url, file=config.jobs_file).prepare()
    if not is_free(port):
        raise click.UsageError(f"Port {port} is taken; name another with --port.")
    if worker:
        start_worker(dict(os.environ))
    become_server(port, workers, dict(os.environ))


def free_port(wished: int) -> int:
    """The wished port on 127.0.0.1, or the next free one of the twenty that follow."""
    ports = range(wished, min(wished + 20, LAST_PORT + 1))
    for port in ports:
        if is_free(port):
            return port
    raise click.UsageError(f"Ports {wished}–{ports[-1]} are taken; name another with --port.")


def is_free(port: int) -> bool:
    """Whether a server may listen on a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def start_worker(environment: dict[str, str]) -> None:
    """Start a worker of long work beside this process; it ends when this process ends."""
    command = [sys.executable, "-m", "survey_app.cli", "worker", "--beside", str(os.getpid())]
    subprocess.Popen(command, env=environment)  # noqa: S603


def become_server(port: int, workers: int, environment: dict[str, str]) -> None:
    """Become the server: this process is replaced and ends when the server ends."""
    sys.stdout.flush()
    os.execve(sys.executable, server_command(port, workers), environment)  # noqa: S606
