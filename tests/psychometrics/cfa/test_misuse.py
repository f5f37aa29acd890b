"""Arguments of the wrong kind end in the room's own errors, with what to do instead."""

import numpy as np
import pandas as pd
import pytest

from psychometrics import Dataset, DatasetError, ModelError, ScoringKey, cfa, htmt, rake
from psychometrics._resampling import ResampleError, labels_of

MODEL = "f =~ a + b + c"
ITEMS = ("a", "b", "c", "d")


@pytest.fixture(scope="module")
def answers():
    """120 numeric answers to four items, with a text column."""
    rng = np.random.default_rng(5)
    common = rng.normal(size=(120, 1))
    frame = pd.DataFrame(common + rng.normal(size=(120, 4)), columns=list(ITEMS))
    return frame.assign(side=np.where(np.arange(120) % 2, "left", "right"))


@pytest.fixture(scope="module")
def dataset(answers):
    """The same as a Dataset of whole answers from 1 to 7."""
    whole = np.clip(np.round(answers[list(ITEMS)] + 4), 1, 7).to_numpy(np.int16)
    return Dataset.build(whole, list(ITEMS), [ScoringKey("s", ITEMS, 1, 7)])


@pytest.mark.parametrize("name", ["nothing", "select", "columns", "item_ids"])
def test_a_dataset_has_no_such_column(dataset, name):
    """A name that is no column of a Dataset, be it one of its methods or of its item list."""
    with pytest.raises(ModelError, match="no such column"):
        cfa(MODEL, dataset, group=name)
    with pytest.raises(ResampleError, match="no column"):
        labels_of(dataset, name)


def test_columns_of_one_name(answers):
    """Two columns of one name are refused where the name is asked for, and only there."""
    double = pd.concat([answers, answers[["a"]].iloc[::-1].reset_index(drop=True)], axis=1)
    with pytest.raises(DatasetError, match="Several columns are named a"):
        cfa(MODEL, double)
    assert cfa("f =~ b + c + d", double).chi2 == cfa("f =~ b + c + d", answers).chi2


def test_a_group_column_given_twice(answers):
    """A name of two columns tells no groups."""
    double = pd.concat([answers, answers[["side"]]], axis=1)
    with pytest.raises(ModelError, match="one value for each interview"):
        cfa(MODEL, double, group="side")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"weights": "side"}, "Weights must be numbers"),
        ({"group": 5}, "one value for each interview"),
        ({"estimator": None}, "no estimator None"),
        ({"ordered": 5}, "ordered is 5"),
        ({"group": "side", "group_equal": "loading"}, "does not know loading;"),
    ],
)
def test_options_of_the_wrong_kind(answers, arguments, said):
    """Each is refused by name."""
    with pytest.raises(ModelError, match=said):
        cfa(MODEL, answers, **arguments)


def test_one_equality_needs_no_list(answers):
    """A single name alone means the list of it, as in R."""
    several = cfa(MODEL, answers, group="side", group_equal=["loadings"], group_partial=["f=~b"])
    single = cfa(MODEL, answers, group="side", group_equal="loadings", group_partial="f=~b")
    assert several.chi2 == single.chi2
    assert several.df == single.df == 1


@pytest.mark.parametrize("model", [None, 5, ["f =~ a + b + c"]])
def test_a_model_that_is_no_text(answers, model):
    """A model must be text."""
    with pytest.raises(ValueError, match="not text"):
        cfa(model, answers)


@pytest.mark.parametrize("line", ["a | t1", "a ~*~ a"])
def test_thresholds_of_numeric_items(answers, line):
    """Thresholds and scales belong to ordered items."""
    with pytest.raises(ModelError, match="a is not ordered"):
        cfa(f"{MODEL}\n{line}", answers)


def test_more_thresholds_than_categories(answers):
    """A threshold beyond the last category is named with how many there are."""
    cut = (answers[list(ITEMS)] > 0).astype(int)
    with pytest.raises(ModelError, match=r"a has 2 categories and so 1 threshold"):
        cfa(f"{MODEL}\na | t2", cut, ordered=True)


def test_ratios_of_nobody(answers):
    """Without complete answers there are no correlations."""
    with pytest.raises(ModelError, match="0 interviews answered all items"):
        htmt("f =~ a + b\ng =~ c + d", answers.assign(a=np.nan))


def test_margins_of_no_column(dataset):
    """A margin that the data do not have is named."""
    with pytest.raises(ValueError, match="no column 'region'"):
        rake(dataset, {"region": {"north": 0.5, "south": 0.5}})


def test_given_means_are_modelled(answers):
    """Means beside a covariance matrix ask for a mean structure, unless it is refused."""
    moments = {"cov": answers[list(ITEMS)].cov(), "mean": answers[list(ITEMS)].mean(), "n": 120}
    model = "f =~ a + b + c + d"
    given = cfa(model, **moments)
    assert given.bic == pytest.approx(cfa(model, answers, meanstructure=True).bic, rel=1e-9)
    refused = cfa(model, **moments, meanstructure=False)
    assert refused.bic == pytest.approx(cfa(model, answers).bic, rel=1e-9)
