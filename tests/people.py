"""People for tests, with a password whose hash costs next to nothing to check.

A hash names its own costs, so the product checks these as it checks every other. What its own
hashes cost and hold is the matter of tests/survey_app/services/test_user.py and test_sign_in.py.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from survey_app.domain.user import Role, User

if TYPE_CHECKING:
    from survey_app.storage.database import UnitOfWork

PASSWORD = "four unrelated words"


def add_person(
    unit: UnitOfWork, email: str, role: Role | str = Role.RESEARCHER, name: str = "Ada"
) -> User:
    """Add somebody who can sign in with `PASSWORD`."""
    person = User(email, name, Role(role), password_hash=_hash_of_least_cost())
    unit.users.add(person)
    unit.flush()
    return person


@cache
def _hash_of_least_cost() -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
