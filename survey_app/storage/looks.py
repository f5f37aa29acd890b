"""Logos as they are kept: asked for by themselves, since they are large and seldom needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from survey_app.storage.tables import brand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


class Logos:
    """The logos of brands of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_study(self, study_id: int) -> Mapping[str, tuple[bytes, str]]:
        """Content and media type by the code of each brand that has a logo."""
        query = (
            select(brand.c.code, brand.c.logo, brand.c.logo_type)
            .where(brand.c.study_id == study_id, brand.c.logo.is_not(None))
            .order_by(brand.c.position, brand.c.id)
        )
        return {row.code: (row.logo, row.logo_type) for row in self._session.execute(query)}

    def of_brand(self, brand_id: int) -> tuple[bytes, str] | None:
        """Content and media type; None where the brand has no logo."""
        query = select(brand.c.logo, brand.c.logo_type).where(brand.c.id == brand_id)
        row = self._session.execute(query).one_or_none()
        return None if row is None or row.logo is None else (row.logo, row.logo_type)

    def keep(self, brand_id: int, content: bytes | None) -> None:
        """Put a logo in the place of the one before; None for no logo. Its type is the brand's."""
        query = update(brand).where(brand.c.id == brand_id).values(logo=content)
        self._session.execute(query)
