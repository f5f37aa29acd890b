"""Counted answers: the same figures as from the answers themselves, in parts and on a cluster."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest

from psychometrics._count_tables import CountTables, OrdinalError
from psychometrics._packed_counts import packed_counts
from psychometrics.cfa.errors import ModelError
from psychometrics.cfa.model import cfa
from psychometrics.polychoric import polychoric
from psychometrics.summary import AnswerSummary, summarise

ITEMS = tuple(f"q{j + 1}" for j in range(6))
MODEL = "a =~ q1 + q2 + q3\nb =~ q4 + q5 + q6"


@dataclass(frozen=True)
class FramePart:
    """Some interviews of a frame, as a part that can be sent to another process."""

    frame: pd.DataFrame

    def __call__(self) -> dict[str, Any]:
        """The columns."""
        return {name: self.frame[name].to_numpy() for name in self.frame}


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """900 interviews about two brands, six items of five categories."""
    rng = np.random.default_rng(8)
    factors = rng.standard_normal((900, 2)) @ np.array([[1, 0.4], [0, 0.9]])
    latent = np.repeat(factors, 3, axis=1) * 0.8 + 0.6 * rng.standard_normal((900, 6))
    values = np.clip(np.round(latent * 1.1 + 3), 1, 5).astype(np.int8)
    brand = np.where(rng.random(900) < 0.4, "Nord", "Süd")
    return pd.DataFrame(values, columns=list(ITEMS)).assign(brand=brand)


def _parts(frame: pd.DataFrame, count: int) -> list[Callable[[], Any]]:
    return [FramePart(frame.iloc[rows]) for rows in np.array_split(np.arange(len(frame)), count)]


def _summary(frame: pd.DataFrame, count: int = 4, **options: Any) -> AnswerSummary:
    return summarise(_parts(frame, count), ITEMS, [range(1, 6)] * 6, **options)


def test_moments_and_models_are_those_of_the_answers(answers: pd.DataFrame) -> None:
    """Counts give the same moments, and a model of two groups the same chi2 and estimates."""
    found = _summary(answers, group="brand")
    assert found.n == 900
    nord = answers[answers.brand == "Nord"][list(ITEMS)].to_numpy(float)
    np.testing.assert_allclose(found.moments("Nord").cov, np.cov(nord.T, bias=True), rtol=1e-11)
    from_counts = cfa(MODEL, found, group_equal=["loadings", "intercepts"])
    direct = cfa(MODEL, answers, group="brand", group_equal=["loadings", "intercepts"])
    assert from_counts.chi2 == pytest.approx(direct.chi2, rel=1e-9)
    by_name = dict(zip(direct.groups, direct.sample.n.tolist(), strict=True))
    assert by_name == dict(zip(from_counts.groups, from_counts.sample.n.tolist(), strict=True))


def test_polychoric_correlations_of_counts(answers: pd.DataFrame) -> None:
    """The counts of all groups give the correlations of the answers."""
    found = polychoric(_summary(answers, group="brand").all).correlations.to_numpy()
    direct = polychoric(answers[list(ITEMS)]).correlations.to_numpy()
    np.testing.assert_allclose(found, direct, rtol=1e-12)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_the_number_of_parts_does_not_matter(answers: pd.DataFrame, count: int) -> None:
    """However the file is cut up, the counts are equal."""
    whole, parts = _summary(answers, 1), _summary(answers, count)
    np.testing.assert_array_equal(whole.all.joint, parts.all.joint)


def test_two_processes_and_a_cluster_count_alike(answers: pd.DataFrame) -> None:
    """Local processes and joblib's Dask backend on two workers give the same counts."""
    from dask.distributed import Client, LocalCluster

    here = _summary(answers, group="brand")
    local = _summary(answers, group="brand", n_jobs=2)
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    )
    with cluster, Client(cluster), joblib.parallel_config(backend="dask"):
        there = _summary(answers, group="brand", n_jobs=2)
    for name in here.groups:
        np.testing.assert_array_equal(here.tables[name].joint, local.tables[name].joint)
        np.testing.assert_array_equal(here.tables[name].joint, there.tables[name].joint)


def test_incomplete_interviews_are_left_out_and_counted(answers: pd.DataFrame) -> None:
    """An interview without an answer, or without a brand, is dropped."""
    frame = answers.astype(dict.fromkeys(ITEMS, float))
    frame.loc[3, "q2"] = np.nan
    frame.loc[5, "brand"] = ""
    found = _summary(frame, group="brand")
    assert (found.n, found.n_dropped) == (898, 2)


def test_what_counts_cannot_give_is_refused(answers: pd.DataFrame) -> None:
    """Robust errors need the answers; unknown columns, answers and items are named."""
    found = _summary(answers)
    with pytest.raises(ModelError, match="need the answers"):
        cfa(MODEL, found, estimator="MLR")
    with pytest.raises(ModelError, match="q9"):
        cfa("a =~ q1 + q2 + q9", found)
    with pytest.raises(OrdinalError, match="country"):
        _summary(answers, group="country")
    with pytest.raises(OrdinalError, match="q1 holds the answer"):
        _summary(answers.assign(q1=np.int8(9)))
    with pytest.raises(OrdinalError, match="no part"):
        summarise([], ITEMS, [range(1, 6)] * 6)


@pytest.mark.parametrize(("p", "width"), [(2, 2), (5, 7), (11, 3), (23, 5)])
def test_packed_counts_equal_a_count_of_every_pair(p: int, width: int) -> None:
    """Every pair of items, in every group, is counted as NumPy counts it."""
    rng = np.random.default_rng(p)
    codes = rng.integers(0, width, (p, 700)).astype(np.uint8)
    group = rng.integers(0, 3, 700)
    found = packed_counts(codes, width, group, 3)
    for g in range(3):
        own = codes[:, group == g].astype(int)
        for i in range(p):
            for j in range(p):
                pair = np.bincount(own[i] * width + own[j], minlength=width**2)
                np.testing.assert_array_equal(found[g, i, :, j], pair.reshape(width, width))


def test_long_data_take_the_packed_way_to_the_same_tables() -> None:
    """From so many interviews on that they are counted differently, tables stay the same."""
    answers = np.random.default_rng(2).integers(1, 6, (21_000, 4)).astype(np.int8)
    long = CountTables.from_matrix(answers)
    short = [CountTables.from_matrix(part, [range(1, 6)] * 4) for part in np.split(answers, 3)]
    np.testing.assert_array_equal(long.joint, (short[0] + short[1] + short[2]).joint)
