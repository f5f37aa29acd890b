"""What a tagged PDF tells those who listen to it."""

from __future__ import annotations


def alternatives(element: object) -> list[str]:
    """Every alternative text of a tagged document."""
    found: list[str] = []
    waiting = [element]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if "/Alt" in one:
                found.append(str(one["/Alt"]))
            if "/K" in one:
                waiting.append(one["/K"])
    return found
