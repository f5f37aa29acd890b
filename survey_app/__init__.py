"""Where people meet the product: web pages, command line, files and the database behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey_app.config import Config


def create_app(config: Config) -> Flask:
    """The web application with checked settings.

    Raises
    ------
    survey_app.storage.database.DatabaseError
        the database cannot be reached, or its tables are not those of this version.
    survey_app.config.ConfigError
        the queue of long work cannot be used.
    """
    from flask import Flask

    from survey_app import web

    app = Flask(
        __name__,
        template_folder="web/templates",
        static_folder="web/static",
        static_url_path="/static",
    )
    app.extensions["engage_config"] = config
    web.init_storage(app, config)
    web.init_jobs(app, config)
    web.init_security(app, config)
    web.init_pages(app)
    return app
