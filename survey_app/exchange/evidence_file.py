"""An instrument's evidence as a file: JSON to carry to another installation, CSV to be read.

A file holds no answers, no brand names and no link of a survey.
"""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from survey_app.domain.evidence import WaveEvidence
from survey_app.exchange.atomic import replacing
from survey_app.exchange.errors import ExchangeError, Fault, refusal
from survey_app.exchange.evidence_check import evidence_faults
from survey_app.exchange.evidence_table import evidence_rows
from survey_app.exchange.plain_text import neutral, writable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

KIND = "engage evidence"
LARGEST_FILE = 20_000_000

_PLAIN = ("label", "instrument_version", "form", "source", "fingerprint", "simulated")
_MORE = ("software_version", "format", "figures")


def evidence_json(instrument_id: str, waves: Iterable[WaveEvidence]) -> bytes:
    """The waves as JSON with a digest that tells damage; `read_evidence` reads it."""
    plain = [wave_plain(wave) for wave in waves]
    content = {
        "kind": KIND,
        "instrument": instrument_id,
        "digest": _digest(plain),
        "waves": plain,
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def evidence_csv(waves: Iterable[WaveEvidence]) -> str:
    """One row for each scale of each wave, unrounded; text that looks like a formula begins with
    an apostrophe."""
    import io

    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for row in evidence_rows(waves):
        writer.writerow([_cell(cell) for cell in row])
    return stream.getvalue()


def write_evidence(path: Path, instrument_id: str, waves: Sequence[WaveEvidence]) -> None:
    """Write the waves at `path`, as CSV where its name ends so, else as JSON. Raises
    ExchangeError where it cannot be written."""
    if path.suffix.lower() == ".csv":
        content = evidence_csv(waves).encode()
    else:
        content = evidence_json(instrument_id, waves)
    with replacing(path) as (part,):
        part.write_bytes(content)


def read_evidence(path: Path, instrument_id: str) -> list[WaveEvidence]:
    """The waves of a file, not yet kept.

    Raises
    ------
    ExchangeError
        no JSON, not the evidence of this instrument, damaged, or figures that cannot be; every
        fault with its place.
    """
    content = _content(path)
    faults = [Fault(place, what) for place, what in evidence_faults(str(path), content)]
    if faults:
        raise ExchangeError(str(path), faults)
    if content["instrument"] != instrument_id:
        what = f"is evidence of {content['instrument']}, not of {instrument_id}."
        raise refusal(str(path), what)
    if content["digest"] != _digest(content["waves"]):
        what = "was changed or damaged after it was written (the digest differs); export it again."
        raise refusal(str(path), what)
    return [_wave(instrument_id, plain) for plain in content["waves"]]


def _content(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise refusal(str(path), f"is larger than {LARGEST_FILE:,} bytes; no evidence is.")
        raw = path.read_bytes()
    except OSError as error:
        raise refusal(str(path), f"cannot be read ({error.strerror}).") from None
    try:
        return json.loads(raw.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        what = "is no JSON file; give one that `engage instruments evidence ID --export` wrote."
        raise refusal(str(path), what) from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _digest(waves: Sequence[Any]) -> str:
    text = json.dumps(waves, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def wave_plain(wave: WaveEvidence) -> dict[str, Any]:
    """A wave as a file holds it: no identifier of a study, nobody's name."""
    return {
        **{name: getattr(wave, name) for name in _PLAIN},
        "n": wave.n,
        "first_day": _day(wave.first_day),
        "last_day": _day(wave.last_day),
        "analysed_at": wave.analysed_at.isoformat(),
        **{name: getattr(wave, name) for name in _MORE},
    }


def _wave(instrument_id: str, plain: dict[str, Any]) -> WaveEvidence:
    return WaveEvidence(
        instrument_id=instrument_id,
        **{name: plain[name] for name in (*_PLAIN, *_MORE)},
        n=int(plain["n"]),
        first_day=_read_day(plain["first_day"]),
        last_day=_read_day(plain["last_day"]),
        analysed_at=datetime.fromisoformat(plain["analysed_at"]),
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _read_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _cell(value: object) -> object:
    return neutral(writable(value)) if isinstance(value, str) else value
