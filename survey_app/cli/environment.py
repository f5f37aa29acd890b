"""The database that the environment names, for commands that need no other setting."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survey_app.storage.database import Database


def database_from_environment() -> Database:
    """The database at DATABASE_URL, or at its declared default."""
    from survey_app.config import SETTINGS
    from survey_app.storage.database import Database

    default = next(setting.default for setting in SETTINGS if setting.name == "DATABASE_URL")
    return Database(os.environ.get("DATABASE_URL", default))
