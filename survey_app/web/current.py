"""What a view works with: the application's database and settings, and who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, url_for
from flask_login import current_user

if TYPE_CHECKING:
    from survey_app.config import Config
    from survey_app.domain.user import User
    from survey_app.jobs.queue import JobQueue
    from survey_app.services.analyse import AnalysisCache
    from survey_app.storage.database import Database


def database() -> Database:
    """The application's database."""
    return cast("Database", current_app.extensions["database"])


def settings() -> Config:
    """The application's settings."""
    return cast("Config", current_app.extensions["engage_config"])


def analyses() -> AnalysisCache:
    """Analyses already made in this process."""
    return cast("AnalysisCache", current_app.extensions["analyses"])


def job_queue() -> JobQueue:
    """The queue of long work."""
    return cast("JobQueue", current_app.extensions["jobs"])


def signed_in_user() -> User:
    """The person signed in; only for views that are not public."""
    return cast("User", current_user.user)


def public_link(endpoint: str, **values: str) -> str:
    """An address that others may be given. It is built from PUBLIC_URL: what the request claims
    to be its host is never repeated."""
    return settings().public_url + url_for(endpoint, _external=False, **values)
