"""The tokens of links of one's own: worked out from the application's secret, kept as a hash.

A reminder repeats the link of the invitation, so the token must be found again; it is worked out
from the invitation's random key and the secret. Whoever has the database without the secret cannot
use a link, and whoever has both finds the token of a contact but no interview that it belongs to.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

TOKEN_BYTES = 16


def token_of(secret_key: str, invitation_key: str) -> str:
    """The token of an invitation: 128 bits, 22 characters that can stand in an address."""
    purpose = hmac.digest(secret_key.encode(), b"token of an invitation", hashlib.sha256)
    token = hmac.digest(purpose, invitation_key.encode(), hashlib.sha256)[:TOKEN_BYTES]
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """What is kept of a token (SHA-256, hex)."""
    return hashlib.sha256(token.encode()).hexdigest()
