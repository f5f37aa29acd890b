"""Blocks are added, ordered, removed and brought back; branches, quotas and short forms are set."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from instruments.load import DEFINITIONS, InstrumentError
from psychometrics.irt.calibration import CalibratedItem, Calibration
from survey_app.domain.design_check import content_faults
from survey_app.domain.questionnaire import Condition
from survey_app.domain.study import StudyError
from survey_app.exchange.calibration_file import calibrations_json
from survey_app.exchange.errors import ExchangeError
from survey_app.services.design_adaptive import (
    Bound,
    ask_adaptively,
    ask_whole,
    expected_items,
    short_scales,
)
from survey_app.services.design_blocks import (
    Removed,
    add_file,
    add_shipped,
    lay_wording,
    move,
    remove,
    restore,
    set_block,
    set_order,
)
from survey_app.services.design_content import NotThere, design_of
from survey_app.services.design_rules import (
    choosable_for_block,
    count_if,
    keep_quota,
    match_conditions,
    quota_of,
    remove_quota,
    show_if,
)
from tests.survey_app.services.test_own_questions import EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable

CORE_FILE = (DEFINITIONS / "core_engagement.yaml").read_bytes()
WORDING = "instrument: zaichkowsky_1994_pii\nwording: licensed\nlicence: Ours.\nitems:\n" + "".join(
    f"  p{n:02}: {{poles: {{en: [a{n}, b{n}], ar: [c{n}, d{n}]}}}}\n" for n in range(1, 11)
)


def content() -> dict[str, Any]:
    """Core, satisfaction, and what customers do."""
    made = EMPTY
    for name in ("core_engagement", "satisfaction", "behaviour_checklist"):
        made, _ = add_shipped(made, name)
    return made


def order(content: dict[str, Any]) -> list[str]:
    """The identifiers of the blocks, in order."""
    return [block.id for block in design_of(content).blocks]


def test_blocks_are_moved_within_the_list() -> None:
    """One place up or down; at either end a block stays where it is."""
    made = content()
    assert order(move(made, "satisfaction", -1))[:2] == ["satisfaction", "core_engagement"]
    assert order(move(made, "satisfaction", 1))[1:] == ["behaviour_checklist", "satisfaction"]
    assert order(move(made, "core_engagement", -1)) == order(made)
    assert order(move(made, "behaviour_checklist", 1)) == order(made)
    with pytest.raises(NotThere, match="no block 'gone'"):
        move(made, "gone", 1)


def test_a_block_taken_out_is_brought_back_whole() -> None:
    """With its place, its instrument, its conditions and its calibration."""
    made = set_block(
        content(), "core_engagement", scales=["cognitive"], about="brand", one_by_one=True
    )
    made = show_if(made, "satisfaction", "cog1", ["7", "6"])
    made = ask_adaptively(made, "core_engagement", "cognitive", Bound(0.5), calibrated())
    without, removed = remove(made, "core_engagement")
    assert [one["id"] for one in without["instruments"]] == ["satisfaction", "behaviour_checklist"]
    assert design_of(without).adaptive == {}
    back = restore(without, Removed(**json.loads(json.dumps(asdict(removed)))))
    assert design_of(back) == design_of(made)
    assert {one["id"] for one in back["instruments"]} == {one["id"] for one in made["instruments"]}
    with pytest.raises(StudyError, match="there already"):
        restore(back, removed)


def test_answers_of_an_earlier_version_keep_their_instrument() -> None:
    """Where a questionnaire has been asked, a block is taken out but not what was asked in it."""
    without, _ = remove(content(), "satisfaction", keep_instrument=True)
    assert "satisfaction" not in order(without)
    assert [one["id"] for one in without["instruments"]][1] == "satisfaction"
    again, block = add_shipped(without, "satisfaction")
    assert (block, len(again["instruments"])) == ("satisfaction", 3)


def test_the_rest_of_an_instrument_is_a_block_of_its_own() -> None:
    """Scales that a block leaves out can be asked elsewhere, none twice."""
    made = set_block(
        content(), "core_engagement", scales=["emotional"], about="brand", one_by_one=False
    )
    made, rest = add_shipped(made, "core_engagement")
    assert rest == "core_engagement_2"
    assert design_of(made).blocks[-1].scales == ("cognitive", "behavioural")
    assert content_faults(made) == []
    with pytest.raises(StudyError, match="asked already, all of it"):
        add_shipped(made, "core_engagement")
    for scales in ([], ["gone"]):
        with pytest.raises(StudyError, match="at least one scale"):
            set_block(made, rest, scales=scales, about="brand", one_by_one=False)


FILES: dict[str, tuple[bytes, type[Exception], str]] = {
    "no YAML": (b"a: [", InstrumentError, r"mine\.yaml"),
    "no instrument": (b"id: x", InstrumentError, r"mine\.yaml"),
    "every fault": (
        CORE_FILE.replace(b"kind: agreement", b"kind: agrement").replace(
            b"wording: p", b"wording: q"
        ),
        InstrumentError,
        r"line 26.*\n.*agrement|agrement.*\n.*wording|wording.*\n.*agrement",
    ),
    "one that is held": (CORE_FILE, StudyError, "holds an instrument 'core_engagement' already"),
    "one of our own names": (
        CORE_FILE.replace(b"id: core_engagement", b"id: own_core"),
        StudyError,
        "does not begin with 'own_'",
    ),
}


@pytest.mark.parametrize(("raw", "error", "told"), FILES.values(), ids=FILES)
def test_a_file_that_cannot_be_asked_is_refused(
    raw: bytes, error: type[Exception], told: str
) -> None:
    """Every fault is told with the file's own name and the line."""
    with pytest.raises(error, match=told):
        add_file(content(), "mine.yaml", raw)


