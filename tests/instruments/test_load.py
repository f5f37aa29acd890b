"""Definition files become instruments, or are refused with file, line, place and mend."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from instruments.load import InstrumentError, available, load_instrument, shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_file_becomes_an_instrument(
    definition: str, yaml_file: Callable[[str | bytes], Path]
) -> None:
    """Scales, items, keying, format and wording arrive as they stand in the file."""
    instrument = load_instrument(yaml_file(definition))
    (scale,) = instrument.scales
    assert [item.id for item in instrument.items()] == ["a", "b"]
    assert [item.reversed for item in scale.items] == [False, True]
    assert scale.format.labels["en"] == {1: "No", 2: "Perhaps", 3: "Yes"}
    assert scale.items[0].wording("en", "Acme") == "I like Acme."
    assert instrument.is_worded("en")


@pytest.mark.parametrize(
    ("old", "new", "line", "place", "told"),
    [
        ('version: "1.0"', "version: 1.0", 2, "version", "put it in quotes"),
        ("wording: project", "wording: mine", 7, "wording", "not one of project"),
        ("licence: MIT\n", "", 1, "", "'licence' is missing"),
        ("licence: MIT", "license: MIT", 6, "license", "allowed are id, version"),
        ("doi: null", "doi: nope", 5, "citation.doi", "a DOI such as"),
        ("languages: [en]", "languages: [no]", 4, "languages[0]", "False is not text"),
        ("kind: agreement", "kind: guess", 10, "formats.agreement_3.kind", "not one of"),
        ("maximum: 3", "maximum: 2", 14, "formats.agreement_3.labels.en.3", "outside 1 to 2"),
        ("maximum: 3", "maximum: 4", 14, "formats.agreement_3.labels.en", "missing for 4"),
        ("maximum: 3", "maximum: 0", 9, "formats.agreement_3", "must span 2 to 101"),
        ("en: {1:", "de: {1:", 14, "formats.agreement_3.labels.de", "not in 'languages'"),
        ("format: agreement_3", "format: other", 18, "scales[0].format", "are agreement_3"),
        ("reversed: [b]", "reversed: [z]", 19, "scales[0].reversed[0]", "its items are a, b"),
        ("- id: b", "- id: a", 24, "scales[0].items[1].id", "'a' stands here twice"),
        ("- id: b", "- id: B!", 24, "scales[0].items[1].id", "beginning with a letter"),
        ("scale: liking", "scale: other", 28, "evidence[0].scale", "the scales are liking"),
        ("value: null", "value: .nan", 28, "evidence[0].value", "finite"),
        ("avoid {brand}", "avoid {name}", 26, "scales[0].items[1].text.en", "only {brand}"),
        ('text: {en: "I like {brand}."}', "text: {de: Ja}", 21, "scales[0].items[0]", "no wording"),
        (
            'text: {en: "I like {brand}."}',
            "poles: {en: [bad, good]}",
            23,
            "scales[0].items[0].poles",
            "use 'text'",
        ),
    ],
)
def test_a_fault_is_told_with_line_place_and_mend(
    definition: str,
    yaml_file: Callable[[str | bytes], Path],
    old: str,
    new: str,
    line: int,
    place: str,
    told: str,
) -> None:
    """Each broken rule is reported at its own line and path, in words that mend it."""
    assert old in definition
    path = yaml_file(definition.replace(old, new, 1))
    with pytest.raises(InstrumentError) as caught:
        load_instrument(path)
    found = {(problem.line, problem.place): problem.what for problem in caught.value.problems}
    assert told in found[line, place]
    assert str(path) in str(caught.value)


def test_all_faults_are_told_at_once(
    definition: str, yaml_file: Callable[[str | bytes], Path]
) -> None:
    """Three faults in one file give three problems, in the order of the file."""
    broken = definition.replace('version: "1.0"', "version: 1.0").replace("doi: null", "doi: x")
    broken = broken.replace("value: null", "value: high")
    with pytest.raises(InstrumentError) as caught:
        load_instrument(yaml_file(broken))
    assert [problem.line for problem in caught.value.problems] == [2, 5, 28]


def test_a_semantic_differential_needs_poles(
    definition: str, yaml_file: Callable[[str | bytes], Path]
) -> None:
    """Text where poles belong is refused."""
    broken = definition.replace("kind: agreement", "kind: semantic_differential")
    with pytest.raises(InstrumentError, match="use 'poles'"):
        load_instrument(yaml_file(broken))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is not a mapping"),
        ("a: [1", "line 2: this is not YAML"),
        ("a: &x [1]\nb: *x\n", "line 1, a: anchors and aliases"),
        ("b: *x\n", "line 1, b: anchors and aliases"),
        ("a: 1\na: 2\n", "line 2, a: this key stands here twice"),
        ("a: 1\n---\nb: 1\n", "line 2: a second document"),
        ("a: !!python/object/apply:os.getcwd []\n", "line 1, a: the tag .* is not read"),
        ("a: !!python/name:os.getcwd x\n", "the tag tag:yaml.org,2002:python/name:os.getcwd"),
        ("[" * 5000, "nested deeper than 20"),
        ("a: " + "9" * 5000, "cannot be read as a value"),
        (b"a: \x00", "characters that YAML does not allow"),
        (b"name: caf\xe9\n", "line 1: is not UTF-8"),
        (b"\xff" * 1_000_001, "larger than 1,000,000 bytes"),
        ("? [a]\n: 1\n", "a key must be plain text"),
    ],
)
def test_hostile_files_are_refused(
    yaml_file: Callable[[str | bytes], Path], content: str | bytes, told: str
) -> None:
    """What is no plain YAML definition is refused with a message, and nothing is built of it."""
    with pytest.raises(InstrumentError, match=told):
        load_instrument(yaml_file(content))


def test_an_alias_bomb_costs_nothing(yaml_file: Callable[[str | bytes], Path]) -> None:
    """Nine levels of tenfold aliases (a billion values) take as many calls as the first alone."""
    first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"
    others = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    shipped("core_engagement")  # Now all modules are imported; that would be counted too.
    few = calls_until_refused(yaml_file(first))
    assert calls_until_refused(yaml_file("\n".join([first, *others]))) == few


def calls_until_refused(path: Path) -> int:
    """Calls of functions until an anchor in line 1 is refused; fails as soon as they are 10,000."""
    calls, told = 0, ""

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}
        assert calls < 10_000, "a small file is worked on too long"

    sys.setprofile(count)
    try:
        load_instrument(path)
    except InstrumentError as refused:
        told = str(refused)
    finally:
        sys.setprofile(None)
    assert "line 1, a0: anchors and aliases" in told
    return calls


@pytest.mark.parametrize("name", ["missing.yaml", "no/such/file", "nul\0.yaml"])
def test_a_file_that_cannot_be_opened_is_told(name: str) -> None:
    """A missing file or impossible name gives a message, not a traceback of the system."""
    with pytest.raises(InstrumentError, match="cannot be read"):
        load_instrument(name)


def test_an_unknown_identifier_suggests_the_nearest() -> None:
    """A misspelt identifier names the shipped instrument that was probably meant."""
    with pytest.raises(InstrumentError, match="perhaps core_engagement"):
        load_instrument("core_engagment")


def test_shipped_opens_no_other_file() -> None:
    """A path never passes for the identifier of a shipped instrument."""
    with pytest.raises(InstrumentError, match="no shipped instrument"):
        shipped("../definitions/core_engagement")


def test_listing_instruments_imports_nothing_heavy() -> None:
    """The list for a help text is there without YAML, JSON Schema or numbers being imported."""
    code = (
        "import sys; from instruments.load import available; names = available();"
        "print(len(names), [m for m in ('yaml', 'jsonschema', 'numpy') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == f"{len(available())} []"
