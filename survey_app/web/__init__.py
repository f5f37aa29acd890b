"""Pages. Flask and WTForms live here; every view asks a service and shows what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey_app.config import Config


def init_storage(app: Flask, config: Config) -> None:
    """Open the database and what works on it. Raises DatabaseError when it cannot be used."""
    from survey_app.services.analyse import AnalysisCache
    from survey_app.services.collect import Collector
    from survey_app.storage.database import Database

    database = Database(config.database_url)
    database.check_is_current()
    app.extensions["database"] = database
    app.extensions["collector"] = Collector(database)
    app.extensions["analyses"] = AnalysisCache()


def init_jobs(app: Flask, config: Config) -> None:
    """Open the queue of long work. Raises ConfigError when it cannot be used."""
    from survey_app.jobs.queue import open_queue

    app.extensions["jobs"] = open_queue(
        app.extensions["database"], redis_url=config.redis_url, file=config.jobs_file
    )


def init_security(app: Flask, config: Config) -> None:
    """Headers, cookies, forged forms, sessions, who may call what, and the trail of it."""
    from survey_app.web import access, audited, security, sessions

    security.init_app(app, config)
    sessions.init_app(app)
    access.init_app(app)
    audited.init_app(app)


def init_pages(app: Flask) -> None:
    """Every page by the people it is for."""
    from survey_app.web import (
        administration,
        audit,
        auth,
        errors,
        filters,
        portal,
        portal_delivery,
        report_html,
        respond,
        unsubscribe,
        workspace,
    )

    rooms = (errors, filters, report_html, auth, workspace, portal, portal_delivery)
    for room in (*rooms, unsubscribe, administration, audit, respond):
        room.init_app(app)
