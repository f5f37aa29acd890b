"""Signing in: equal time for known and unknown users, and few guesses for anybody."""

from __future__ import annotations

import hashlib
import math
from datetime import timedelta
from functools import cache
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from survey_app.domain.study import now
from survey_app.domain.user import email_as_kept
from survey_app.services.user import MAXIMUM_PASSWORD_LENGTH, password_hasher

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.domain.user import User
    from survey_app.storage.database import Database, UnitOfWork

WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_EMAIL = 5
ATTEMPTS_PER_ADDRESS = 30


class SignInError(Exception):
    """Nobody was signed in. The message is meant for the person at the form."""


class SignInRefused(SignInError):
    """The e-mail address and the password do not belong together, or the user is shut out."""


class TooManyAttempts(SignInError):
    """Too many wrong attempts; `wait` says for how long none is looked at."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        minutes = max(1, math.ceil(wait.total_seconds() / 60))
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(f"Too many attempts. Try again in {minutes} {unit}.")


def sign_in(database: Database, email: str, password: str, *, address: str) -> User:
    """The user with this e-mail address and password.

    Every attempt is counted before the password is looked at, for the e-mail address and for the
    network address, in the database, so that all processes count together. A success gives the
    counts back. The password is hashed outside any transaction.

    Raises
    ------
    SignInRefused
        wrong address, wrong password or a user shut out; it cannot be told which.
    TooManyAttempts
        more than 5 wrong attempts in 15 minutes for the e-mail address, or 30 for `address`; of
        an IPv6 address its first 64 bits count.
    """
    subject = _subject("email", email_as_kept(email))
    origin = _subject("address", visitor(address))
    with database.writing() as unit:
        _count(unit, {subject: ATTEMPTS_PER_EMAIL, origin: ATTEMPTS_PER_ADDRESS}, now())
        unit.commit()
    with database.reading() as unit:
        user = unit.users.by_email(email)
    if not _matches(user.password_hash if user else _unused_hash(), password):
        user = None
    if user is None or not user.active:
        raise SignInRefused("The e-mail address or the password is wrong.")
    with database.writing() as unit:
        unit.sign_in_attempts.forget(subject)
        unit.sign_in_attempts.forget_latest(origin)
        unit.commit()
    return user


def _count(unit: UnitOfWork, limits: dict[str, int], moment: datetime) -> None:
    attempts = unit.sign_in_attempts
    attempts.forget_before(moment - WINDOW)
    for subject, limit in limits.items():
        earliest = attempts.moment(subject, back=limit)
        if earliest is not None and earliest > moment - WINDOW:
            raise TooManyAttempts(earliest + WINDOW - moment)
    for subject in limits:
        attempts.add(subject, moment)


def _matches(password_hash: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return password_hasher().verify(password_hash, password[:MAXIMUM_PASSWORD_LENGTH])
    except (VerificationError, InvalidHashError):
        return False


@cache
def _unused_hash() -> str:
    return password_hasher().hash("nobody has this password")


def visitor(address: str) -> str:
    """What one visitor cannot change at will: with IPv6 each has a network of 64 bits."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return address
    return str(parsed.ipv4_mapped or IPv6Network((int(parsed), 64), strict=False))


def _subject(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
