"""What the pages of a kiosk carry in their address instead of a cookie: which start screen the
device shows, and that they were opened a moment ago.

Whoever comes next finds no cookie, and the addresses that the browser remembers lead to the start
screen once they are older than `SECONDS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from survey_app.web.current import settings

if TYPE_CHECKING:
    from survey_app.services.collect import Position

KIOSK = "kiosk"
"""The channel of interviews at a kiosk, and the argument that carries the pass."""
SECONDS = 300
IDLE_SECONDS, ASKING_SECONDS, THANKS_SECONDS = 90, 20, 15
"""Until a page asks whether somebody is there, then until it goes back; how long thanks stay."""
IDLE_WITHOUT_SCRIPT = 180
"""Without a script nothing tells whether the screen is touched; a page takes about a minute."""


def is_kiosk(position: Position) -> bool:
    """Whether an interview is answered at a kiosk."""
    return position.answered.facts.get("channel") == KIOSK


def set_up(brand: str, place: str) -> None:
    """Remember, during this request, which start screen the device shows."""
    g.kiosk = {"b": brand, "p": place}


def kiosk_argument(position: Position) -> dict[str, Any]:
    """What the next address of an interview carries; nothing where it is not at a kiosk."""
    if not is_kiosk(position):
        return {}
    return {KIOSK: _serializer().dumps({**_screen(), "i": position.interview_key})}


def may_look(position: Position) -> bool:
    """Whether this request may show what an interview at a kiosk holds: it comes from a page that
    was opened a moment ago. Always, where it is not at a kiosk."""
    if not is_kiosk(position):
        return True
    return _read(SECONDS).get("i") == position.interview_key


def home(study_key: str) -> str:
    """The start screen of this device."""
    screen = _screen()
    return url_for(
        "respond.kiosk", study_key=study_key, b=screen["b"] or None, p=screen["p"] or None
    )


def _screen() -> dict[str, str]:
    screen = g.get("kiosk") or _read(None)
    return {name: str(screen.get(name, "")) for name in ("b", "p")}


def _read(seconds: int | None) -> dict[str, Any]:
    try:
        read = _serializer().loads(request.args.get(KIOSK, ""), max_age=seconds)
    except BadSignature:
        return {}
    return dict(read)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="kiosk")
