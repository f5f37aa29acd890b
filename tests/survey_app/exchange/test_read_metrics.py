"""Files of metrics: forgiving headers, strict cells, every fault with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.metrics import standard_metrics
from survey_app.exchange.errors import ExchangeError
from survey_app.exchange.read import read_table
from survey_app.exchange.read_metrics import HEADERS, Known, ReadMetrics, to_metric_values
from survey_app.exchange.read_weights import read_weights
from survey_app.exchange.table import Column, Table

if TYPE_CHECKING:
    from pathlib import Path

    from instruments.metrics import WeightProfile

KNOWN = Known(
    standard_metrics(),
    {"north": ("North & Co", "Север"), "south": ("South",)},
    {"w1": ("First wave",), "w2": ("Second wave",)},
)
HEAD = "person,brand,wave,metric,value\n"


def read(tmp_path: Path, text: str, known: Known = KNOWN) -> ReadMetrics:
    """The values in a CSV file of this text."""
    path = tmp_path / "metrics.csv"
    path.write_text(text, encoding="utf-8")
    return to_metric_values(read_table(path), known)


def faults(tmp_path: Path, text: str, known: Known = KNOWN) -> dict[str, str]:
    """Place → what, of everything that is wrong with a file."""
    with pytest.raises(ExchangeError) as caught:
        read(tmp_path, text, known)
    return {fault.place: fault.what for fault in caught.value.faults}


def test_people_are_read(tmp_path: Path) -> None:
    """A row for each person, brand, wave and metric becomes a value of a person."""
    found = read(tmp_path, HEAD + "p1,north,w1,likes,3\np2,south,w2,recency,0.5\n").values
    assert found.unit.tolist() == ["person", "person"]
    assert found.subject.tolist() == ["p1", "p2"]
    assert found.brand.tolist() == ["north", "south"]
    assert found.wave.tolist() == ["w1", "w2"]
    assert found.metric.tolist() == ["likes", "recency"]
    np.testing.assert_array_equal(found.value, [3.0, 0.5])


@pytest.mark.parametrize(
    ("header", "row", "unit", "subject"),
    [
        ("Respondent_ID;Brand;Wave;Metric;Value", "7;north;w1;likes;3", "person", "7"),
        ("Customer;Brand code;Period;KPI;Amount", "a b;North & Co;first WAVE;Likes;3", "person", 0),
        ("Segment;brand;wave;metric;value", "18-29;Север;w1;Репосты;3", "cell", "18-29"),
        ("brand;wave;metric;value;cell", "NORTH;w1;Visit-Frequency;3;", "cell", ""),
        ("subject;unit;brand;wave;metric;value", "x;person;north;w1;likes;3", "person", "x"),
        ("subject;unit;brand;wave;metric;value", "x;Segment;north;w1;likes;3", "cell", "x"),
        ("person;cell;brand;wave;metric;value", ";east;north;w1;likes;3", "cell", "east"),
    ],
)
def test_headers_and_names_are_forgiving(
    tmp_path: Path, header: str, row: str, unit: str, subject: str | int
) -> None:
    """Usual names of columns, and names of brands, waves and metrics in any language."""
    found = read(tmp_path, f"{header}\n{row}\n").values
    assert found.unit.tolist() == [unit]
    assert found.subject.tolist() == ["a b" if subject == 0 else subject]
    assert found.brand.tolist() == ["north"]
    assert found.wave.tolist() == ["w1"]
    assert found.value.tolist() == [3.0]


def test_the_only_brand_and_wave_need_no_column(tmp_path: Path) -> None:
    """Where a study has one brand and one wave, the file need not repeat them; a note says so."""
    known = Known(KNOWN.metrics, {"north": ()}, {"w1": ()})
    found = read(tmp_path, "metric,value\nsales,1200\n", known)
    assert (found.values.brand[0], found.values.wave[0]) == ("north", "w1")
    assert [note for note in found.notes if "every row is of" in note] == [
        "There is no column for the brand; every row is of north.",
        "There is no column for the wave; every row is of w1.",
    ]


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        ("p1,north,w1,like,3", "metric", "perhaps likes"),
        ("p1,north,w1,zzzzzz,3", "metric", "engage metrics list"),
        ("p1,nort,w1,likes,3", "brand", "perhaps north?"),
        ("p1,,w1,likes,3", "brand", "no brand; fill it in"),
        ("p1,zzz,w1,likes,3", "brand", "it has north, south"),
        ("p1,north,w9,likes,3", "wave", "perhaps w2, w1?"),
        ("p1,north,w1,likes,many", "value", "'many' is no number."),
        ("p1,north,w1,likes,-1", "value", "likes lies from 0 to 1e+15"),
        ("p1,north,w1,likes,1e400", "value", "cannot be"),
        ("p1,north,w1,conversion,45", "value", "45 % is written 0.45"),
        ("p1,north,w1,conversion,45%", "value", "write 45 % as 0.45"),
        ("p1,north,w1,experience,101", "value", "lies from 0 to 100"),
        ('p1,north,w1,sales,"1,234"', "value", "a thousand or a fraction"),
        ("p1,north,w1,sales,1 234 567", "value", "without thousands separators"),
        (f"{'x' * 201},north,w1,likes,3", "person", "longer than 200"),
    ],
)
def test_a_wrong_cell_is_told_with_line_and_column(
    tmp_path: Path, row: str, column: str, told: str
) -> None:
    """What is wrong, where, and how to mend it; nothing of the file is taken."""
    found = faults(tmp_path, f"{HEAD}p0,north,w1,likes,1\n{row}\n")
    assert told in found[f"line 3, column {column}"]
    assert len(found) == 1


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """The first of each kind with their lines, the rest counted."""
    rows = "".join(f"p{n},nowhere,w1,likes,x\n" for n in range(9))
    with pytest.raises(ExchangeError) as caught:
        read(tmp_path, HEAD + rows)
    lines = str(caught.value).splitlines()
    assert sum("nowhere" in line for line in lines) == 5
    assert sum("and 4 more like these" in line for line in lines) == 2


def test_doubled_rows_are_refused(tmp_path: Path) -> None:
    """The same person, brand, wave and metric twice, also under another name of the brand."""
    rows = "p1,north,w1,likes,3\np1,south,w1,likes,3\np1,Север,w1,Likes,4\n"
    found = faults(tmp_path, HEAD + rows)
    assert "stand in line 2 too" in found["line 4, column metric"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("person,brand,wave,value\np,north,w1,3\n", "no column for the metric"),
        ("person,brand,wave,metric\np,north,w1,likes\n", "no column for the value"),
        ("person,wave,metric,value\np,w1,likes,3\n", "no column for the brand"),
        ("id,brand,wave,metric,value\np,north,w1,likes,3\n", "people or cells; name it"),
        ("person,user,brand,wave,metric,value\np,p,north,w1,likes,3\n", "several columns"),
        (HEAD + "p,north,w1,likes,NA\n", "no row has a value"),
    ],
)
def test_a_file_that_lacks_something_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """A missing column, an unclear one, or no value at all."""
    assert told in "\n".join(faults(tmp_path, text).values())


def test_a_person_and_a_cell_exclude_each_other(tmp_path: Path) -> None:
    """A value of both is refused; so are a person without identifier and an unknown unit."""
    head = "person,cell,brand,wave,metric,value\n"
    found = faults(tmp_path, head + "p1,east,north,w1,likes,3\n")
    assert "not of both" in found["line 2, column person"]
    head = "subject,unit,brand,wave,metric,value\n"
    found = faults(tmp_path, head + ",person,north,w1,likes,3\nx,dog,north,w1,likes,3\n")
    assert "needs an identifier" in found["line 2, column subject"]
    assert "'dog' is no unit" in found["line 3, column unit"]


def test_rows_without_a_value_are_left_out_with_a_note(tmp_path: Path) -> None:
    """A gap is no zero; how many gaps, and where the first stands, is told."""
    found = read(tmp_path, HEAD + "p1,north,w1,likes,\np2,north,w1,likes,0\np3,north,w1,likes,-\n")
    assert found.values.subject.tolist() == ["p2"]
    assert "Rows without a value, not kept: 2, first line 2." in found.notes


def test_decimal_commas_are_read_where_the_column_shows_them(tmp_path: Path) -> None:
    """1,234 is a fraction beside 3,5 and refused beside 3.5."""
    head = "person;brand;wave;metric;value\n"
    rows = "p1;north;w1;sales;3,5\np2;north;w1;sales;1,234\n"
    assert read(tmp_path, head + rows).values.value.tolist() == [3.5, 1.234]
    found = faults(tmp_path, head + rows.replace("3,5", "3.5"))
    assert list(found) == ["line 3, column value"]


def weights(tmp_path: Path, name: str, text: str) -> WeightProfile:
    """The profile in a file."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_weights(path, standard_metrics())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w.yaml", "reviews: 3\nVisit frequency: 1\n"),
        ("w.csv", "Metric;Weight\nreviews;3\nvisit_frequency;1,0\n"),
    ],
)
def test_weights_are_read_from_yaml_and_tables(tmp_path: Path, name: str, text: str) -> None:
    """Both kinds of file give the same profile."""
    found = weights(tmp_path, name, text)
    assert dict(found.weights) == {"reviews": 0.75, "visit_frequency": 0.25}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("w.yaml", "review: 3\n", "line 1: there is no metric 'review'; perhaps reviews"),
        ("w.yaml", "likes: 1\nreviews: three\n", "line 2: the weight of 'reviews' is no number"),
        ("w.yaml", "likes: 1\nLikes: 2\n", "line 2: likes stands here twice"),
        ("w.yaml", "- likes\n", "holds no weights"),
        ("w.yaml", "replies: 2\n", "never netted"),
        ("w.csv", "metric,weight\nsales,3\n", "stand beside engagement"),
        ("w.csv", "metric,weight\nlikes,x\n", "line 2: the weight 'x' is no number"),
        ("w.csv", "metric,share\nlikes,1\n", "no column 'weight'"),
    ],
)
def test_weights_that_cannot_be_used_are_told(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    """Unknown, doubled and unweighable metrics and odd numbers, with their line."""
    with pytest.raises(ExchangeError) as caught:
        weights(tmp_path, name, text)
    assert told in str(caught.value)


CELLS = st.one_of(
    st.sampled_from(
        ["", "p1", "north", "Север", "w1", "likes", "sales", "1,5", "−3", "45%", "nan"]
    ),
    st.text(max_size=12),
    st.floats().map(str),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([*HEADERS, "respondent", "x"]), min_size=1, unique=True),
    st.lists(st.lists(CELLS, min_size=9, max_size=9), min_size=1, max_size=4),
)
def test_whatever_a_file_holds_it_is_read_or_refused(
    header: list[str], rows: list[list[str]]
) -> None:
    """No cell and no set of columns leads to anything but sound values or a refusal."""
    columns = tuple(
        Column(name, tuple(row[place % 9] for row in rows)) for place, name in enumerate(header)
    )
    table = Table("m.csv", columns, range(2, 2 + len(rows)))
    try:
        found = to_metric_values(table, KNOWN).values
    except ExchangeError:
        return
    metrics = standard_metrics()
    pairs = zip(found.metric.tolist(), found.value.tolist(), strict=True)
    assert all(metrics.metric(metric).holds(value) for metric, value in pairs)
    assert set(found.brand.tolist()) <= set(KNOWN.brands)
    assert set(found.wave.tolist()) <= set(KNOWN.waves)
    assert found.n <= len(rows)
