"""django-survey-and-report with the questionnaire as one page, on two gunicorn workers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SETTINGS = """
import os
SECRET_KEY = "benchmark-benchmark-benchmark"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "site_urls"
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
    "survey"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [dict(BACKEND="django.template.backends.django.DjangoTemplates", DIRS=[],
    APP_DIRS=True, OPTIONS=dict(context_processors=["django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "django.template.context_processors.static"]))]
if os.environ.get("PEER_POSTGRESQL"):
    user, name, host = os.environ["PEER_POSTGRESQL"].split(",")
    DATABASES = {"default": dict(ENGINE="django.db.backends.postgresql", NAME=name,
        USER=user, HOST=host)}
else:
    DATABASES = {"default": dict(ENGINE="django.db.backends.sqlite3", NAME="peer.sqlite",
        OPTIONS=dict(timeout=20, transaction_mode="IMMEDIATE",
            init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"))}
STATIC_URL = "/static/"
STATIC_ROOT = "static"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CSV_DIRECTORY = "csv"
TEX_DIRECTORY = "tex"
SURVEY_DEFAULT_PIE_COLOR = "blue!50"
CHOICES_SEPARATOR = ","
USER_DID_NOT_ANSWER = "left blank"
EXCEL_COMPATIBLE_CSV = True
TEX_CONFIGURATION_FILE = "tex.yaml"
DEFAULT_SURVEY_PUBLISHING_DURATION = 7
LANGUAGE_CODE = "en"
USE_TZ = True
"""


def main() -> None:
    """Write the project, prepare its database, serve."""
    folder, port, items = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    folder.mkdir(parents=True)
    (folder / "site_settings.py").write_text(SETTINGS)
    (folder / "site_urls.py").write_text(
        "from django.urls import include, path\n"
        'urlpatterns = [path("survey/", include("survey.urls"))]\n'
    )
    (folder / "site_wsgi.py").write_text(
        "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
    )
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    os.environ["DJANGO_SETTINGS_MODULE"] = "site_settings"
    _prepare(items)
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    arguments = ["--workers", "2", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    os.execv(gunicorn, [gunicorn, *arguments, "site_wsgi:application"])  # noqa: S606


def _prepare(items: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from survey.models import Question, Survey

    survey = Survey.objects.create(
        name="Ten", description="Ten questions", need_logged_user=False, editable_answers=False
    )
    for number in range(items):
        Question.objects.create(
            text=f"Question {number} about the brand",
            order=number,
            required=True,
            survey=survey,
            type=Question.RADIO,
            choices="1, 2, 3, 4, 5, 6, 7",
        )


if __name__ == "__main__":
    main()
