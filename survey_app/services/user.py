"""Users: making them, their passwords, roles and brands."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from survey_app.domain.schedule import checked_zone
from survey_app.domain.text import one_line
from survey_app.domain.user import Role, User, UserError, email_as_kept
from survey_app.storage.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argon2 import PasswordHasher

    from survey_app.storage.database import UnitOfWork

__all__ = [
    "MAXIMUM_PASSWORD_LENGTH",
    "MINIMUM_PASSWORD_LENGTH",
    "UserError",
    "assign_brands",
    "create_user",
    "deactivate",
    "password_hasher",
    "reactivate",
    "set_password",
    "set_role",
    "set_time_zone",
]

MINIMUM_PASSWORD_LENGTH = 12
MAXIMUM_PASSWORD_LENGTH = 1024

_EMAIL = re.compile(r"[^@\s<>\"(),;:\\]+@[^@\s<>\"(),;:\\]+\.[^@\s.<>\"(),;:\\]+")


@cache
def password_hasher() -> PasswordHasher:
    """The one hasher: argon2id with the library's recommended cost."""
    from argon2 import PasswordHasher

    return PasswordHasher()


def create_user(
    unit: UnitOfWork, *, email: str, name: str, role: Role | str, password: str
) -> User:
    """Add a user who can sign in. The e-mail address is kept in lower case.

    Raises
    ------
    UserError
        the address is malformed or taken, the name is empty, the role is unknown, or the password
        breaks a rule.
    """
    email = _checked_email(email)
    name = _checked_name(name)
    kind = _checked_role(role)
    password_hash = _hashed(password, email)
    taken = UserError(f"There is already a user with the e-mail address {email}.")
    if unit.users.by_email(email) is not None:
        raise taken
    user = User(email=email, name=name, role=kind, password_hash=password_hash)
    unit.users.add(user)
    try:
        unit.flush()
    except ConflictError:
        raise taken from None
    return user


def set_password(user: User, password: str) -> None:
    """Give a user a new password and end their open sessions. Raises UserError."""
    user.password_hash = _hashed(password, user.email)
    user.session_number += 1


def set_time_zone(user: User, name: str) -> None:
    """Choose whose clocks a user reads and writes days and times by. Raises ScheduleError."""
    checked_zone(name)
    user.time_zone = name


def set_role(unit: UnitOfWork, user: User, role: Role | str) -> None:
    """Give a user another role. Brands stay with managers only.

    Raises UserError when the role is unknown or the last administrator would be lost.
    """
    kind = _checked_role(role)
    if kind is not Role.ADMINISTRATOR:
        _require_other_administrator(unit, user)
    if kind is not Role.MANAGER:
        user.brand_ids = set()
    user.role = kind


def deactivate(unit: UnitOfWork, user: User) -> None:
    """Shut a user out and end their open sessions. Raises UserError for the last administrator."""
    _require_other_administrator(unit, user)
    user.active = False
    user.session_number += 1


def reactivate(user: User) -> None:
    """Let a user in again."""
    user.active = True


def assign_brands(unit: UnitOfWork, user: User, brand_ids: Iterable[int]) -> None:
    """Assign exactly these brands to a manager. Raises UserError for any other role or an
    unknown brand."""
    wanted = set(brand_ids)
    if user.role is not Role.MANAGER:
        raise UserError("Brands are assigned to managers only. Change the role first.")
    known = {brand.id for study in unit.studies.all() for brand in study.brands}
    if wanted - known:
        raise UserError("One of the brands does not exist any more. Open the page again.")
    user.brand_ids = wanted


def _require_other_administrator(unit: UnitOfWork, user: User) -> None:
    if user.role is not Role.ADMINISTRATOR or not user.active:
        return
    others = (u for u in unit.users.all() if u.active and u.role is Role.ADMINISTRATOR)
    if not any(other.id != user.id for other in others):
        raise UserError("This is the last administrator. Make another one first.")


def _checked_email(email: str) -> str:
    cleaned = email_as_kept(email)
    if len(cleaned) > 254 or not (cleaned.isprintable() and _EMAIL.fullmatch(cleaned)):
        raise UserError(f"{email[:100]!r} is not an e-mail address. Write it as name@example.org.")
    return cleaned


def _checked_name(name: str) -> str:
    cleaned = one_line(name)
    if not cleaned or len(cleaned) > 200:
        raise UserError("Give the user a name of 1 to 200 characters.")
    return cleaned


def _checked_role(role: Role | str) -> Role:
    try:
        return Role(role)
    except ValueError:
        known = ", ".join(Role)
        raise UserError(f"There is no role {role!r}. The roles are {known}.") from None


def _hashed(password: str, email: str) -> str:
    if len(password) < MINIMUM_PASSWORD_LENGTH:
        raise UserError(f"The password needs at least {MINIMUM_PASSWORD_LENGTH} characters.")
    if len(password) > MAXIMUM_PASSWORD_LENGTH:
        raise UserError(f"The password may have at most {MAXIMUM_PASSWORD_LENGTH} characters.")
    if password.strip().casefold() == email.casefold():
        raise UserError("The password must not be the e-mail address. Choose another one.")
    if len(set(password)) < 4:
        raise UserError("The password repeats too few characters. Choose another one.")
    return password_hasher().hash(password)
