"""Who works with the product, and what each may do. What is not granted is denied."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from survey_app.domain.study import now

if TYPE_CHECKING:
    from datetime import datetime

    from survey_app.domain.study import Study


class UserError(ValueError):
    """A rule about users is broken. The message says which and how to mend it."""


def email_as_kept(email: str) -> str:
    """An e-mail address as it is kept and looked for: without blanks at its ends, in small
    letters, and each letter in one form only, however a keyboard composes or widens it."""
    return unicodedata.normalize("NFKC", email).strip().lower()


class Role(StrEnum):
    """What a person does here. An administrator makes users and sees no answers."""

    ADMINISTRATOR = "administrator"
    RESEARCHER = "researcher"
    MANAGER = "manager"


@dataclass(eq=False)
class User:
    """A person who can sign in. `brand_ids` are the brands assigned to a manager.

    `session_number` grows whenever open sessions must end (new password, deactivation).
    `time_zone` is the IANA name of the one in which mails are scheduled unless another is chosen.
    """

    email: str
    name: str
    role: Role
    password_hash: str
    active: bool = True
    session_number: int = 0
    time_zone: str = "UTC"
    created_at: datetime = field(default_factory=now)
    id: int | None = None
    brand_ids: set[int] = field(default_factory=set)

    def may_work_on(self, study: Study) -> bool:
        """A researcher works on their own studies only."""
        return self.active and self.role is Role.RESEARCHER and study.owner_id == self.id

    def may_keep_evidence(self, study: Study | None) -> bool:
        """A researcher adds the waves of their own studies to the evidence of instruments, and
        withdraws them; an administrator any, those from files included: they hold no answers."""
        if study is not None and self.may_work_on(study):
            return True
        return self.active and self.role is Role.ADMINISTRATOR

    def may_read_scorecard(self, study: Study, brand_id: int) -> bool:
        """A manager reads the brands assigned to them; a researcher those of their own studies."""
        assigned = self.active and self.role is Role.MANAGER and brand_id in self.brand_ids
        return assigned or self.may_work_on(study)

    def may_deliver(self, study: Study) -> bool:
        """A researcher sends the scorecards of their own studies to their readers, and sees what
        was sent; an administrator of any: that shows no answers."""
        return self.may_work_on(study) or (self.active and self.role is Role.ADMINISTRATOR)
