"""Metrics are added, weighted and removed in the browser; each page is for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.signed_in import LOOKS, key_of, look_at, sign_in, visit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.conftest import LiveServer

    OpenPage = Callable[..., Page]
    Check = Callable[[Page], None]

pytestmark = pytest.mark.usefixtures("furnished")

FILE = """person,brand,wave,metric,value
,one,w1,conversion,0.031
,two,w1,conversion,0.045
r-1,one,w1,visit_frequency,4
r-2,one,w1,visit_frequency,7
"""


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "forced colours"])
def test_metrics_are_added_weighted_and_removed(
    live_server: LiveServer,
    open_page: OpenPage,
    check_accessibility: Check,
    tmp_path: Path,
    device: dict[str, Any],
    look: dict[str, Any],
) -> None:
    """A wrong file tells its lines, a right one is shown and kept; weights are changed; a wave's
    values go after a question. Every page on the way can be read by everybody."""
    page = open_page(device, **look)
    sign_in(page, "researcher")
    address = f"/studies/{key_of(live_server, 'Tracker')}/metrics/"
    visit(page, check_accessibility, address)
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_text(FILE.replace("visit_frequency,7", "visits,many"), encoding="utf-8")
    right.write_text(FILE, encoding="utf-8")
    page.get_by_label("File with values").set_input_files(wrong)
    page.get_by_role("button", name="Check the file").click()
    assert "line 5, column value: 'many' is no number" in page.get_by_role("alert").inner_text()
    look_at(page, check_accessibility)
    page.get_by_label("File with values").set_input_files(right)
    page.get_by_role("button", name="Check the file").click()
    assert "Keep these values?" in page.get_by_role("heading", level=1).inner_text()
    look_at(page, check_accessibility)
    page.get_by_role("button", name="Keep the values").click()
    assert "are kept" in page.get_by_role("status").inner_text()
    assert "visit frequency" in page.get_by_role("table").first.inner_text()
    page.get_by_text("Metrics that can be given").first.click()
    look_at(page, check_accessibility)
    page.get_by_role("link", name="Change the weights").click()
    look_at(page, check_accessibility)
    page.get_by_label("Equal weights").check()
    page.get_by_role("button", name="Keep the weights").click()
    assert "equal weights" in page.get_by_role("main").inner_text()
    page.get_by_role("link", name="Remove the values of First wave").click()
    look_at(page, check_accessibility)
    page.get_by_role("button", name="Remove the values").click()
    assert "4 values were removed" in page.get_by_role("status").inner_text()
