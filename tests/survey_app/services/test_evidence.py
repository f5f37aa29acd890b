"""Waves become evidence once, of their own instrument, and carry the analysis's own figures."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from instruments.load import shipped
from psychometrics.dimensionality import dimensionality, loadings_of
from survey_app.demo.simulator import Activity, Cell, simulate
from survey_app.domain.evidence import Published, WaveEvidence, form_of, source_of, standing
from survey_app.domain.evidence_figures import LEVELS, figures_from
from survey_app.domain.scoring_keys import scoring_keys
from survey_app.domain.study import Brand, Wave
from survey_app.domain.user import Role, User
from survey_app.exchange.evidence_file import read_evidence, write_evidence
from survey_app.services.analyse import AnalysisCache, NothingToAnalyseError, analyse_study
from survey_app.services.dataset_import import import_dataset
from survey_app.services.evidence import (
    EvidenceError,
    Outcome,
    add_waves,
    keep_all,
    standing_of,
    standings,
    validation_of,
    wave_evidence,
    waves_so_far,
)
from survey_app.services.evidence_figures import Confirmatory, figures_of
from survey_app.services.report import software_version
from survey_app.services.study import create_study, instruments_of, open_study
from tests.survey_app.domain.evidence_samples import GOOD_FIT, figures, loadings, wave

if TYPE_CHECKING:
    from pathlib import Path

    from survey_app.services.analyse import Analysed
    from survey_app.storage.database import Database

CORE = "core_engagement"
ASKED = (CORE, "satisfaction", "likelihood_to_recommend", "behaviour_checklist")


@dataclass(frozen=True, slots=True)
class Answered:
    """A database with a study of two waves."""

    database: Database
    key: str
    cache: AnalysisCache

    def found(self, code: str, **options: object) -> tuple[list[WaveEvidence], Analysed]:
        """What a wave shows, not kept."""
        with self.database.reading() as unit:
            study = unit.studies.by_key(self.key)
            assert study is not None
            chosen = next(one for one in study.waves if one.code == code)
            analysed = analyse_study(unit, study, chosen, cache=self.cache)
            so_far = waves_so_far(unit, study, chosen, cache=self.cache)
            options = {"so_far": so_far, **options}
            return wave_evidence(analysed, study, chosen, **options), analysed  # type: ignore[arg-type]

    def add(self, code: str, **options: object) -> list[Outcome]:
        """Add a wave; what became of each entry."""
        new, _ = self.found(code, **options)
        with self.database.writing() as unit:
            user = unit.users.by_email("ada@example.org")
            assert user is not None
            became = [kept.outcome for kept in add_waves(unit, user, new)]
            unit.commit()
        return became

    def kept(self) -> list[WaveEvidence]:
        """The core questionnaire's entries."""
        with self.database.reading() as unit:
            return unit.evidence.of(CORE)


@pytest.fixture
def answered(sqlite_database: Database) -> Answered:
    """Two waves about two brands in two languages, with outcomes and a checklist."""
    with sqlite_database.writing() as unit:
        owner = User("ada@example.org", "Ada", Role.RESEARCHER, password_hash="none")
        unit.users.add(owner)
        unit.flush()
        study = create_study(
            unit,
            owner=owner,
            title="Tracker",
            instruments=ASKED,
            languages=["en", "ru"],
            brands=[Brand(code, {"en": code, "ru": code}) for code in ("north", "south")],
            waves=[Wave("w1", "First"), Wave("w2", "Second")],
            consent={"en": "Yes?", "ru": "Да?"},
        )
        open_study(study)
        cells = [
            Cell(brand, code, 75, 0.2) for code in ("w1", "w2") for brand in ("north", "south")
        ]
        keys = scoring_keys(instruments_of(study))
        checklist = [Activity(item.id, 1, 5, 0.5) for item in instruments_of(study)[-1].items()]
        unit.flush()
        data = simulate(
            keys,
            cells,
            np.random.default_rng(3),
            languages=study.languages,
            activities=checklist,
        )
        import_dataset(unit, study, data)
        unit.commit()
        return Answered(sqlite_database, study.key, AnalysisCache())


def test_figures_are_those_of_the_analysis(answered: Answered) -> None:
    """Alpha, omega, congruence, counts and fingerprint are the analysis's own."""
    new, analysed = answered.found("w1")
    assert [one.instrument_id for one in new] == [CORE, "satisfaction"]
    core = new[0]
    found = core.read_figures()
    for scale, result in zip(found.scales, analysed.scores.scales, strict=False):
        assert scale.alpha is not None
        assert result.alpha is not None
        assert (scale.alpha.value, scale.alpha.lower) == (result.alpha.alpha, result.alpha.lower)
        assert scale.omega is not None
        assert result.omega is not None
        assert (scale.omega.value, scale.omega.n) == (result.omega.omega, result.omega.n_used)
    assert found.exploration is not None
    assert tuple(found.exploration.congruence.values()) == tuple(analysed.structure.congruence)
    assert found.exploration.n == analysed.structure.n_used == core.n
    assert sum(found.languages.values()) == core.n
    assert found.brands == 2
    assert core.fingerprint == analysed.dataset.fingerprint
    assert core.software_version == software_version()
    assert core.form == form_of(shipped(CORE))
    assert core.label == "Tracker, First"


