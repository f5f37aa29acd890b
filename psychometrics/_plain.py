"""Results as plain types that JSON can carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Dataclasses, mappings, arrays and sequences as dict, list, str, int, float, bool or None.

    NaN and infinite values become None: JSON has no word for them. Fields whose name begins with
    an underscore are left out; mapping keys become text.
    """
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if not field.name.startswith("_")]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(entry) for entry in value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value


def plain_fields(result: Any) -> dict[str, Any]:
    """The fields of one result, a dataclass, as plain types: what its ``to_dict`` returns."""
    fields_of_result: dict[str, Any] = plain(result)
    return fields_of_result


def figures_html(result: Any, names: tuple[str, ...]) -> str:
    """Some figures of a result as a table for a notebook."""
    import pandas as pd

    values = {name: getattr(result, name) for name in names}
    return str(pd.DataFrame([values]).to_html(index=False, float_format="{:.3f}".format))
