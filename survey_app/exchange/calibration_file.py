"""Calibrations of scales as a JSON file, to be carried to the study that asks adaptively."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from survey_app.exchange.atomic import replacing
from survey_app.exchange.errors import ExchangeError, Fault, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from psychometrics.irt.calibration import Calibration

KIND = "engage calibrations"
LARGEST_FILE = 5_000_000


def calibrations_json(calibrations: Mapping[str, Calibration]) -> bytes:
    """Calibrations by scale; `parse_calibrations` reads them."""
    plain = {scale: each.to_plain() for scale, each in calibrations.items()}
    text = json.dumps({"kind": KIND, "scales": plain}, indent=1, ensure_ascii=False)
    return f"{text}\n".encode()


def write_calibrations(path: Path, calibrations: Mapping[str, Calibration]) -> Path:
    """Write calibrations at `path`, whole or not at all. Raises ExchangeError."""
    with replacing(path) as (part,):
        part.write_bytes(calibrations_json(calibrations))
    return path


def read_calibrations(path: Path) -> dict[str, Calibration]:
    """Calibrations by scale. Raises ExchangeError with every fault, as `parse_calibrations`."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise refusal(str(path), f"is larger than {LARGEST_FILE:,} bytes; no calibration is.")
        raw = path.read_bytes()
    except OSError as error:
        raise refusal(str(path), f"cannot be read ({error.strerror}).") from None
    return parse_calibrations(str(path), raw)


def parse_calibrations(name: str, raw: bytes) -> dict[str, Calibration]:
    """Calibrations by scale from the bytes of a file called `name`.

    Raises
    ------
    ExchangeError
        no JSON, another kind of file, or calibrations that cannot be; every fault with its scale.
    """
    from psychometrics.irt.calibration import Calibration, CalibrationError

    found, faults = {}, []
    for scale, plain in _scales(name, raw).items():
        try:
            found[scale] = Calibration.from_plain(plain)
        except CalibrationError as error:
            faults += [Fault(f"scale {scale}", line) for line in str(error).splitlines()]
            continue
        if found[scale].scale != scale:
            faults.append(Fault(f"scale {scale}", f"holds that of scale {found[scale].scale}."))
    if faults:
        raise ExchangeError(name, faults)
    return found


def _scales(name: str, raw: bytes) -> dict[str, Any]:
    try:
        content = json.loads(raw.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        what = "is no JSON file; give one that `engage calibrate` wrote."
        raise refusal(name, what) from None
    scales = content.get("scales") if isinstance(content, dict) else None
    if not isinstance(scales, dict) or not scales or content.get("kind") != KIND:
        raise refusal(name, "holds no calibrations; give a file that `engage calibrate` wrote.")
    return scales


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