def test_items_of_one_instrument_are_explored_alone(answered: Answered) -> None:
    """Another instrument's dimensions in the same study do not enter an instrument's factors."""
    _, analysed = answered.found("w1")
    core = shipped(CORE)
    part = replace(core, id="part", scales=core.scales[:2])
    n, found = figures_of(analysed, part)
    assert n >= analysed.structure.n_used
    assert found.exploration is not None
    assert set(found.exploration.pattern) == {item.id for item in part.items()}
    assert set(found.exploration.scales) == {"cognitive", "emotional"}


def test_models_are_those_of_the_engine(answered: Answered) -> None:
    """Fit and loadings are those of the competing models of the same interviews."""
    new, analysed = answered.found("w1")
    found = new[0].read_figures()
    engine = dimensionality(analysed.dataset.select(analysed.scores.kept), missing="fiml")
    own = engine.measurement
    kept = found.own_fit
    assert kept is not None
    assert kept[0] == "correlated"
    assert (kept[1].chi2, kept[1].cfi, kept[1].srmr) == (
        own.measure("chisq"),
        own.measure("cfi"),
        own.measure("srmr"),
    )
    assert kept[1].rmsea_lower == own.measure("rmsea.ci.lower")
    assert {test.name for test in engine.tests if test.proper} == set(found.fit)
    loaded = {row["item"]: row["loading"] for row in loadings_of(own.fit)}
    assert {item: one.standardised for item, one in found.loadings.items()} == loaded
    assert new[1].read_figures().fit == {}


def test_invariance_is_tested_across_brands_languages_and_waves(answered: Answered) -> None:
    """The first wave knows brands and languages; the second is also set beside the first."""
    first, second = (answered.found(code)[0][0].read_figures() for code in ("w1", "w2"))
    assert [one.across for one in first.invariance] == ["brands", "languages"]
    assert [one.across for one in second.invariance] == ["brands", "languages", "waves"]
    for one in second.invariance:
        assert one.level is None or one.level in LEVELS
        tested = [row["level"].removeprefix("partial ") for row in one.table]
        assert list(dict.fromkeys(tested)) == list(LEVELS)
        assert bool(one.partial) == any("partial" in row["level"] for row in one.table)
    read = figures_from(json.loads(json.dumps(second.to_plain())))
    assert read == second


def test_computed_evidence_travels(answered: Answered, tmp_path: Path) -> None:
    """A real wave with its models, written to a file, passes every check of the reader."""
    new, _ = answered.found("w2")
    write_evidence(tmp_path / "core.json", CORE, new[:1])
    (got,) = read_evidence(tmp_path / "core.json", CORE)
    assert got.read_figures() == new[0].read_figures()


def test_confirmatory_figures_are_kept_where_they_are_given(answered: Answered) -> None:
    """Fit, loadings and invariance of an instrument stand in its entry and nowhere else."""
    given = Confirmatory({"correlated": GOOD_FIT}, loadings(), figures().invariance)
    core, other = answered.found("w1", confirmatory={CORE: given})[0]
    found = core.read_figures()
    assert found.own_fit == ("correlated", GOOD_FIT)
    assert found.loadings == loadings()
    assert found.invariance == figures().invariance
    assert other.read_figures().fit == {}


def test_a_wave_is_added_once(answered: Answered) -> None:
    """Again is unchanged, another label or newer figures replace, another wave is added."""
    assert answered.add("w1") == [Outcome.ADDED, Outcome.ADDED]
    assert answered.add("w1") == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert answered.add("w1", label="Other") == [Outcome.REPLACED, Outcome.REPLACED]
    given = {CORE: Confirmatory({"correlated": GOOD_FIT})}
    again = answered.add("w1", label="Other", confirmatory=given)
    assert again == [Outcome.REPLACED, Outcome.UNCHANGED]
    assert answered.add("w2") == [Outcome.ADDED, Outcome.ADDED]
    first, second = answered.kept()
    assert (first.label, second.label) == ("Other", "Tracker, Second")
    assert first.read_figures().own_fit == ("correlated", GOOD_FIT)


