"""What the pages of a kiosk carry in their address instead of a cookie: which start screen the
device shows, and that they were opened a moment ago.

Whoever comes next finds no cookie, and the addresses that the browser remembers lead to the start
screen once they are older than `SECONDS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from survey_app.web.current import settings

if TYPE_CHECKING:
    from survey_app.services.collect import Position

KIOSK = "kiosk"
"""The channel of interviews at a kiosk, and the argument that carries the pass."""
SECONDS = 300
IDLE_SECONDS, ASKING_SECONDS, THANKS_SECONDS = 90, 20, 15
FAILED_SECONDS = 30
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
    told = {**_screen(), "i": position.interview_key, "s": position.study.key}
    return {KIOSK: _serializer().dumps(told)}


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


def home_after_failure() -> str:
    """The start screen of this device where a request at a kiosk failed; empty for any other."""
    at_kiosk = request.endpoint in {"respond.kiosk", "respond.kiosk_start_page"}
    study_key = _read(None).get("s")
    if study_key is None and at_kiosk and request.view_args:
        study_key = request.view_args["study_key"]
    return home(str(study_key)) if study_key else ""


def _screen() -> dict[str, str]:
    screen = g.get("kiosk") or _read(None) or request.args
    return {name: str(screen.get(name, "")) for name in ("b", "p")}


def _read(seconds: int | None) -> dict[str, Any]:
    try:
        read = _serializer().loads(request.args.get(KIOSK, ""), max_age=seconds)
    except BadData:
        return {}
    return dict(read)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="kiosk")
