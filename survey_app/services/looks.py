"""Whose a scorecard is, to be seen at a glance: a colour and a logo for each brand.

They change no answer, so they can be chosen whatever the state of the study.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.look import Look
    from survey_app.domain.study import Brand, Study
    from survey_app.storage.database import UnitOfWork


def looks_of(unit: UnitOfWork, study: Study) -> Mapping[str, Look]:
    """The look of each brand of a study that has a colour or a logo, by its code."""
    from reports.logos.kept import logo_kept
    from reports.look import look

    files = unit.logos.of_study(study.id) if study.id is not None else {}
    logos = {code: logo_kept(*file) for code, file in files.items()}
    return {
        brand.code: look(brand.colour, logos.get(brand.code))
        for brand in study.brands
        if brand.colour or brand.code in logos
    }


def look_of(unit: UnitOfWork, brand: Brand) -> Look:
    """The look of one brand; the plain one where nothing was chosen."""
    from reports.logos.kept import logo_kept
    from reports.look import look

    found = logo_file(unit, brand)
    return look(brand.colour, logo_kept(*found) if found else None)


def logo_file(unit: UnitOfWork, brand: Brand) -> tuple[bytes, str] | None:
    """A brand's logo and its media type; None where it has none."""
    return unit.logos.of_brand(brand.id) if brand.id is not None else None


def choose_colour(brand: Brand, text: str) -> None:
    """Give a brand a colour (``#rrggbb``), or none (""). Raises reports.look.ColourError."""
    from reports.look import checked_colour

    brand.colour = checked_colour(text)


def take_logo(unit: UnitOfWork, brand: Brand, content: bytes) -> None:
    """Give a brand the logo of a PNG, JPEG or SVG file, drawn anew.

    Raises
    ------
    reports.logos.model.LogoError
        the file cannot be taken as a logo.
    """
    from reports.logos.kept import kept, logo_from

    drawn, brand.logo_type = kept(logo_from(content))
    if brand.id is not None:
        unit.logos.keep(brand.id, drawn)


def remove_logo(unit: UnitOfWork, brand: Brand) -> None:
    """Take a brand's logo away."""
    brand.logo_type = ""
    if brand.id is not None:
        unit.logos.keep(brand.id, None)
