"""``python -m survey_app.cli``: the `engage` command by the Python that runs it."""

from survey_app.cli import main

main()
