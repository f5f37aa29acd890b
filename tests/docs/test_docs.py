"""The documentation keeps up with the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from survey_app.cli.reference import PAGES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MARKDOWN = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]


@pytest.mark.parametrize("name", PAGES)
def test_reference_pages_are_up_to_date(name: str) -> None:
    """What is declared in the code is what the page says; renew it by the command in its head."""
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file that is there."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


def test_the_map_names_files_that_exist() -> None:
    """Whoever follows the map finds the file."""
    named = re.findall(r"`([a-z_]+/[^`\s]*)`", (DOCS / "map.md").read_text(encoding="utf-8"))
    assert named
    missing = [name for name in named if not list(ROOT.glob(name.rstrip("/")))]
    assert missing == []


def test_the_python_example_of_the_measurement_page_runs() -> None:
    """What a researcher copies from the page works, and prints every table it asks for."""
    page = (DOCS / "how-to" / "test-the-measurement.md").read_text(encoding="utf-8")
    example = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0]
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for said in ("thought", "cfi_change", "strict", "b1"):
        assert said in done.stdout
