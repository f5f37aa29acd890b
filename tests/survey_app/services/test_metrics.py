"""Metrics of a study in a real database of either kind: taken, replaced, shown, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from psychometrics.metric_values import metric_summaries
from survey_app.domain.study import StudyError
from survey_app.exchange.errors import ExchangeError
from survey_app.services.metrics import (
    WeightsError,
    choose_profile,
    choose_weights,
    forget_wave,
    import_metrics,
    kept_metrics,
    metric_values_of,
    plan_import,
    profile_of,
    read_metrics_file,
)

if TYPE_CHECKING:
    from pathlib import Path

    from survey_app.domain.study import Study
    from survey_app.services.metrics import ImportPlan
    from survey_app.storage.database import UnitOfWork
    from tests.survey_app.services.conftest import Fieldwork

HEAD = "person,brand,wave,metric,value\n"
FIRST = HEAD + "p1,north,1,likes,3\np2,north,1,likes,5\n,south,1,sales,900\n"


def study_of(unit: UnitOfWork, fieldwork: Fieldwork) -> Study:
    """The study of the fieldwork."""
    study = unit.studies.by_key(fieldwork.study_key)
    assert study is not None
    return study


def take(fieldwork: Fieldwork, tmp_path: Path, text: str, *, keep: bool = True) -> ImportPlan:
    """Import a file of this text, or only plan it."""
    path = tmp_path / "metrics.csv"
    path.write_text(text, encoding="utf-8")
    with fieldwork.database.writing() as unit:
        study = study_of(unit, fieldwork)
        read = read_metrics_file(study, path)
        plan = import_metrics(unit, study, read) if keep else plan_import(unit, study, read)
        unit.commit()
    return plan


def kept(fieldwork: Fieldwork) -> dict[tuple[str, ...], float]:
    """Every value that is kept, by unit, subject, brand, wave and metric."""
    with fieldwork.database.reading() as unit:
        values = metric_values_of(unit, study_of(unit, fieldwork))
    columns = (values.unit, values.subject, values.brand, values.wave, values.metric)
    keys = zip(*(column.tolist() for column in columns), strict=True)
    return dict(zip(keys, values.value.tolist(), strict=True))


def test_a_file_is_kept_whole(fieldwork: Fieldwork, tmp_path: Path) -> None:
    """People and cells arrive as they stand in the file; the plan counts them."""
    plan = take(fieldwork, tmp_path, FIRST)
    assert (plan.new, plan.replaced, plan.unchanged) == (3, 0, 0)
    assert plan.counts == {("1", "north", "likes"): 2, ("1", "south", "sales"): 1}
    assert kept(fieldwork) == {
        ("person", "p1", "north", "1", "likes"): 3.0,
        ("person", "p2", "north", "1", "likes"): 5.0,
        ("cell", "", "south", "1", "sales"): 900.0,
    }


def test_importing_again_replaces_the_same_rows(fieldwork: Fieldwork, tmp_path: Path) -> None:
    """The same rows take their new values; others stay; nothing is there twice."""
    take(fieldwork, tmp_path, FIRST)
    plan = take(
        fieldwork, tmp_path, HEAD + "p1,north,1,likes,4\np2,north,1,likes,5\np3,north,1,likes,1\n"
    )
    assert (plan.new, plan.replaced, plan.unchanged) == (1, 1, 1)
    found = kept(fieldwork)
    assert len(found) == 4
    assert found["person", "p1", "north", "1", "likes"] == 4.0


def test_a_dry_run_keeps_nothing(fieldwork: Fieldwork, tmp_path: Path) -> None:
    """It tells the same numbers as the import that follows."""
    planned = take(fieldwork, tmp_path, FIRST, keep=False)
    assert kept(fieldwork) == {}
    done = take(fieldwork, tmp_path, FIRST)
    assert planned.outcome == done.outcome == "3-0-0"
    assert take(fieldwork, tmp_path, FIRST, keep=False).outcome == "0-0-3"


def test_a_file_with_one_fault_keeps_nothing(fieldwork: Fieldwork, tmp_path: Path) -> None:
    """Whole file or nothing."""
    with pytest.raises(ExchangeError, match="line 3, column value"):
        take(fieldwork, tmp_path, HEAD + "p1,north,1,likes,4\np2,north,1,likes,x\n")
    assert kept(fieldwork) == {}


def test_a_study_without_waves_takes_no_metrics(fieldwork: Fieldwork, tmp_path: Path) -> None:
    """A value belongs to a wave; the message says how a study gets one."""
    path = tmp_path / "metrics.csv"
    path.write_text(FIRST, encoding="utf-8")
    with fieldwork.database.writing() as unit:
        study = study_of(unit, fieldwork)
        study.waves = []
        with pytest.raises(StudyError, match="no wave yet"):
            read_metrics_file(study, path)


def test_what_is_kept_is_shown_as_the_analysis_pools_it(
    fieldwork: Fieldwork, tmp_path: Path
) -> None:
    """The overview that the database works out equals the summaries of the values themselves."""
    more = ",south,1,conversion,0.2\n"
    cells = "cell,brand,wave,metric,value\neast,north,1,sales,10\nwest,north,1,sales,5\n"
    take(fieldwork, tmp_path, FIRST + more)
    take(fieldwork, tmp_path, cells + "east,north,1,conversion,0.1\nwest,north,1,conversion,0.4\n")
    with fieldwork.database.reading() as unit:
        study = study_of(unit, fieldwork)
        rows = kept_metrics(unit, study)
        values = metric_values_of(unit, study)
    pooled = metric_summaries(values, {row.metric.id: row.metric.pooled for row in rows})
    assert [(row.brand, row.metric.id, row.unit, row.n) for row in rows] == [
        ("north", "likes", "person", 2),
        ("north", "conversion", "cell", 2),
        ("north", "sales", "cell", 2),
        ("south", "conversion", "cell", 1),
        ("south", "sales", "cell", 1),
    ]
    for row in rows:
        known = pooled.find(row.metric.id, row.brand, row.wave, row.unit)  # type: ignore[arg-type]
        assert known is not None
        assert row.value == pytest.approx(known.value)


def test_a_wave_is_removed_and_others_stay(fieldwork: Fieldwork, tmp_path: Path) -> None:
    """Removing tells how many values went, and touches that wave of that study only."""
    take(fieldwork, tmp_path, FIRST)
    with fieldwork.database.writing() as unit:
        study = study_of(unit, fieldwork)
        assert forget_wave(unit, study, study.waves[0]) == 3
        assert forget_wave(unit, study, study.waves[0]) == 0
        unit.commit()
    assert kept(fieldwork) == {}


def test_profiles_are_chosen_and_kept(fieldwork: Fieldwork) -> None:
    """Standard until chosen; own weights are kept as shares; bad ones change nothing."""
    with fieldwork.database.writing() as unit:
        study = study_of(unit, fieldwork)
        assert profile_of(study).id == "standard"
        choose_weights(study, {"likes": 3, "reviews": 1})
        with pytest.raises(WeightsError):
            choose_weights(study, {"replies": 1})
        unit.commit()
    with fieldwork.database.writing() as unit:
        study = study_of(unit, fieldwork)
        assert dict(profile_of(study).weights) == {"likes": 0.75, "reviews": 0.25}
        choose_profile(study, "equal")
        with pytest.raises(StudyError, match="standard, equal"):
            choose_profile(study, "golden")
        unit.commit()
    with fieldwork.database.reading() as unit:
        assert profile_of(study_of(unit, fieldwork)).id == "equal"


def test_weights_of_metrics_that_are_gone_do_not_count(fieldwork: Fieldwork) -> None:
    """A profile kept by another version is read as far as it can be, else it is the standard."""
    with fieldwork.database.writing() as unit:
        study = study_of(unit, fieldwork)
        study.metrics = {"profile": "own", "weights": {"likes": 0.5, "gone": 0.5}}
        assert dict(profile_of(study).weights) == {"likes": 1.0}
        study.metrics = {"profile": "own", "weights": {"gone": 1.0}}
        assert profile_of(study).id == "standard"
        study.metrics = {"profile": "gone"}
        assert profile_of(study).id == "standard"


def test_many_rows_are_kept_in_bulk(fieldwork: Fieldwork, tmp_path: Path) -> None:
    """More rows than one statement takes arrive all, and are replaced all."""
    rows = [f"p{n},north,1,likes,{n % 7}\n" for n in range(5_003)]
    assert take(fieldwork, tmp_path, HEAD + "".join(rows)).new == 5_003
    again = [f"p{n},north,1,likes,{n % 5}\n" for n in range(5_003)]
    plan = take(fieldwork, tmp_path, HEAD + "".join(again))
    assert plan.new == 0
    assert plan.replaced == sum(n % 7 != n % 5 for n in range(5_003))
    found = kept(fieldwork)
    assert len(found) == 5_003
    assert np.isclose(sum(found.values()), sum(n % 5 for n in range(5_003)))
