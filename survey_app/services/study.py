"""Studies: making, opening and closing them, and who may see them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from instruments.load import load_instrument
from instruments.plain import to_plain
from survey_app.domain.frozen_instruments import instruments_of
from survey_app.domain.page import INSTRUCTED_ITEM
from survey_app.domain.study import Brand, Study, StudyError, now
from survey_app.domain.text import one_line, readable
from survey_app.domain.user import Role
from survey_app.services.calibration import require_fitting_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from instruments.model import Instrument
    from survey_app.domain.study import Wave
    from survey_app.domain.user import User
    from survey_app.storage.database import UnitOfWork

__all__ = [
    "StudyError",
    "checked_languages",
    "checked_title",
    "close_study",
    "create_study",
    "instruments_of",
    "open_study",
    "readable_brands",
    "require_brand_codes",
    "revise_study",
    "scorecard_for",
    "set_brands",
    "set_consent",
    "studies_for",
    "study_for",
]

LONGEST_LANGUAGE = 35
"""As many characters as an interview keeps."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_ADDRESSES = frozenset({"portfolio"})
"""What stands in addresses of scorecards where otherwise the code of a brand does."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def create_study(
    unit: UnitOfWork,
    *,
    owner: User,
    title: str,
    instruments: Sequence[Instrument | str],
    languages: Sequence[str],
    brands: Sequence[Brand] = (),
    waves: Sequence[Wave] = (),
    simulated: bool = False,
    source: str = "",
    **description: Any,
) -> Study:
    """Add a draft study and return it with its identifiers.

    `waves` stand in their order; opening a study without any adds the first. `simulated` says that
    the answers will be made by a simulator, `source` where imported answers come from. The rest is
    the description, as in `revise_study`, which also tells what is raised.
    """
    study = Study(
        title="",
        instruments=[],
        languages=[],
        simulated=simulated,
        source=readable(source),
        owner_id=owner.id,
        waves=list(waves),
    )
    for position, wave in enumerate(study.waves, start=1):
        wave.position = position
    revise_study(
        study,
        title=title,
        instruments=instruments,
        languages=languages,
        brands=brands,
        **description,
    )
    unit.studies.add(study)
    unit.flush()
    return study


def revise_study(
    study: Study,
    *,
    title: str,
    instruments: Sequence[Instrument | str],
    languages: Sequence[str],
    brands: Sequence[Brand] = (),
    consent: Mapping[str, str] | None = None,
    shuffle_items: bool = False,
    instructed_item: bool = False,
    competitors_named: bool = False,
    population: str = "",
    sponsor: str = "",
) -> None:
    """Describe a draft study anew, as a whole.

    `instruments` name the main questionnaire first; a shipped instrument's identifier will do. A
    brand whose code is already there keeps its managers.

    Raises
    ------
    StudyError
        the study was opened, or a rule is broken: no title, no instrument, two items of one name,
        a malformed or repeated code.
    InstrumentError
        there is no such instrument.
    """
    study.require_draft()
    loaded = [load_instrument(i) if isinstance(i, str) else i for i in instruments]
    _require_distinct(loaded)
    study.title = checked_title(title)
    study.instruments = [to_plain(instrument) for instrument in loaded]
    study.languages = checked_languages(languages)
    study.shuffle_items = shuffle_items
    study.instructed_item = instructed_item
    study.competitors_named = competitors_named
    study.population = readable(population)
    study.sponsor = readable(sponsor)
    set_brands(study, brands)
    set_consent(study, consent or {})


def set_brands(study: Study, brands: Sequence[Brand]) -> None:
    """Make these the brands of a draft study. Raises StudyError once it has been opened."""
    study.require_draft()
    require_brand_codes([brand.code for brand in brands])
    known = {brand.code: brand for brand in study.brands}
    study.brands = [known.get(brand.code, brand) for brand in brands]
    for position, (kept, given) in enumerate(zip(study.brands, brands, strict=True), start=1):
        kept.names = {language: one_line(name) for language, name in given.names.items()}
        kept.position = position


def require_brand_codes(codes: Sequence[str]) -> None:
    """Raise StudyError for a code that cannot be used, and where two are the same."""
    for code in codes:
        if not _CODE.fullmatch(code):
            raise StudyError(
                f"The brand code {code[:80]!r} cannot be used. Write letters, digits, '-', '_' or "
                "'.', beginning with a letter or digit, at most 64."
            )
        if code in _ADDRESSES:
            raise StudyError(
                f"The brand code {code!r} is the address of a page of ours. Choose another, for "
                f"instance {code + '-1'!r}."
            )
    folded = Counter(code.casefold() for code in codes)
    twice = [code for code in codes if folded[code.casefold()] > 1]
    if twice:
        raise StudyError(
            f"Two brands have the same code: {', '.join(twice)}. Give every brand its own; "
            "capitals and small letters count as the same."
        )


def set_consent(study: Study, consent: Mapping[str, str]) -> None:
    """Write the consent text of a draft study, by language. Raises StudyError once opened."""
    study.require_draft()
    study.consent = {language: readable(text) for language, text in consent.items()}


def open_study(study: Study) -> None:
    """Start taking answers. Raises StudyError, naming everything that is still missing."""
    for instrument in instruments_of(study):
        unworded = [tag for tag in study.languages if not instrument.is_worded(tag)]
        if unworded:
            raise StudyError(
                f"The instrument {instrument.id!r} has no wording in {', '.join(unworded)}. Add "
                "the wording or leave the language out."
            )
    require_fitting_rules(study.content())
    study.open(now().date())


def close_study(study: Study) -> None:
    """Stop taking answers. Raises StudyError unless the study is open."""
    study.close(now().date())


def study_for(unit: UnitOfWork, user: User, study_key: str) -> Study | None:
    """The study with a key when the user may work on it; None otherwise, and when there is none."""
    study = unit.studies.by_key(study_key)
    return study if study is not None and user.may_work_on(study) else None


def studies_for(unit: UnitOfWork, user: User) -> list[Study]:
    """The studies that a user may work on, the newest first."""
    if user.id is None:
        return []
    return [study for study in unit.studies.owned_by(user.id) if user.may_work_on(study)]


def scorecard_for(
    unit: UnitOfWork, user: User, study_key: str, brand_code: str
) -> tuple[Study, Brand] | None:
    """Study and brand when the user may read the brand's scorecard; None otherwise."""
    study = unit.studies.by_key(study_key)
    if study is None:
        return None
    brand = next((brand for brand in study.brands if brand.code == brand_code), None)
    if brand is None or brand.id is None or not user.may_read_scorecard(study, brand.id):
        return None
    return study, brand


