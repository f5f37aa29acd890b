"""oTree with the questionnaire as one page; prints the link of a session when it is ready."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SETTINGS = """
SESSION_CONFIGS = [dict(name="ten", app_sequence=["ten"], num_demo_participants=1)]
SESSION_CONFIG_DEFAULTS = dict(real_world_currency_per_point=1.0, participation_fee=0.0, doc="")
PARTICIPANT_FIELDS = []
SESSION_FIELDS = []
LANGUAGE_CODE = "en"
REAL_WORLD_CURRENCY_CODE = "USD"
USE_POINTS = True
ADMIN_USERNAME = "admin"
ADMIN_PASSWORD = "benchmark"
DEMO_PAGE_INTRO_HTML = ""
SECRET_KEY = "benchmark-benchmark-benchmark"
"""
APP = """
from otree.api import *

class C(BaseConstants):
    NAME_IN_URL = "ten"
    PLAYERS_PER_GROUP = None
    NUM_ROUNDS = 1

class Subsession(BaseSubsession):
    pass

class Group(BaseGroup):
    pass

class Player(BasePlayer):
{fields}

class Questions(Page):
    form_model = "player"
    form_fields = {names}

class Thanks(Page):
    pass

page_sequence = [Questions, Thanks]
"""
FIELD = (
    '    i{n} = models.IntegerField(label="Question {n} about the brand", '
    "choices=[1, 2, 3, 4, 5, 6, 7], widget=widgets.RadioSelect)"
)
PAGE = """{{ block title }}Questions{{ endblock }}
{{ block content }}
{{ formfields }}
{{ next_button }}
{{ endblock }}
"""
THANKS = """{{ block title }}Thanks{{ endblock }}
{{ block content }}<p>Your answers are saved.</p>{{ endblock }}
"""


def write_project(folder: Path, items: int) -> None:
    """The files of an oTree project."""
    app = folder / "ten"
    app.mkdir(parents=True)
    (folder / "_static").mkdir()
    (folder / "_templates").mkdir()
    (folder / "settings.py").write_text(SETTINGS)
    fields = "\n".join(FIELD.format(n=number) for number in range(items))
    names = [f"i{number}" for number in range(items)]
    (app / "__init__.py").write_text(APP.format(fields=fields, names=names))
    (app / "Questions.html").write_text(PAGE)
    (app / "Thanks.html").write_text(THANKS)


def main() -> None:
    """Write the project, prepare its database, serve."""
    folder, port, items = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    write_project(folder, items)
    environment = {**os.environ, "OTREE_PRODUCTION": "1"}
    otree = str(Path(sys.executable).with_name("otree"))
    subprocess.run([otree, "resetdb", "--noinput"], cwd=folder, env=environment, check=True)
    os.chdir(folder)
    os.execve(otree, [otree, "prodserver1of2", f"127.0.0.1:{port}"], environment)  # noqa: S606


if __name__ == "__main__":
    main()
