"""What the environment names, for commands that need no more than a database or a queue."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survey_app.config import Config
    from survey_app.storage.database import Database


def setting(name: str) -> str:
    """A setting from the environment, or its declared default."""
    from survey_app.config import SETTINGS

    default = next(setting.default for setting in SETTINGS if setting.name == name)
    return os.environ.get(name, default)


def database_from_environment() -> Database:
    """The database at DATABASE_URL, or at its declared default."""
    from survey_app.storage.database import Database

    return Database(setting("DATABASE_URL"))


def mail_settings() -> Config | None:
    """All settings, checked, when SMTP_URL names a mail server; None when there is no mail."""
    from survey_app.config import config_from

    return config_from(os.environ) if setting("SMTP_URL") else None
