"""Between web server and application: each request is read whole before it is answered.

A phone that loses its network in the middle of a page therefore holds up nobody. What respondents
ask for is answered at once, one after the other; everything else, which may take seconds, is done
beside it by a few threads.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from multiprocessing import parent_process
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast

from survey_app.server import SECONDS_TO_END
from survey_app.web.security import LARGEST_OF_ALL, LARGEST_REQUEST
from survey_app.web.sessions import WITHOUT_SESSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import WSGIApplication
    from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

    Answer = tuple[int, list[tuple[str, str]], bytes]

SECONDS_OF_SILENCE = 20
"""How long a sender may send nothing in the middle of a request before it is given up."""

IN_MEMORY = 128 * 1024
MOST_READ = 512 * 1024 * 1024
THREADS = 4

_OWN_NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Gateway:
    """What the server calls in each of its processes, at its start and for each request, to have a
    WSGI application answer."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._beside = ThreadPoolExecutor(THREADS, thread_name_prefix="beside")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Watch over the server from now on, so that no process of it outlives it."""
        self._watch = loop.create_task(_end_with_server())

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        quick = scope.path.startswith(WITHOUT_SESSION)
        environ = _environ(scope)
        try:
            await _read(scope, protocol, environ, LARGEST_REQUEST if quick else LARGEST_OF_ALL)
        except (TimeoutError, OSError, RuntimeError):
            protocol.response_empty(HTTPStatus.REQUEST_TIMEOUT, [("connection", "close")])
            return
        if quick:
            answer = self._answer(environ)
        else:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._beside, self._answer, environ)
        protocol.response_bytes(*answer)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        """The application's answer."""
        told: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            told[:] = [int(status[:3]), headers]

        chunks: Iterable[bytes] = self._application(environ, cast("Any", start_response))
        try:
            content = b"".join(chunks)
        finally:
            if close := getattr(chunks, "close", None):
                close()
            environ["wsgi.input"].close()
        status, headers = told
        return status, headers, content


async def _end_with_server() -> None:
    server = parent_process()
    if server is None:
        return
    # Asked of the system only, the parent would be another one where the server has ended already.
    while os.getppid() == server.pid:
        await asyncio.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(SECONDS_TO_END)
    os._exit(1)


async def _read(
    scope: Scope, protocol: HTTPProtocol, environ: dict[str, Any], largest: int
) -> None:
    """Put the whole body into the environment. One larger than `largest` bytes is read to its end,
    so that the sender hears the answer, but not kept: by the length that stands there the
    application refuses it in its own words."""
    if "content-length" not in scope.headers and "transfer-encoding" not in scope.headers:
        return
    body = cast("IO[bytes]", SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - closed by the answer
    environ["wsgi.input"] = body
    chunks, length = aiter(protocol), 0
    while length <= MOST_READ:
        try:
            chunk = await asyncio.wait_for(anext(chunks), SECONDS_OF_SILENCE)
        except StopAsyncIteration:
            break
        length += len(chunk)
        if length <= largest:
            body.write(chunk)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(length)
    body.seek(0)


def _environ(scope: Scope) -> dict[str, Any]:
    """The request as WSGI has it. A header whose name has an underscore could pass for another one
    and is left out."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = _OWN_NAMES.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        between = "; " if name == "cookie" else ","
        environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    return environ
