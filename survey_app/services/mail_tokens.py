"""Signed tokens of addresses in mails: the proof that somebody was sent one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from itsdangerous import BadSignature, URLSafeSerializer

if TYPE_CHECKING:
    from survey_app.config import Config


class NoSuchToken(LookupError):
    """The token of an address was not made here, or is damaged."""


def signed(config: Config, purpose: bytes, content: list[Any]) -> str:
    """A token with this content. It serves no other purpose."""
    return str(_serializer(config, purpose).dumps(content))


def read_signed(config: Config, purpose: bytes, token: str) -> list[Any]:
    """What a token holds. Raises NoSuchToken."""
    try:
        return list(_serializer(config, purpose).loads(token))
    except (BadSignature, ValueError, TypeError):
        raise NoSuchToken from None


def _serializer(config: Config, purpose: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(
        config.secret_key, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256}
    )
