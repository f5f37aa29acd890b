"""Standing is earned by rule: what counts, what contradicts, and what never counts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.load import shipped
from psychometrics.dimensionality import GOOD_CFI, GOOD_RMSEA, GOOD_SRMR
from survey_app.domain.evidence import (
    Published,
    WaveEvidence,
    form_of,
    source_of,
    standing,
)
from survey_app.domain.evidence_figures import (
    EvidenceError,
    Figures,
    ScaleFigures,
    figures_from,
)
from survey_app.domain.evidence_likeness import (
    likeness,
    likeness_explored,
    likeness_to_published,
)
from survey_app.domain.evidence_rules import (
    HIGHEST_RMSEA,
    HIGHEST_SRMR,
    LOWEST_CFI,
    MINIMUM_N,
    RULES,
    JudgedFigures,
    Outcome,
    judge,
)
from survey_app.domain.study import Study, Wave
from survey_app.domain.user import Role, User
from tests.survey_app.domain.evidence_samples import (
    CORE,
    GOOD_FIT,
    SCALES,
    coefficient,
    exploration,
    figures,
    loadings,
    pattern,
    wave,
)

HERE = Published.of(CORE)
PII = shipped("zaichkowsky_1994_pii")


def outcome(rule: str, of: Figures, n: int = 400) -> Outcome:
    """What one rule says of a wave by itself."""
    found = judge(JudgedFigures("this", n, of))
    return next(one for one in found if one.rule == rule)


def with_alpha(value: float | None, place: int = 1) -> Figures:
    """Figures in which one scale has another alpha."""
    scales = list(figures().scales)
    alpha = None if value is None else coefficient(value)
    scales[place] = replace(scales[place], alpha=alpha)
    return figures(scales=tuple(scales))


def test_nothing_seen_and_nothing_published_is_not_yet() -> None:
    """Wording of the project's own begins without any standing."""
    found = standing(HERE, [])
    assert found.word == "not_yet"
    assert not found.published_elsewhere
    assert not found.shown_here


def test_published_wording_is_published_elsewhere() -> None:
    """Licensed wording of a publication has its standing from there, and none from here."""
    found = standing(Published.of(PII), [])
    assert found.word == "published_elsewhere"
    assert found.published.languages == ("en",)
    assert not found.shown_here


def test_own_wording_of_a_published_scale_inherits_nothing() -> None:
    """The same items in a team's own words are published nowhere."""
    own = Published.of(replace(PII, wording="project"))
    assert standing(own, []).word == "not_yet"
    assert own.loadings == {}


def test_one_good_wave_shows_the_instrument() -> None:
    """A wave that meets every rule is enough; its large languages are named."""
    found = standing(HERE, [wave()])
    assert found.word == "shown_here"
    assert found.shown_languages == ("en",)
    assert [one.met for one in found.waves[0].outcomes] == [True] * len(RULES)


def test_both_may_hold() -> None:
    """What is published elsewhere and shown here says both."""
    published = replace(HERE, languages=("en",))
    found = standing(published, [wave()])
    assert found.published_elsewhere
    assert found.shown_here
    assert found.word == "shown_here"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"simulated": True}, "simulated"),
        ({"form": "0" * 64, "instrument_version": "0.9"}, "version 0.9"),
        ({"n": MINIMUM_N - 1}, "fewer than 200"),
        ({"format": 2}, "another version of the program"),
    ],
)
def test_what_never_counts(changes: dict[str, object], reason: str) -> None:
    """Simulated, foreign, small and unreadable waves are listed with their reason only."""
    found = standing(HERE, [wave(**changes)])
    assert found.word == "not_yet"
    assert reason in found.waves[0].why_not
    assert not found.contradicted


def test_withdrawn_waves_count_for_nothing() -> None:
    """A wave that was taken back counts no longer, until it is put back."""
    one = wave()
    user = User("ada@example.org", "Ada", Role.RESEARCHER, "x", id=7)
    one.withdraw(user)
    assert (one.withdrawn, one.withdrawn_by_id) == (True, 7)
    assert standing(HERE, [one]).word == "not_yet"
    one.put_back()
    assert standing(HERE, [one]).word == "shown_here"


def test_exactly_enough_interviews_count() -> None:
    """The limit itself is enough."""
    assert standing(HERE, [wave(n=MINIMUM_N)]).shown_here


def test_a_wave_that_fails_takes_the_standing_away() -> None:
    """One good wave does not outweigh a large one that breaks a rule."""
    bad = wave(2, of=with_alpha(0.5))
    found = standing(HERE, [wave(), bad])
    assert found.contradicted
    assert found.word == "not_yet"
    assert found.shown_languages == ()