def test_a_wave_with_more_interviews_replaces_itself(answered: Answered) -> None:
    """When answers came in after a wave was added, the wave still counts once."""
    answered.add("w1")
    before = answered.kept()[0].fingerprint
    with answered.database.writing() as unit:
        study = unit.studies.by_key(answered.key)
        assert study is not None
        more = simulate(
            scoring_keys(instruments_of(study)),
            [Cell("north", "w1", 20, 0.1)],
            np.random.default_rng(9),
            languages=["en"],
        )
        names = np.array([f"more-{row}" for row in range(more.n)])
        import_dataset(unit, study, replace(more, respondent=names))
        unit.commit()
    assert answered.add("w1")[0] is Outcome.REPLACED
    (entry,) = answered.kept()
    assert entry.fingerprint != before


def test_withdrawn_waves_count_again_when_added_again(answered: Answered) -> None:
    """Adding a wave that was withdrawn puts it back."""
    answered.add("w1")
    with answered.database.writing() as unit:
        unit.evidence.of(CORE)[0].withdraw(None)
        unit.commit()
    assert answered.add("w1")[0] is Outcome.REPLACED
    assert not answered.kept()[0].withdrawn


def test_all_or_nothing(answered: Answered) -> None:
    """Where one instrument's answers are there as another wave, none is added."""
    new, _ = answered.found("w1")
    twin = wave(5, instrument_id="satisfaction", fingerprint=new[1].fingerprint)
    with answered.database.writing() as unit:
        unit.evidence.add(twin)
        unit.commit()
    with pytest.raises(EvidenceError, match=r"evidence of satisfaction already, as “Wave 5”"):
        answered.add("w1")
    assert answered.kept() == []


def test_a_file_does_not_replace_what_was_analysed_here(answered: Answered) -> None:
    """An imported entry gives way to one's own, never the other way round."""
    answered.add("w1")
    mine = answered.kept()[0]
    copy = wave(7, source=mine.source, fingerprint=mine.fingerprint, label="From a file")
    with answered.database.writing() as unit:
        (kept,) = keep_all(unit, [copy])
        unit.commit()
    assert kept.outcome is Outcome.OWN
    assert answered.kept()[0].label == "Tracker, First"


def test_own_analysis_takes_the_place_of_a_file(answered: Answered) -> None:
    """The wave of a file that is analysed here afterwards becomes one's own."""
    with answered.database.writing() as unit:
        study = unit.studies.by_key(answered.key)
        assert study is not None
        keep_all(unit, [wave(7, source=source_of(study, study.waves[0]))])
        unit.commit()
    assert answered.add("w1")[0] is Outcome.REPLACED
    (entry,) = answered.kept()
    assert not entry.imported
    assert entry.added_by_id is not None


def test_without_complete_interviews_there_is_nothing(answered: Answered) -> None:
    """A wave in which nobody answered every item is told so."""
    _, analysed = answered.found("w1")
    answers = analysed.dataset.answers.copy()
    answers[:, analysed.dataset.item_ids.index("cog1")] = -32768
    bare = replace(analysed, dataset=replace(analysed.dataset, answers=answers))
    with pytest.raises(NothingToAnalyseError, match="Nobody answered every question of Core"):
        figures_of(bare, shipped(CORE))


def test_standings_of_several_instruments(answered: Answered) -> None:
    """Each instrument has its own; one query finds them all."""
    with answered.database.writing() as unit:
        keep_all(unit, [wave()])
        unit.commit()
    with answered.database.reading() as unit:
        asked = [shipped(CORE), shipped("satisfaction")]
        found = standings(unit, asked)
        assert {name: one.word for name, one in found.items()} == {
            CORE: "shown_here",
            "satisfaction": "not_yet",
        }
        assert standing_of(unit, asked[0]).word == "shown_here"
        assert unit.evidence.instruments() == [CORE]


@pytest.mark.parametrize(
    ("used", "shown", "languages"),
    [(["en"], 1, ("en",)), (["en", "ru"], 1, ("en",)), (["ru"], 0, ()), ([], 1, ("en",))],
)
def test_reports_tell_what_holds_for_their_languages(
    used: list[str], shown: int, languages: tuple[str, ...]
) -> None:
    """What was shown in English says nothing of a survey in Russian."""
    found = standing(Published.of(shipped(CORE)), [wave()])
    told = validation_of(found, used)
    assert (told.shown, told.languages, told.n) == (shown, languages, 400 * shown)
    assert told.published == ()
    assert told.looked_up


def test_entries_survive_either_database(database: Database) -> None:
    """Days, moments, flags and figures come back as they were stored; a conflict is told."""
    sent = wave(simulated=True)
    with database.writing() as unit:
        unit.evidence.add(sent)
        unit.commit()
    with database.reading() as unit:
        (got,) = unit.evidence.of(CORE)
        assert got.analysed_at == wave().analysed_at
        assert (got.last_day, got.simulated) == (wave().last_day, True)
        assert got.read_figures() == figures()
        assert unit.evidence.by_id(10**12) is None
        assert unit.evidence.of("satisfaction") == []
