"""Papers as they are typed in: kept until both entries agree, then only which and by whom."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    or_,
    select,
    update,
)

from survey_app.domain.paper_entry import PaperSheet
from survey_app.domain.place import LONGEST_CODE
from survey_app.storage import consents, tallies
from survey_app.storage.consents import consent as consent_row
from survey_app.storage.prepared import Transaction
from survey_app.storage.tables import (
    interview,
    interview_brand,
    mapper_registry,
    metadata,
    page_answers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from survey_app.domain.consent_given import ConsentShown
    from survey_app.storage.tallies import Step


def _user(name: str, *, nullable: bool = True) -> Column[int]:
    return Column(name, ForeignKey("user_account.id"), nullable=nullable)


paper_sheet = Table(
    "paper_sheet",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(22), nullable=False, unique=True),
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
    Column("wave_id", ForeignKey("wave.id", ondelete="CASCADE"), nullable=False),
    Column("brand_id", ForeignKey("brand.id", ondelete="CASCADE"), nullable=False),
    Column("serial", String(20), nullable=False),
    Column("language", String(35), nullable=False),
    Column("version", Integer, nullable=False),
    Column("pilot", Boolean, nullable=False),
    Column("place", String(LONGEST_CODE), nullable=False),
    Column("first", JSON, nullable=False),
    Column("first_id", String(64), nullable=False, unique=True),
    _user("first_by", nullable=False),
    Column("second", JSON(none_as_null=True)),
    Column("second_id", String(64), unique=True),
    _user("second_by"),
    UniqueConstraint("study_id", "pilot", "serial"),
)

# One row for all papers that became interviews: a row for each would lie in a dump of PostgreSQL
# beside the interview that the same transaction made.
paper_taken = Table(
    "paper_taken",
    metadata,
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), primary_key=True),
    Column("pilot", Boolean, primary_key=True),
    Column("typed", JSON, nullable=False),
)

mapper_registry.map_imperatively(PaperSheet, paper_sheet)

MIXED = 20
"""Among how many earlier papers the answers of a new one are laid at random."""


class PaperSheets:
    """The papers of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: PaperSheet) -> None:
        """Keep a paper that was typed in for the first time."""
        self._session.add(new)

    def remove(self, old: PaperSheet) -> None:
        """Forget a paper that was typed in wrongly."""
        self._session.delete(old)

    def forget_waiting(self, study_id: int, *, pilot: bool) -> None:
        """Forget the papers whose answers have not become interviews."""
        self._session.execute(
            delete(paper_sheet).where(
                paper_sheet.c.study_id == study_id,
                paper_sheet.c.pilot.is_(pilot),
            )
        )

    def by_key(self, study_id: int, key: str) -> PaperSheet | None:
        """The paper of a study with a key, or None."""
        query = select(PaperSheet).where(
            paper_sheet.c.study_id == study_id, paper_sheet.c.key == key
        )
        return self._session.scalars(query).one_or_none()

    def by_serial(self, study_id: int, serial: str, *, pilot: bool) -> PaperSheet | None:
        """The paper of a study with a serial number, or None."""
        query = select(PaperSheet).where(
            paper_sheet.c.study_id == study_id,
            paper_sheet.c.pilot.is_(pilot),
            paper_sheet.c.serial == serial,
        )
        return self._session.scalars(query).one_or_none()

    def by_form(self, study_id: int, form_id: str) -> PaperSheet | None:
        """The paper that a form has already brought an entry of, or None."""
        query = select(PaperSheet).where(
            paper_sheet.c.study_id == study_id,
            or_(paper_sheet.c.first_id == form_id, paper_sheet.c.second_id == form_id),
        )
        return self._session.scalars(query).one_or_none()

    def of_study(self, study_id: int) -> Sequence[PaperSheet]:
        """The papers of a study, in the order in which they were first typed in."""
        query = (
            select(PaperSheet).where(paper_sheet.c.study_id == study_id).order_by(paper_sheet.c.id)
        )
        return self._session.scalars(query).all()

    def taken(self, study_id: int, *, pilot: bool) -> dict[str, list[int]]:
        """The papers of a study that became interviews: by serial number, who typed it in first,
        who second, and who accepted it."""
        query = select(paper_taken.c.typed).where(
            paper_taken.c.study_id == study_id, paper_taken.c.pilot.is_(pilot)
        )
        return dict(self._session.scalar(query) or {})

    def take(self, sheet: PaperSheet, accepted_by: int) -> None:
        """Keep the number of a paper that became an interview, in the order of numbers, and forget
        the paper."""
        before = self.taken(sheet.study_id, pilot=sheet.pilot)
        whom = [sheet.first_by, sheet.second_by or sheet.first_by, accepted_by]
        row = {
            "study_id": sheet.study_id,
            "pilot": sheet.pilot,
            "typed": dict(sorted({**before, sheet.serial: whom}.items())),
        }
        self._session.execute(
            delete(paper_taken).where(
                paper_taken.c.study_id == sheet.study_id, paper_taken.c.pilot.is_(sheet.pilot)
            )
        )
        self._session.execute(insert(paper_taken), [row])
        self._session.delete(sheet)

    def make_interview(
        self,
        row: Mapping[str, Any],
        pages: Sequence[Mapping[str, Any]],
        *,
        brand_ids: Sequence[int],
        steps: Sequence[Step],
        consent: ConsentShown,
    ) -> None:
        """Add the interview that a paper became, its pages, the brands that it was asked about in
        their slots, and the consent on it, and move sums, all in this unit of work."""
        self._session.execute(insert(interview), [dict(row)])
        slots = [
            {"interview_id": row["id"], "slot": slot, "brand_id": brand_id}
            for slot, brand_id in enumerate(brand_ids, start=1)
        ]
        if slots:
            self._session.execute(insert(interview_brand), slots)
        here = Transaction.of(self._session.connection())
        consents.keep_text(here, consent)
        consents.give(here, row["id"], consent, row["started_at"])
        self._lay_at_random(row, [dict(page) for page in pages])
        tallies.add(here, row["wave_id"], steps, pilot=row["pilot"])

    def _lay_at_random(self, row: Mapping[str, Any], pages: list[dict[str, Any]]) -> None:
        """Write earlier interviews on paper anew together with the new one, in no order: papers are
        often typed in by their numbers, so that the order of rows would tell which is whose."""
        earlier = select(interview.c.id).where(
            interview.c.study_id == row["study_id"],
            interview.c.channel == row["channel"],
            interview.c.id != row["id"],
        )
        chosen = list(self._session.scalars(earlier))
        chance = random.SystemRandom()
        ids = [row["id"], *chance.sample(chosen, min(MIXED, len(chosen)))]
        query = select(page_answers).where(page_answers.c.interview_id.in_(ids))
        by_interview: dict[int, list[dict[str, Any]]] = {row["id"]: pages}
        for found in self._session.execute(query.order_by(page_answers.c.id)).mappings():
            kept = {name: value for name, value in found.items() if name != "id"}
            by_interview.setdefault(found["interview_id"], []).append(kept)
        self._session.execute(delete(page_answers).where(page_answers.c.interview_id.in_(ids)))
        chance.shuffle(ids)
        for one in ids:
            # PostgreSQL lays a row that is written at the end of its table.
            same = {"language": interview.c.language}
            self._session.execute(update(interview).where(interview.c.id == one).values(same))
            agreed = update(consent_row).where(consent_row.c.interview_id == one)
            self._session.execute(agreed.values(language=consent_row.c.language))
            if by_interview.get(one):
                self._session.execute(insert(page_answers), by_interview[one])