def test_a_small_wave_that_fails_takes_nothing_away() -> None:
    """Too few interviews count neither for nor against."""
    found = standing(HERE, [wave(), wave(2, of=with_alpha(0.5), n=150)])
    assert found.word == "shown_here"


def test_a_wave_without_a_model_neither_shows_nor_contradicts() -> None:
    """What was not worked out is not held against the instrument, and shows nothing."""
    bare = wave(1, of=figures(fit={}, loadings={}))
    assert standing(HERE, [bare]).word == "not_yet"
    assert not standing(HERE, [bare]).contradicted
    assert standing(HERE, [bare, wave(2)]).word == "shown_here"


@pytest.mark.parametrize(
    ("alpha", "met"), [(0.70, True), (0.6999, False), (-0.2, False), (None, True)]
)
def test_reliability_is_that_of_the_weakest_scale(alpha: float | None, met: bool) -> None:
    """The lowest of all coefficients decides, at its very limit; omega alone will do."""
    found = outcome("reliability", with_alpha(alpha))
    assert found.met is met
    if alpha is not None and alpha < 0.85:
        assert (found.value, found.about) == (alpha, "emotional")


def test_a_scale_without_coefficients_cannot_be_judged() -> None:
    """Neither alpha nor omega: not met and not failed; single items have none at all."""
    lacking = replace(figures().scales[0], alpha=None, omega=None)
    assert outcome("reliability", figures(scales=(lacking,))).met is None
    single = ScaleFigures("one", ("x",))
    assert outcome("reliability", figures(scales=(single,))).met is None


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({"cfi": 0.95, "tli": None, "rmsea": 0.08, "srmr": 0.08}, True),
        ({"cfi": 0.949}, False),
        ({"rmsea": 0.081}, False),
        ({"srmr": 0.081}, False),
        ({"srmr": None}, None),
        ({"df": 0}, None),
    ],
)
def test_fit_has_a_limit_for_each_index(changes: dict[str, float | None], met: bool | None) -> None:
    """Every index decides at its limit; a saturated model or a missing index decides nothing."""
    fit = {"correlated": replace(GOOD_FIT, **changes)}
    assert outcome("fit", figures(fit=fit)).met is met


def test_acceptable_means_the_same_everywhere() -> None:
    """The limits are those by which reports call a model acceptable."""
    found = (LOWEST_CFI, HIGHEST_RMSEA, HIGHEST_SRMR)
    assert found == (GOOD_CFI, GOOD_RMSEA, GOOD_SRMR)


def test_fit_is_that_of_the_instruments_own_scales() -> None:
    """A better model with other factors does not stand in for the questionnaire's own."""
    assert outcome("fit", figures(fit={"one_factor": GOOD_FIT})).met is None
    single = figures().scales[:1]
    assert outcome("fit", figures(scales=single, fit={"one_factor": GOOD_FIT})).met is True


def test_loadings_must_be_those_of_earlier_waves() -> None:
    """A wave in which items load otherwise breaks the rule, whatever its own fit."""
    moved = loadings()
    for item in ("emo1", "emo2"):
        moved[item] = replace(moved[item], standardised=0.2)
    later = wave(2, of=figures(loadings=moved))
    found = standing(HERE, [later, wave(1)])
    assert [one.wave.label for one in found.waves] == ["Wave 1", "Wave 2"]
    last = found.waves[1].outcomes[-1]
    assert last.met is False
    squares = 2 * 0.8**2 + 2 * 0.2**2
    assert last.value == pytest.approx((2 * 0.64 + 2 * 0.16) / (4 * 0.64 * squares) ** 0.5)
    assert last.about == "Wave 1"
    assert found.word == "not_yet"


def test_exploratory_loadings_decide_nothing() -> None:
    """They differ by chance; they are compared for the reader, not for the standing."""
    moved = pattern() | {"emo1": (0.8, 0.05, 0.05), "emo2": (0.8, 0.05, 0.05)}
    other = figures(exploration=exploration(pattern=moved))
    found = likeness_explored(figures(), other)
    assert found is not None
    assert found < 0.95
    assert standing(HERE, [wave(1), wave(2, of=other)]).shown_here


def test_waves_from_before_models_were_fitted_are_passed_over() -> None:
    """An early wave without confirmatory loadings keeps no later wave from being judged."""
    early = wave(1, of=figures(fit={}, loadings={}))
    last = standing(HERE, [early, wave(2)]).waves[1].outcomes[-1]
    assert (last.met, last.about) == (True, "nothing earlier to compare with")
    bare = standing(HERE, [wave(1), wave(2, of=figures(loadings={}))]).waves[1].outcomes[-1]
    assert bare.met is None