def test_an_instrument_from_a_file_is_asked() -> None:
    """A file in the form of those shipped becomes a block with its own copy."""
    renamed = CORE_FILE.replace(b"id: core_engagement", b"id: other_core")
    made, block = add_file(EMPTY, "mine.yaml", renamed)
    assert (order(made), block) == (["other_core"], "other_core")
    assert content_faults(made) == []


def test_licensed_wording_is_laid_over_its_block() -> None:
    """Until then the check says that the wording is missing."""
    made, block = add_shipped(EMPTY, "zaichkowsky_1994_pii")
    assert "no wording in English" in content_faults(made)[0].what
    english = WORDING.replace(", ar: ", ", ru: ")
    with pytest.raises(InstrumentError, match=r"^mine\.yaml, line 1"):
        lay_wording(made, block, "mine.yaml", WORDING.replace("zaichkowsky_1994_pii", "x").encode())
    worded = lay_wording({**made, "languages": ["en"]}, block, "mine.yaml", english.encode())
    assert [fault.what for fault in content_faults(worded) if "wording" in fault.what] == []


def test_order_and_attention_check_are_kept() -> None:
    """With the number of the scale after which the check is asked, which is one at least."""
    made = set_order(content(), shuffle_items=True, instructed_item=True, instructed_after=3)
    assert (made["shuffle_items"], made["instructed_item"]) == (True, True)
    assert design_of(made).instructed_after == 3
    with pytest.raises(StudyError, match="after which scale"):
        set_order(made, shuffle_items=True, instructed_item=True, instructed_after=0)


def test_a_branch_asks_only_for_what_is_answered_before() -> None:
    """Items of earlier blocks, the brand, the language and the channel; nothing later."""
    known = choosable_for_block(content(), "satisfaction")
    assert {"brand", "language", "channel", "cog1"} <= set(known)
    assert "sat1" not in known
    assert "act_recommend" not in known
    assert known["language"].values == {"en": "English", "ar": "Arabic"}
    made = show_if(content(), "satisfaction", "cog1", ["7", "6"])
    made = match_conditions(
        show_if(made, "satisfaction", "language", ["ar"]), "satisfaction", "any"
    )
    block = design_of(made).blocks[1]
    assert block.match == "any"
    assert block.shown_if == (
        Condition("cog1", frozenset({6, 7})),
        Condition("language", frozenset({"ar"})),
    )
    assert content_faults(made) == []
    fewer = show_if(made, "satisfaction", "cog1", [])
    assert [one.item for one in design_of(fewer).blocks[1].shown_if] == ["language"]
    for item, value in (("act_recommend", "1"), ("cog1", "8"), ("brand", "gone")):
        with pytest.raises(StudyError):
            show_if(made, "satisfaction", item, [value])


