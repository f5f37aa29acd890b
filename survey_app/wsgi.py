"""The entry of web servers: ``survey_app.wsgi:app``. Settings come from the environment.

What is wrong with the settings or the database is told in plain words, with exit status 3.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from survey_app import create_app
from survey_app.config import ConfigError, config_from
from survey_app.storage.database import DatabaseError

if TYPE_CHECKING:
    from flask import Flask

# By this status gunicorn, too, knows that starting again is of no use.
CANNOT_START = 3


def _application() -> Flask:
    try:
        return create_app(config_from(os.environ))
    except (ConfigError, DatabaseError) as error:
        sys.stderr.write(f"The application cannot start. {error}\n")
        raise SystemExit(CANNOT_START) from None


app = _application()
