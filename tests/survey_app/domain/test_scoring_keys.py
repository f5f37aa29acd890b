"""The bridge from instruments to scoring keys."""

from __future__ import annotations

import pytest

from instruments.load import available, shipped
from survey_app.domain.scoring_keys import ScoringKeyError, items_asked, scoring_keys


def test_keys_carry_keying_range_and_role() -> None:
    """Items, reversal, ends of the format and the outcome mark come from the instrument."""
    keys = scoring_keys([shipped("zaichkowsky_1994_pii"), shipped("likelihood_to_recommend")])
    cognitive, affective, recommend = keys
    assert cognitive.items == ("p01", "p02", "p03", "p04", "p05")
    assert cognitive.reversed == {"p01", "p02"}
    assert affective.reversed == {"p07", "p08", "p09", "p10"}
    assert (cognitive.minimum, cognitive.maximum, cognitive.outcome) == (1, 7, False)
    assert (recommend.minimum, recommend.maximum, recommend.outcome) == (0, 10, True)


def test_the_core_questionnaire_and_its_outcomes_go_together() -> None:
    """The instruments that are meant to be asked together share no identifier."""
    together = [shipped(name) for name in available() if "pii" not in name]
    assert len(scoring_keys(together)) == 8


def test_checklists_are_asked_but_have_no_key() -> None:
    """Every item is among those asked, in order; nothing of a checklist becomes a score."""
    asked = [shipped("core_engagement"), shipped("behaviour_checklist"), shipped("satisfaction")]
    assert [key.scale for key in scoring_keys(asked)] == [
        "cognitive",
        "emotional",
        "behavioural",
        "satisfaction",
    ]
    items = items_asked(asked)
    assert len(items) == 10 + 13 + 3
    assert items[10] == "act_read"
    assert items[-1] == "sat3"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], "No instrument"),
        (["behaviour_checklist"], "Only checklists are given"),
        (["engagement_levels", "engagement_levels"], "share the scale 'engagement_levels'"),
        (["satisfaction", "satisfaction"], "share the scale 'satisfaction'"),
        (["core_engagement", "zaichkowsky_1994_pii"], "share the scale 'cognitive'"),
    ],
)
def test_instruments_that_clash_are_refused(names: list[str], told: str) -> None:
    """Two scales of one name cannot be told apart in a result."""
    with pytest.raises(ScoringKeyError, match=told):
        scoring_keys([shipped(name) for name in names])
