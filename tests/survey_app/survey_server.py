"""The real server in processes of its own, which can be killed as by a failing machine."""

from __future__ import annotations

import http.client
import os
import resource
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from survey_app.server import server_command

SECRET_KEY = "0123456789abcdef0123456789abcdef"
HOST = "127.0.0.1"


@dataclass(slots=True)
class SurveyServer:
    """The server with two processes on a free port, the same one after every restart."""

    database_url: str
    port: int = field(default_factory=lambda: free_port())
    largest_file: int | None = None
    """Bytes beyond which no file of the server can grow, as on a disk that is full."""
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        environment = {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": SECRET_KEY,
            "PUBLIC_URL": f"http://{HOST}:{self.port}",
        }
        self._process = subprocess.Popen(
            server_command(self.port, workers=2), env=environment, start_new_session=True
        )
        if self.largest_file is not None:
            limits = (self.largest_file, self.largest_file)
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, limits)
        for _ in range(300):
            try:
                self.request("GET", "/sign-in")
            except OSError:
                assert self._process.poll() is None, "The server did not start."
                time.sleep(0.05)
            else:
                return
        raise AssertionError("The server does not answer.")

    def kill(self) -> None:
        """End master and workers at once, with no chance to finish anything."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=10)
            self._process = None

    def request(
        self, method: str, path: str, fields: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Status, redirect and body of one request. Raises OSError when the server dies."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        try:
            connection.request(method, path, urlencode(fields or {}), headers)
            response = connection.getresponse()
            body = response.read().decode()
        except http.client.HTTPException as error:
            raise ConnectionError("The answer was cut off.") from error
        finally:
            connection.close()
        return response.status, response.headers.get("Location", ""), body


def free_port() -> int:
    """A port on the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
