"""Applications for tests; those of one process share what depends on nothing but its contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

from survey_app import create_app
from survey_app.services.analyse import AnalysisCache

if TYPE_CHECKING:
    from flask import Flask
    from jinja2.bccache import Bucket

    from survey_app.config import Config


class CompiledTemplates(BytecodeCache):
    """Templates that were compiled once, by their text."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is known of a template."""
        if code := self._known.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that was compiled."""
        self._known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_TEMPLATES = CompiledTemplates()
_ANALYSES = AnalysisCache(most=256)


def make_app(config: Config) -> Flask:
    """The application with checked settings, as in a process that has served the same templates
    and the same answers before."""
    app = create_app(config)
    app.jinja_env.bytecode_cache = _TEMPLATES
    app.extensions["analyses"] = _ANALYSES
    return app
