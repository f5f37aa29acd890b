"""The entry of the product's own web server; WSGI servers take `survey_app.wsgi:app` instead."""

from __future__ import annotations

from survey_app.gateway import Gateway
from survey_app.wsgi import app as application

app = Gateway(application)
