"""What the web server writes into its log: never an address that was asked for, nor who asked."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

INVALID = "A request could not be read."
FAILED = "A request failed in the web server."


class PrivateLogger(Logger):  # type: ignore[misc]  # gunicorn has no type hints
    """gunicorn's log without network addresses and without addresses of pages: those of respondents
    hold the keys of interviews and the tokens of links."""

    def access(self, *_about: Any, **_more: Any) -> None:
        """Keep no list of who opened which page."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Warn, of a request only that it could not be read."""
        private = msg.startswith("Invalid request from")
        super().warning(INVALID if private else msg, *(() if private else args), **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Tell of an error, of a request only that it failed."""
        private = msg.startswith("Error handling request")
        super().exception(FAILED if private else msg, *(() if private else args), **kwargs)
