"""What reports may say of the response to a study."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reports.response import ResponseRates
from survey_app.domain.invitation import CHANNEL
from survey_app.domain.laid_out import CHANNELS
from survey_app.domain.response_rate import case_counts, response_rates
from survey_app.services.invitation_counts import invitation_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psychometrics.dataset import Dataset
    from reports.response import Response
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork

_RATES = ("rr1", "rr2", "rr3", "rr4", "rr5", "rr6", "coop1", "coop2", "ref1", "con1")


def response_of(unit: UnitOfWork, study: Study, wave: Wave | None, dataset: Dataset) -> Response:
    """The response rates of a wave or of all, or why there are none.

    A rate needs people who were invited one by one, and nobody else among those who answered. Of
    several waves each invitation counts, not each person. None where the answers came by ways that
    say nothing of who could give them, such as a file.

    Parameters
    ----------
    dataset : the answers of the wave or of all.
    """
    waves = study.waves if wave is None else [wave]
    channels = set(dataset.channel.tolist())
    if channels == {CHANNEL}:
        return _rates(unit, study, waves)
    if CHANNEL in channels:
        return "mixed"
    return "open" if channels & set(CHANNELS) else None


def _rates(unit: UnitOfWork, study: Study, waves: Sequence[Wave]) -> ResponseRates | None:
    counted: Counter[str] = Counter()
    for wave in waves:
        counted.update(invitation_counts(unit, study, wave))
    found = response_rates(case_counts(counted))
    cases = found.counts.eligible + found.counts.unknown
    if not cases:
        return None
    rates = {name: getattr(found, name) for name in _RATES}
    return ResponseRates(
        complete=found.counts.complete,
        cases=cases,
        not_eligible=found.counts.not_eligible,
        rates={name.upper(): rate for name, rate in rates.items() if rate is not None},
        e=found.e,
    )
