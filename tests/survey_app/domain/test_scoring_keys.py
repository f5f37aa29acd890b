"""The bridge from instruments to scoring keys."""

from __future__ import annotations

import pytest

from instruments.load import available, shipped
from survey_app.domain.scoring_keys import ScoringKeyError, scoring_keys


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
    assert len(scoring_keys(together)) == 6


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], "No instrument"),
        (["satisfaction", "satisfaction"], "share the scale 'satisfaction'"),
        (["core_engagement", "zaichkowsky_1994_pii"], "share the scale 'cognitive'"),
    ],
)
def test_instruments_that_clash_are_refused(names: list[str], told: str) -> None:
    """Two scales of one name cannot be told apart in a result."""
    with pytest.raises(ScoringKeyError, match=told):
        scoring_keys([shipped(name) for name in names])
