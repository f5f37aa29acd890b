"""Tables become Datasets; what stands in the way is told with line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.load import shipped
from psychometrics.dataset import MISSING
from survey_app.exchange.dataset import Imported, to_dataset
from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read import read_table
from survey_app.exchange.table import Column, Table

if TYPE_CHECKING:
    from instruments.model import Instrument


def _import(text: str, **options: Any) -> Imported:
    """The import of a small table for the satisfaction instrument, written as CSV."""
    rows = [line.split(",") for line in text.strip().splitlines()]
    columns = tuple(Column(each[0], each[1:]) for each in zip(*rows, strict=True))
    table = Table("small.csv", columns, range(2, len(rows) + 1))
    return to_dataset(table, [shipped("satisfaction")], **options)


def test_the_tap_water_answers(tapwater: Imported) -> None:
    """690 interviews, 79 screened out for attention, 439 usable: 149, 144 and 146 by suburb."""
    dataset = tapwater.dataset
    assert dataset.n == 690
    assert (dataset.disposition == "screened_out_attention").sum() == 79
    assert dataset.usable.sum() == 439
    by_brand = [int((dataset.usable & (dataset.brand == code)).sum()) for code in "123"]
    assert by_brand == [149, 144, 146]
    assert (dataset.instructed == 0).sum() == 79
    assert np.nanmedian(dataset.seconds) == 178.5
    assert not dataset.simulated


@pytest.mark.parametrize(
    ("suburb", "cognitive", "affective"),
    [("1", 29.61, 21.62), ("2", 30.85, 22.08), ("3", 30.08, 21.71)],
)
def test_the_known_sums_of_the_tap_water_answers(
    tapwater: Imported, suburb: str, cognitive: float, affective: float
) -> None:
    """Mean sums by suburb agree with the published analysis to two decimals."""
    dataset = tapwater.dataset.select(tapwater.dataset.usable & (tapwater.dataset.brand == suburb))
    assert dataset.keyed("cognitive").sum(axis=1).mean() == pytest.approx(cognitive, abs=0.005)
    assert dataset.keyed("affective").sum(axis=1).mean() == pytest.approx(affective, abs=0.005)


def test_what_was_detected_is_told(tapwater: Imported) -> None:
    """Every column that was given a part without being named stands in the notes."""
    notes = " ".join(tapwater.notes)
    for column in ("'term'", "'Q_TotalDuration'", "'trap'", "'ResponseId'"):
        assert column in notes
    assert "79 screened_out_attention" in notes


def test_without_dispositions_all_answers_make_an_interview_complete() -> None:
    """All items answered: complete; some: partial and usable; none: partial and not usable."""
    dataset = _import("sat1,sat2,sat3\n1,2,3\n1,NA,3\n,.,-99").dataset
    assert dataset.disposition.tolist() == ["complete", "partial", "partial"]
    assert dataset.usable.tolist() == [True, True, False]
    assert dataset.answers[1].tolist() == [1, MISSING, 3]


def test_words_of_other_tools_become_dispositions() -> None:
    """Reasons for an early end are understood whatever their case; nothing means complete."""
    text = "term,sat1,sat2,sat3\n" + "\n".join(
        f"{word},1,2,3" for word in ("NA", "", "Attention", "quota_full", "consent", "Partial")
    )
    assert _import(text).dataset.disposition.tolist() == [
        "complete",
        "complete",
        "screened_out_attention",
        "screened_out_ineligible",
        "refused",
        "partial",
    ]


def test_a_column_named_term_may_mean_something_else() -> None:
    """A detected column without any known word is left alone, and that is told."""
    imported = _import("term,sat1,sat2,sat3\nspring,1,2,3\nautumn,1,2,3")
    assert set(imported.dataset.disposition) == {"complete"}
    assert any("does not say how interviews ended" in note for note in imported.notes)


def test_labels_of_the_scale_are_read_as_their_values() -> None:
    """An export of choice texts, in English or Russian, gives the same answers."""
    dataset = _import("sat1,sat2,sat3\nStrongly disagree,agree,Совершенно верно").dataset
    assert dataset.answers.tolist() == [[1, 6, 7]]


def test_numbers_with_a_point_and_other_capitals_are_understood() -> None:
    """``5.0`` is 5, and SPSS-style capitals in a column name leave no doubt."""
    dataset = _import("SAT1,Sat2,sat3\n5.0, 6 ,+7").dataset
    assert dataset.answers.tolist() == [[5, 6, 7]]


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("sat1,sat2,sat3\n1,2,9", {}, "line 2, column sat3: 9 lies outside 1 to 7"),
        ("sat1,sat2,sat3\n1,2,-3", {}, "line 2, column sat3: -3 lies outside 1 to 7"),
        ("sat1,sat2,sat3\n1,2,3.5", {}, "'3.5' is no whole number from 1 to 7"),
        ("sat1,sat2,sat3\n1,2,3\n1,x,3", {}, "line 3, column sat2: 'x' is no whole number"),
        ("sat1,sat2,sta3\n1,2,3", {}, "item sat3 is missing: .* perhaps sta3"),
        ("a,b\n1,2", {}, "none of the 3 items is a column .*sat1, sat2, sat3"),
        ("sat1,sat2,sat3\nNA,,.", {}, "no item has an answer"),
        ("sat1,sat2,sat3\n1,2,3", {"brand_column": "brnd"}, "no column 'brnd'; the columns are"),
        (
            "suburb,sat1,sat2,sat3\n1,1,2,3",
            {"brand_column": "suburbs"},
            r"no column 'suburbs'; perhaps suburb\?",
        ),
        ("b,sat1,sat2,sat3\nNA,1,2,3", {"brand_column": "b"}, "column b: no cell is filled"),
        (
            "b,sat1,sat2,sat3\n,1,2,3\nA,,,",
            {"brand_column": "b"},
            "column b: it is filled only where no item was answered",
        ),
        (
            "id,sat1,sat2,sat3\nA,1,2,3\nB,1,2,3\nA,1,2,3",
            {},
            "line 4, column id: 'A' stands in line 2 too",
        ),
        ("id,sat1,sat2,sat3\nA,1,2,3\n,1,2,3", {}, "line 3, column id: no identifier"),
        (
            "term,sat1,sat2,sat3\nattention,1,2,3\nbot,1,2,3",
            {},
            "line 3, column term: 'bot' is no known disposition",
        ),
        (
            "end,sat1,sat2,sat3\nspring,1,2,3",
            {"disposition_column": "end"},
            "line 2, column end: 'spring' is no known disposition",
        ),
        (
            "t,sat1,sat2,sat3\nlong,1,2,3",
            {"duration_column": "t"},
            "line 2, column t: 'long' cannot be read as a duration",
        ),
        (
            "t,sat1,sat2,sat3\n4,1,2,3",
            {"instructed_column": "t"},
            "line 2, column t: '4' cannot be read as 1",
        ),
    ],
)
def test_what_stands_in_the_way_is_told_with_its_place(
    text: str, options: dict[str, Any], told: str
) -> None:
    """Each fault names the file, the line and column, and how to mend it."""
    with pytest.raises(ExchangeError, match=told) as caught:
        _import(text, **options)
    assert all(line.startswith("small.csv") for line in str(caught.value).splitlines())


@pytest.mark.parametrize("part", ["brand", "wave", "language"])
def test_column_of_whole_texts_is_no_column_of_codes(part: str) -> None:
    """A column of answers in words, taken for the brands, is told with its line."""
    text = f"text,sat1,sat2,sat3\nfine,7,7,7\n{'words ' * 50},7,7,7"
    with pytest.raises(ExchangeError, match=f"line 3, column text: .* column of the {part}"):
        _import(text, **{f"{part}_column": "text"})


def test_codes_have_no_signs_that_steer_a_terminal() -> None:
    """Control characters and signs that turn a line around are left out of codes."""
    text = "brand,sat1,sat2,sat3\n\x1b[31mred\u202e,7,7,7\n\x07blue,1,1,1"
    assert _import(text).dataset.brand.tolist() == ["[31mred", "blue"]


def test_all_faults_are_told_at_once_and_many_are_counted() -> None:
    """Nine bad cells show five places and the count of the rest, beside other faults."""
    text = "id,sat1,sat2\n" + "\n".join(f"{i},8,1" for i in range(9))
    with pytest.raises(ExchangeError) as caught:
        _import(text, wave_column="wawe")
    told = str(caught.value)
    assert told.count("8 lies outside") == 5
    assert "and 4 more like these" in told
    assert "item sat3 is missing" in told
    assert "no column 'wawe'" in told


def test_own_codes_for_missing() -> None:
    """A code for missing counts only where it lies outside the scale."""
    dataset = _import("sat1,sat2,sat3\n1,99,7", missing={"99", "7"}).dataset
    assert dataset.answers.tolist() == [[1, MISSING, 7]]


def test_doubtful_detected_columns_are_not_used() -> None:
    """A trap column that holds raw answers is not taken for passed and failed."""
    imported = _import("trap,seconds,sat1,sat2,sat3\n1,12,1,2,3\n6,fast,1,2,3")
    assert np.isnan(imported.dataset.instructed).all()
    assert imported.dataset.seconds[0] == 12
    notes = " ".join(imported.notes)
    assert "holds more than 0 and 1" in notes
    assert "first line 3, column seconds" in notes


def test_usable_interviews_without_a_brand_are_noted() -> None:
    """A blank brand beside others is kept apart and counted."""
    imported = _import("b,sat1,sat2,sat3\nA,1,2,3\n,1,2,3", brand_column="b")
    assert imported.dataset.brand.tolist() == ["A", ""]
    assert "Usable interviews without a brand: 1, first line 3, column b." in imported.notes


def test_a_simulated_file_stays_simulated() -> None:
    """Answers that say they were made by a simulator keep saying so."""
    assert _import("simulated,sat1,sat2,sat3\n1,1,2,3").dataset.simulated
    assert not _import("simulated,sat1,sat2,sat3\n0,1,2,3").dataset.simulated


def test_brand_names_of_an_spss_file_are_kept(pii: Instrument) -> None:
    """Value labels of the brand column come along with the codes."""
    cells = [Column(item.id, ("4",)) for item in pii.items()]
    brand = Column("suburb", ("1",), value_labels={"1": "North"})
    imported = to_dataset(
        Table("a.sav", (brand, *cells), [1], "case"), [pii], brand_column="suburb"
    )
    assert imported.dataset.brand.tolist() == ["1"]
    assert imported.brand_labels == {"1": "North"}


def test_a_hundred_thousand_interviews_are_read(write_file: Any, pii: Instrument) -> None:
    """A large plain file becomes a Dataset of the same answers."""
    rng = np.random.default_rng(7)
    answers = rng.integers(1, 8, (100_000, 10))
    header = ",".join(item.id for item in pii.items())
    lines = [",".join(row) for row in answers.astype(str).tolist()]
    imported = to_dataset(read_table(write_file("a.csv", "\n".join([header, *lines]))), [pii])
    assert np.array_equal(imported.dataset.answers, answers)


@given(
    st.lists(
        st.tuples(*[st.one_of(st.text(max_size=8), st.sampled_from(["1", "7", "NA", "8"]))] * 5),
        min_size=1,
        max_size=6,
    )
)
def test_any_cells_are_a_dataset_or_told_faults(rows: list[tuple[str, ...]]) -> None:
    """Whatever stands in the cells, the outcome is a Dataset within the scale or a refusal."""
    names = ("id", "term", "sat1", "sat2", "sat3")
    columns = tuple(map(Column, names, zip(*rows, strict=True)))
    table = Table("any.csv", columns, range(1, len(rows) + 1))
    try:
        dataset = to_dataset(table, [shipped("satisfaction")]).dataset
    except ExchangeError as error:
        faults = error.faults
    else:
        faults = ()
        given_answers = dataset.answers[dataset.answers != MISSING]
        assert ((given_answers >= 1) & (given_answers <= 7)).all()
    assert all(fault.what for fault in faults)


def test_rows_of_one_person_are_known_by_their_column() -> None:
    """As exports tell them; a column of that name that puts two rows about one brand together
    tells something else, and is not used; a blank cell is a person alone."""
    rows = "1,A,p1,1,2,3\n2,B,p1,1,2,3\n3,A,p2,1,2,3\n4,B,,1,2,3\n5,A,,1,2,3"
    imported = _import(f"respondent,brand,cluster,sat1,sat2,sat3\n{rows}")
    assert imported.dataset.cluster is not None
    assert imported.dataset.cluster.tolist() == ["p1", "p1", "p2", "row-3", "row-4"]
    other = _import(f"respondent,brand,cluster,sat1,sat2,sat3\n{rows.replace('p2', 'p1')}")
    assert other.dataset.cluster is None
    assert "it does not tell people apart; it is not used." in " ".join(other.notes)
    assert _import("respondent,brand,sat1,sat2,sat3\n1,A,1,2,3").dataset.cluster is None