def readable_brands(unit: UnitOfWork, user: User) -> list[tuple[Study, Brand]]:
    """Every brand whose scorecard a user may read, with its study, the newest study first."""
    if user.role is Role.MANAGER:
        pairs = unit.studies.with_brands(user.brand_ids)
    else:
        pairs = [(study, brand) for study in studies_for(unit, user) for brand in study.brands]
    return [
        (study, brand)
        for study, brand in pairs
        if brand.id is not None and user.may_read_scorecard(study, brand.id)
    ]


def checked_title(title: str) -> str:
    """A title on one line. Raises StudyError for none, and for one that is too long."""
    cleaned = one_line(title)
    if not cleaned or len(cleaned) > 200:
        raise StudyError("Give the study a title of 1 to 200 characters.")
    return cleaned


def checked_languages(languages: Sequence[str]) -> list[str]:
    """Language tags, each once. Raises StudyError for none, and for what is no tag."""
    chosen = list(dict.fromkeys(languages))
    if not chosen:
        raise StudyError("Choose at least one language.")
    for tag in chosen:
        if not _LANGUAGE.fullmatch(tag) or len(tag) > LONGEST_LANGUAGE:
            raise StudyError(
                f"{tag[:40]!r} is not a language tag. Write it as 'en' or 'pt-BR', in at most "
                f"{LONGEST_LANGUAGE} characters."
            )
    return chosen


def _require_distinct(instruments: Sequence[Instrument]) -> None:
    if not instruments:
        raise StudyError("Choose at least one instrument.")
    names = [item.id for instrument in instruments for item in instrument.items()]
    names += [f"scale {scale.id}" for instrument in instruments for scale in instrument.scales]
    names.append(INSTRUCTED_ITEM)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyError(
            f"The instruments share identifiers: {', '.join(twice)}. Choose instruments whose "
            "items and scales are named differently."
        )