def test_the_first_wave_has_nothing_to_be_compared_with() -> None:
    """Without earlier waves and published loadings the rule is met."""
    first = standing(HERE, [wave()]).waves[0].outcomes[-1]
    assert (first.met, first.value) == (True, None)


def test_published_loadings_are_compared_too() -> None:
    """Where a publication's loadings are known, a wave must be like them."""
    alike = {item: 0.7 for _, items in SCALES for item in items}
    good = standing(replace(HERE, loadings=alike), [wave()])
    assert good.waves[0].outcomes[-1].met is True
    unlike = alike | {"emo1": -0.7}
    bad = standing(replace(HERE, loadings=unlike), [wave()])
    assert bad.waves[0].outcomes[-1].about == "the publication"
    assert not bad.shown_here
    other = standing(replace(HERE, loadings={"cog1": 0.7}), [wave()])
    assert other.waves[0].outcomes[-1].met is None


def test_waves_of_other_items_are_not_likened() -> None:
    """Loadings of other items or factors give no figure, not a low one."""
    fewer = {item: one for item, one in loadings().items() if item != "cog1"}
    assert likeness(figures(), figures(loadings=fewer)) is None
    assert likeness(figures(), figures(loadings={})) is None
    left_over = figures(exploration=exploration(scales=(None, "emotional", "behavioural")))
    assert likeness_explored(left_over, left_over) is None
    assert likeness_to_published(figures(loadings={}), {"cog1": 0.7}) is None


@given(
    st.lists(st.floats(0.05, 1), min_size=10, max_size=10),
    st.sampled_from([-2.0, -1.0, 0.5, 3.0]),
)
def test_congruence_knows_neither_size_nor_direction_of_a_factor(
    values: list[float], factor: float
) -> None:
    """Loadings are congruent with any multiple of themselves, turned round or not."""
    given_loadings = dict(zip(loadings().items(), values, strict=True))
    first, second = (
        figures(
            loadings={
                item: replace(one, standardised=value * times)
                for (item, one), value in given_loadings.items()
            }
        )
        for times in (1.0, factor)
    )
    assert likeness(first, second) == pytest.approx(1)


def test_figures_survive_json() -> None:
    """What is kept as JSON is read back as it was."""
    kept = json.loads(json.dumps(figures().to_plain()))
    assert figures_from(kept) == figures()
    assert wave().read_figures() == figures()


def test_figures_of_a_later_format_are_refused() -> None:
    """Figures of a format that is not known are never guessed at."""
    with pytest.raises(EvidenceError, match="format 2"):
        figures_from(figures().to_plain(), 2)


def test_the_form_tells_what_makes_answers_comparable() -> None:
    """Version, origin of the wording, range and keying change the form; translations do not."""
    scale = CORE.scales[0]
    others = [
        replace(CORE, version="0.0"),
        replace(CORE, wording="licensed"),
        replace(CORE, scales=CORE.scales[:2]),
        replace(CORE, scales=(replace(scale, format=replace(scale.format, maximum=5)),)),
        replace(
            CORE,
            scales=(replace(scale, items=(replace(scale.items[0], reversed=True),)),),
        ),
    ]
    assert len({form_of(one) for one in (CORE, *others)}) == 6
    assert form_of(replace(CORE, languages=("en",), note="other")) == form_of(CORE)


def test_the_source_gives_no_key_away() -> None:
    """A wave's source is the same each time, another for each wave, and holds no study's key."""
    study = Study("Title", [], ["en"])
    first, second = (source_of(study, Wave(code, "Wave")) for code in ("1", "2"))
    assert first == source_of(study, Wave("1", "renamed"))
    assert first != second
    assert study.key not in first


def test_order_is_that_of_fieldwork() -> None:
    """Waves stand by the last day of fieldwork, whenever they were added."""
    late, early = wave(3), wave(1)
    found: list[WaveEvidence] = [one.wave for one in standing(HERE, [late, early]).waves]
    assert found == [early, late]


def test_who_may_keep_evidence() -> None:
    """A researcher for their own studies, an administrator for all, nobody else."""
    study = Study("Title", [], ["en"], owner_id=1)
    may = {
        (role, owner): User("a@b.c", "A", role, "x", id=owner).may_keep_evidence(study)
        for role in Role
        for owner in (1, 2)
    }
    assert {key for key, allowed in may.items() if allowed} == {
        (Role.RESEARCHER, 1),
        (Role.ADMINISTRATOR, 1),
        (Role.ADMINISTRATOR, 2),
    }
    gone = User("a@b.c", "A", Role.ADMINISTRATOR, "x", active=False)
    assert not gone.may_keep_evidence(study)
    assert not User("a@b.c", "A", Role.RESEARCHER, "x", id=1).may_keep_evidence(None)
