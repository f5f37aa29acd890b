"""Paper that lasts and can be listened to: PDF/A and PDF/UA, judged by a program not ours."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from page import ValidationProfile, validate_pdf
from PIL import Image, ImageCms
from pypdf import PdfReader

from psychometrics.analysis import analyse_scores
from reports.pdf import colour_profile
from reports.pdf.attachments import Attachment
from reports.pdf.document import render
from reports.pdf.layout import render_document
from reports.pdf.text import paragraph
from reports.pdf.theme import PAGE_SIZES
from reports.psychometric_report import psychometric_report, psychometric_report_pdf
from reports.scorecard import scorecard
from tests.reports.surveys import (
    INSTRUMENTS,
    alike_brands,
    facts,
    findings,
    four_brands,
    instruments,
    survey,
    unlike_brands,
)
from tests.reports.test_pdf_document import OUTSIDE, document

if TYPE_CHECKING:
    from pathlib import Path

PROFILES = (ValidationProfile.PDF_A_2A, ValidationProfile.PDF_UA_1)
WITH_ATTACHMENTS = (ValidationProfile.PDF_A_3A, ValidationProfile.PDF_UA_1)
SCRIPT = Attachment("measurement.R", "text/plain", b'print("5 > 4")\n' * 40, "Script <of> R (№ 1)")
PRIVATE = "a \ue000 and \uf8ff of nobody, \U0001f600 and \ufdd0"


def failures(
    content: bytes, folder: Path, profiles: tuple[ValidationProfile, ...] = PROFILES
) -> list[tuple[str, str, str]]:
    """What the checker finds wrong, by profile."""
    path = folder / "report.pdf"
    path.write_bytes(content)
    return [
        (profile.name, failure.rule_id, failure.message)
        for profile in profiles
        for failure in validate_pdf(path, profile=profile).failures
    ]


def many(count: int):
    """A survey of `count` brands, all with interviews enough."""
    dataset = survey({f"brand{place:02}": 60 for place in range(count)})
    return dataset, analyse_scores(dataset)


SURVEYS = {"hidden": (four_brands, "delta"), "one": (lambda: many(1), "brand00")}
SURVEYS |= {"twenty": (lambda: many(20), "brand07"), "four": (four_brands, "alpha")}


@pytest.mark.parametrize("size", PAGE_SIZES)
@pytest.mark.parametrize("language", ["en", "ru", "de", "ar"])
@pytest.mark.parametrize("kind", SURVEYS)
def test_scorecards_conform(kind, language, size, tmp_path):
    """A hidden brand, a single one, one of four and one of twenty, on either paper."""
    make, brand = SURVEYS[kind]
    dataset, analysis = make()
    found = findings(analysis, instruments(*INSTRUMENTS), facts(dataset), brand, language=language)
    content = render_document(scorecard(found), page_size=size)
    assert failures(content, tmp_path) == []


@pytest.mark.parametrize("size", PAGE_SIZES)
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("make", [alike_brands, unlike_brands])
def test_psychometric_reports_conform(make, language, size, tmp_path):
    """With every model tested, whether or not brands may be compared, and with its script."""
    dataset, analysis, measurement = make()
    report = psychometric_report(
        analysis, None, instruments(*INSTRUMENTS), facts(dataset), language, measurement=measurement
    )
    content = render_document(report, page_size=size)
    assert failures(content, tmp_path) == []
    content = render_document(report, page_size=size, attachments=(SCRIPT,))
    assert failures(content, tmp_path, WITH_ATTACHMENTS) == []


def test_every_kind_of_block_conforms(tmp_path):
    """All charts and blocks, hostile words, and characters that no font has or nobody defined."""
    assert failures(render_document(document()), tmp_path) == []
    story = [paragraph(text) for text in (*OUTSIDE, PRIVATE)]
    content = render(story, title=PRIVATE, subject=" & ".join(OUTSIDE), language="ru")
    assert failures(content, tmp_path) == []


def test_a_file_that_does_not_conform_is_found_out(tmp_path):
    """The checker sees that the profile of colours is missing, so its silence means something."""
    content = render([paragraph("one")], title="T").replace(b"/GTS_PDFA1", b"/GTS_PDFX1")
    assert failures(content, tmp_path)


def test_streams_may_end_in_any_byte(tmp_path):
    """Content whose last compressed byte looks like the end of a line is as long as it says."""
    endings = {b"\t": b"\n", b"\f": b"\r", b"one": b"C"}
    assert {content: zlib.compress(content)[-1:] for content in endings} == endings
    files = [Attachment(repr(content), "text/plain", content, "short") for content in endings]
    content = render([paragraph("one")], title="T", attachments=files)
    assert failures(content, tmp_path, WITH_ATTACHMENTS) == []


def test_metadata_agree_with_what_readers_show():
    """Title, subject, creator, producer and dates are the same in both places of the file."""
    content = render([paragraph("one")], title="T & т", subject="<S>", language="ru")
    reader = PdfReader(io.BytesIO(content))
    told, shown = reader.xmp_metadata, reader.metadata
    assert told.dc_title == {"x-default": shown.title}
    assert told.dc_description == {"x-default": shown.subject}
    assert told.dc_language == ["ru"]
    assert told.xmp_creator_tool == shown.creator
    assert told.pdf_producer == shown.producer
    assert told.xmp_create_date.timestamp() == shown.creation_date.timestamp()
    assert told.xmp_modify_date.timestamp() == shown.modification_date.timestamp()


def test_every_file_has_a_name_of_its_own():
    """Files of one title that differ in their words differ in their identifiers."""
    files = [PdfReader(io.BytesIO(render([paragraph(w)], title="T"))) for w in ("one", "two")]
    assert len({reader.trailer["/ID"][0] for reader in files}) == 2


def test_the_profile_is_srgb():
    """The library that printers use reads our profile, and colours come out as they went in."""
    ours = ImageCms.ImageCmsProfile(io.BytesIO(colour_profile.srgb()))
    assert ImageCms.getProfileName(ours).strip() == colour_profile.NAME
    picture = Image.fromarray(
        np.random.default_rng(1).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    )
    theirs = ImageCms.createProfile("sRGB")
    for intent in (ImageCms.Intent.PERCEPTUAL, ImageCms.Intent.ABSOLUTE_COLORIMETRIC):
        turn = ImageCms.buildTransform(ours, theirs, "RGB", "RGB", intent)
        turned = np.asarray(ImageCms.applyTransform(picture, turn), dtype=int)
        assert np.abs(turned - np.asarray(picture, dtype=int)).max() <= 1


def test_an_attached_file_comes_out_as_it_went_in():
    """Name, words and bytes; the file says that it is PDF/A-3, which allows it."""
    content = render([paragraph("one")], title="T", attachments=(SCRIPT,))
    assert render([paragraph("one")], title="T", attachments=(SCRIPT,)) == content
    reader = PdfReader(io.BytesIO(content))
    (attached,) = reader.attachment_list
    assert (attached.name, attached.content) == (SCRIPT.name, SCRIPT.content)
    assert attached.description == SCRIPT.description
    (associated,) = reader.root_object["/AF"]
    assert associated.get_object()["/AFRelationship"] == "/Supplement"
    metadata = reader.root_object["/Metadata"].get_object().get_data()
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata


def test_several_files_are_listed_by_name():
    """Readers look names up in order, whatever the order in which they are given."""
    names = ("b.csv", "a.R", "c.json")
    files = [Attachment(name, "text/plain", name.encode(), name) for name in names]
    reader = PdfReader(io.BytesIO(render([paragraph("one")], title="T", attachments=files)))
    assert [one.name for one in reader.attachment_list] == sorted(names)
    assert {one.name: one.content.decode() for one in reader.attachment_list} == {
        name: name for name in names
    }


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_script_travels_with_the_report(language: str) -> None:
    """Attached to the paper under the name that the report gives; neither without the other."""
    dataset, analysis, measurement = alike_brands()
    given = (analysis, None, instruments(*INSTRUMENTS), facts(dataset), language)
    paper = psychometric_report_pdf(*given, measurement=measurement, script=SCRIPT.content)
    reader = PdfReader(io.BytesIO(paper))
    (attached,) = reader.attachment_list
    assert (attached.name, attached.content) == ("measurement.R", SCRIPT.content)
    text = "".join(page.extract_text() for page in reader.pages)
    assert text.count("measurement.R") == 1
    reader = PdfReader(io.BytesIO(psychometric_report_pdf(*given, measurement=measurement)))
    assert not list(reader.attachment_list)
    assert "measurement.R" not in "".join(page.extract_text() for page in reader.pages)
