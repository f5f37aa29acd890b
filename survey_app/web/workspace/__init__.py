"""Pages for researchers: making a study, fieldwork, results and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Add the pages."""
    from survey_app.web.workspace import downloads, fieldwork, results, studies

    for module in (studies, fieldwork, results, downloads):
        app.register_blueprint(module.pages)
