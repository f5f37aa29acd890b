"""Users as they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from survey_app.domain.user import Role, User, email_as_kept
from survey_app.storage.tables import brand, brand_manager, user

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


LARGEST_ID = 2**31 - 1
"""A larger number fits no identifier and, sent to the database, would be an error."""


class Users:
    """The users of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: User) -> None:
        """Keep a new user."""
        self._session.add(new)

    def by_id(self, user_id: int) -> User | None:
        """The user with an identifier, or None."""
        return self._session.get(User, user_id) if user_id <= LARGEST_ID else None

    def by_email(self, email: str) -> User | None:
        """The user with an e-mail address, however it is written, or None."""
        wanted = email_as_kept(email)
        if not wanted.isprintable():  # PostgreSQL takes no NUL, not even to look for it
            return None
        query = select(User).where(user.c.email == wanted)
        return self._session.scalars(query).one_or_none()

    def all(self) -> list[User]:
        """Every user by e-mail address."""
        return list(self._session.scalars(select(User).order_by(user.c.email)))

    def managers_of(self, study_id: int) -> list[User]:
        """Managers, active or not, to whom a brand of a study is assigned, by e-mail address."""
        assigned = (
            select(brand_manager.c.user_id)
            .join(brand, brand.c.id == brand_manager.c.brand_id)
            .where(brand.c.study_id == study_id)
        )
        query = (
            select(User)
            .where(user.c.role == Role.MANAGER, user.c.id.in_(assigned))
            .order_by(user.c.email)
        )
        return list(self._session.scalars(query))
