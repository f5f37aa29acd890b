"""Which tests run in the same process: those of a file that share something dear, one after the
other; any other goes wherever there is time."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

WHOLE_FILES = (
    "tests/journeys/",
    "tests/psychometrics/",
    "tests/reports/",
    "tests/survey_app/demo/",
)
"""Where tests of a file share what takes seconds to make: a server, a fitted model, the demo."""


class DearFilesWhole(LoadScopeScheduling):
    """Hands out the whole files first, the one with the most tests before the others, then every
    other test by itself, so that all processes end at about the same time."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.startswith(WHOLE_FILES) else nodeid
