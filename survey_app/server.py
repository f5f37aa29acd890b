"""The web server in front of the application: which one, and how it is started."""

from __future__ import annotations

import sys

SECONDS_TO_END = 10
"""How long what is in the middle may take when the server ends."""


def server_command(port: int, workers: int, *, host: str = "127.0.0.1") -> list[str]:
    """The command that serves the application with its settings from the environment.

    No list of requests is kept: their addresses hold the keys of interviews and the tokens of
    links. A process that dies is replaced; one that cannot start ends the server.
    """
    options = {
        "--interface": "rsgi",
        "--http": "1",
        "--host": host,
        "--port": port,
        "--workers": workers,
        "--workers-kill-timeout": SECONDS_TO_END,
        "--log-level": "warning",
    }
    told = [str(part) for option in options.items() for part in option]
    flags = ["--no-ws", "--no-access-log", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *told, *flags, "survey_app.rsgi:app"]
