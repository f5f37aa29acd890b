"""Something about a questionnaire in the making that has to be mended before it is launched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """The parts of a study in the making, in their order."""

    ABOUT = "about"
    BRANDS = "brands"
    QUESTIONNAIRE = "questionnaire"
    QUOTAS = "quotas"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and how to mend it, in words for whoever makes the study.

    Parameters
    ----------
    part : where it is mended. place : identifier of the block or quota, empty for the whole part.
    instrument : the one that lacks something, empty where none does.
    """

    part: Part
    what: str
    place: str = ""
    instrument: str = ""