def test_quotas_are_kept_changed_and_removed() -> None:
    """Each has a name, a limit and conditions on anything that is asked with points."""
    made, name = keep_quota(content(), "  Young\nwomen ", 50)
    assert (name, quota_of(made, name).name) == ("young_women", "Young women")
    made, second = keep_quota(made, "Young women", 60)
    assert second == "young_women_2"
    made = count_if(made, name, "act_recommend", ["5"])
    made, _ = keep_quota(made, "Recommending", 70, name)
    assert (quota_of(made, name).limit, len(quota_of(made, name).conditions)) == (70, 1)
    assert content_faults(made) == []
    assert [quota.id for quota in design_of(remove_quota(made, name)).quotas] == [second]
    for told, limit in (("", 5), ("x" * 101, 5), ("Name", 0), ("Name", 10_000_001)):
        with pytest.raises(StudyError):
            keep_quota(made, told, limit)
    with pytest.raises(NotThere):
        remove_quota(made, "gone")


def calibrated(**changes: Any) -> tuple[str, bytes]:
    """A file with a calibration of the cognitive scale."""
    items = tuple(
        CalibratedItem(f"cog{n}", 2.0 + n, (-2.0, -1.0, -0.5, 0.0, 0.5, 1.5), tuple(range(1, 8)))
        for n in (1, 2, 3)
    )
    usual: dict[str, Any] = {
        "scale": "cognitive",
        "items": items,
        "minimum": 1,
        "maximum": 7,
        "n": 900,
        "source": "earlier answers",
        "method": "graded response model",
    }
    made = Calibration(**{**usual, **changes})
    return "calibration.json", calibrations_json({made.scale: made})


def test_a_scale_is_asked_until_it_is_known_well_enough() -> None:
    """The calibration stays when only the bound is changed; a wider bound asks fewer items."""
    made = ask_adaptively(content(), "core_engagement", "cognitive", Bound(0.3), calibrated())
    tight = expected_items(design_of(made).adaptive["cognitive"])
    made = ask_adaptively(made, "core_engagement", "cognitive", Bound(0.5), None)
    wide = expected_items(design_of(made).adaptive["cognitive"])
    assert 1 <= wide < tight <= 3
    rules = {one.id: one.rules is not None for one in short_scales(made, "core_engagement")}
    assert rules == {"cognitive": True, "emotional": False, "behavioural": False}
    assert content_faults(made) == []
    assert design_of(ask_whole(made, "cognitive")).adaptive == {}
    assert short_scales(made, "behaviour_checklist") == []


REFUSED: dict[str, tuple[Callable[[], tuple[str, bytes] | None], str, Bound, str]] = {
    "no file": (lambda: None, "cognitive", Bound(0.4), "Choose a file"),
    "no calibration": (lambda: ("x.json", b"{}"), "cognitive", Bound(0.4), "x.json"),
    "of another scale": (calibrated, "emotional", Bound(0.4), "holds no calibration of emotional"),
    "a scale that is not asked": (calibrated, "gone", Bound(0.4), "asks no such scale"),
    "a bound that cannot be": (calibrated, "cognitive", Bound(3.0), "below 1"),
    "of another form": (
        lambda: calibrated(minimum=0, maximum=8),
        "cognitive",
        Bound(0.4),
        "calibrated with answers from 0 to 8",
    ),
}


@pytest.mark.parametrize(("file", "scale", "bound", "told"), REFUSED.values(), ids=REFUSED)
def test_a_short_form_that_cannot_serve_is_refused(
    file: Callable[[], tuple[str, bytes] | None], scale: str, bound: Bound, told: str
) -> None:
    """What is wrong is said, and the scale stays whole."""
    with pytest.raises((StudyError, ExchangeError, ValueError), match=told):
        ask_adaptively(content(), "core_engagement", scale, bound, file())
