"""What became of the invitations to a wave, as outcomes of AAPOR."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from survey_app.domain.contact import ContactState
from survey_app.domain.interview import Disposition
from survey_app.services.invitations import is_anonymous

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.domain.invitation import SpentBits
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork

OUTCOMES = ("I", "P", "R", "NC", "O", "UH", "UO", "NE")

_ENDS = {
    Disposition.COMPLETE: "I",
    Disposition.SCREENED_OUT_ATTENTION: "I",
    Disposition.SCREENED_OUT_INELIGIBLE: "NE",
    Disposition.QUOTA_FULL: "NE",
    Disposition.REFUSED: "R",
    Disposition.WITHDRAWN: "R",
}


def invitation_counts(unit: UnitOfWork, study: Study, wave: Wave) -> Mapping[str, int]:
    """How many invitations to a wave came to which outcome, after AAPOR's Standard Definitions for
    internet surveys of specifically named persons. Every invitation that was sent, or tried, counts
    once; contacts not written to yet do not.

    ======  ==============================================================================
    ``I``   finished (1.1), also when the attention check was failed: screening is the
            analysis' business
    ``P``   begun with at least one page sent, not finished (1.2)
    ``R``   opted out (2.11), withdrawn (2.11), or begun without sending a page (2.121)
    ``NC``  0: a mail that comes back says nothing of the person
    ``O``   0
    ``UH``  no sign at all: the mail was taken, nothing came back (3.19)
    ``UO``  the mail could not be delivered (3.30)
    ``NE``  screened out (4.10) or the quota was full (4.80)
    ======  ==============================================================================

    In an anonymous study ``I``, ``NE`` and withdrawals are told apart by counting the interviews
    that came by a link, not by person, and so are ``P`` and begun interviews without a page:
    somebody who began on two devices may be among them twice, so they are at most as many as gave
    no other sign.
    """
    wave_id = wave.id or 0
    finished: SpentBits | set[int]
    if is_anonymous(study):
        bits = unit.invitations.spent(wave_id)
        finished, n_finished = bits, bits.count
    else:
        finished = unit.invitations.numbers_finished(wave_id)
        n_finished = len(finished)
    counts = Counter[str]({"I": n_finished})
    silent = unit.invitations.count_invited(wave_id) - n_finished
    for row in unit.invitations.apart(wave_id):
        if row.number in finished:
            silent += 1  # counted among those finished, and never among those invited
        elif row.state is ContactState.BOUNCED:
            counts["UO"] += 1
        elif row.invited and row.state is ContactState.OPTED_OUT:
            counts["R"] += 1
    _tell_ends_apart(unit, study, wave, counts)
    begun, with_pages = unit.invitations.unfinished(study.id or 0, wave_id)
    counts["P"] = min(with_pages, silent)
    without_pages = min(begun - with_pages, silent - counts["P"])
    counts["R"] += without_pages
    counts["UH"] = silent - counts["P"] - without_pages
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def _tell_ends_apart(unit: UnitOfWork, study: Study, wave: Wave, counts: Counter[str]) -> None:
    """Take from those finished what is no interview."""
    for disposition, n in unit.invitations.ends(study.id or 0, wave.id or 0).items():
        outcome = _ENDS.get(disposition, "I")
        moved = min(n, counts["I"]) if outcome != "I" else 0
        counts["I"] -= moved
        counts[outcome] += moved
