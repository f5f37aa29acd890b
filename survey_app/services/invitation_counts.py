"""What became of the invitations to a wave, as outcomes of AAPOR."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from survey_app.domain.interview import Disposition
from survey_app.domain.invitation import SpentBits
from survey_app.services.invitations import is_anonymous

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork
    from survey_app.storage.invitation_outcomes import ByLink

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
    links = unit.invitations
    wave_id = wave.id or 0
    ways = links.by_link(study.id or 0, wave_id)
    if is_anonymous(study):
        spent = links.spent(wave_id)
        n_finished = spent.count
        not_brought = links.not_brought(wave_id)
        early = spent.count_among(not_brought)
        n_not_brought = len(not_brought)
    else:
        spent = SpentBits({})
        n_finished = sum(way.finished for way in ways)
        n_not_brought = len(links.not_brought(wave_id))
        early = links.not_brought_finished(wave_id) if n_not_brought else 0
    counts = Counter[str]({"I": n_finished})
    silent = links.count_links(wave_id) - n_not_brought + early - n_finished
    for row in links.inactive(study.id or 0, wave_id):
        if row.finished or row.number in spent:
            continue  # counted among those finished, and among those invited
        silent -= row.invited
        if row.bounced:
            counts["UO"] += 1
        elif row.invited:
            counts["R"] += 1
    _tell_ends_apart(ways, counts)
    with_pages = sum(way.with_pages for way in ways)
    # A panel member whose contact was removed before the mailing ended is counted as finished only.
    silent = max(0, silent)
    counts["P"] = min(with_pages, silent)
    begun = sum(way.unfinished for way in ways)
    without_pages = min(begun - with_pages, silent - counts["P"])
    counts["R"] += without_pages
    counts["UH"] = silent - counts["P"] - without_pages
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def _tell_ends_apart(ways: Iterable[ByLink], counts: Counter[str]) -> None:
    """Take from those finished what is no interview."""
    for way in ways:
        outcome = _ENDS.get(way.disposition, "I")
        moved = min(way.finished, counts["I"]) if outcome != "I" else 0
        counts["I"] -= moved
        counts[outcome] += moved
