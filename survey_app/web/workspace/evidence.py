"""Where instruments are validated: their evidence, adding a wave to it, and taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from survey_app.domain.user import Role
from survey_app.exchange.evidence_file import evidence_csv, evidence_json
from survey_app.services.analyse import Analysed, NothingToAnalyseError, analyse_study
from survey_app.services.evidence import (
    LONGEST_LABEL,
    EvidenceError,
    Outcome,
    add_waves,
    evidence_entry_for,
    evidence_study_for,
    label_of,
    standing_of,
    standings,
    wave_evidence,
    waves_so_far,
    with_wave,
)
from survey_app.services.evidence_instruments import known_instruments
from survey_app.services.evidence_words import (
    STANDINGS,
    counts_words,
    explored_words,
    figure_words,
    invariance_words,
    outcome_words,
    published_words,
    readable_figures,
    reliability_words,
    shown_words,
)
from survey_app.web.access import access
from survey_app.web.current import analyses, database, settings, signed_in_user
from survey_app.web.download import download, file_name
from survey_app.web.forms import PageForm
from survey_app.web.workspace.own_study import wave_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.blueprints import BlueprintSetupState
    from flask.typing import ResponseReturnValue

    from instruments.model import Instrument
    from survey_app.domain.evidence import Standing, WaveEvidence
    from survey_app.domain.study import Study, Wave
    from survey_app.storage.database import UnitOfWork

pages = Blueprint("evidence", __name__)


class AddForm(PageForm):
    """What the wave shall be called, and which answers were looked at when it was asked."""

    label = StringField(
        "Label",
        description="Every researcher here, and whoever gets an exported file, reads this label. "
        "Brands are counted, never named.",
        validators=[InputRequired("Give the wave a label."), Length(max=LONGEST_LABEL)],
    )
    fingerprint = HiddenField()


@pages.record_once
def _words(state: BlueprintSetupState) -> None:
    # Globals, since macros of an imported template see no other names.
    state.app.jinja_env.globals["evidence_words"] = {
        "standings": STANDINGS,
        "counts": counts_words,
        "explored": explored_words,
        "figure": figure_words,
        "invariance": invariance_words,
        "outcome": outcome_words,
        "published": published_words,
        "figures": readable_figures,
        "reliability": reliability_words,
        "shown": shown_words,
    }


@pages.get("/instruments/")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def instruments() -> ResponseReturnValue:
    """Every instrument with its standing."""
    with database().reading() as unit:
        known = known_instruments(unit, signed_in_user())
        found = standings(unit, list(known.values()))
        return render_template("workspace/instruments.html", instruments=known, standings=found)


@pages.get("/instruments/<instrument_id>")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def instrument(instrument_id: str) -> ResponseReturnValue:
    """One instrument: what is published, and what each wave shows."""
    with database().reading() as unit:
        asked, found = _found(unit, instrument_id)
        return render_template(
            "workspace/instrument.html",
            instrument=asked,
            standing=found,
            own=_own_entries(unit, found),
            people=_people(unit, found),
        )


@pages.get("/instruments/<instrument_id>/evidence.<any(csv, json):evidence_format>")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def export(instrument_id: str, evidence_format: str) -> ResponseReturnValue:
    """All waves that were not withdrawn, to be read or carried elsewhere."""
    with database().reading() as unit:
        _, found = _found(unit, instrument_id)
        waves = [one.wave for one in found.waves if not one.wave.withdrawn]
        if evidence_format == "csv":
            content, media_type = evidence_csv(waves).encode(), "text/csv"
        else:
            content, media_type = evidence_json(instrument_id, waves), "application/json"
    return download(content, file_name(instrument_id, "evidence", kind=evidence_format), media_type)


@pages.post("/instruments/waves/<int:entry_id>/withdraw")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def withdraw(entry_id: int) -> ResponseReturnValue:
    """Let a wave count no longer; it stays in the list and can be put back."""
    done = "The wave is withdrawn and counts no longer. You can put it back."
    return _change(entry_id, lambda entry: entry.withdraw(signed_in_user()), done)


@pages.post("/instruments/waves/<int:entry_id>/put-back")
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def put_back(entry_id: int) -> ResponseReturnValue:
    """Let a withdrawn wave count again."""
    return _change(entry_id, lambda entry: entry.put_back(), "The wave counts again.")


@pages.route("/studies/<key>/evidence", methods=["GET", "POST"])
@access(Role.RESEARCHER, Role.ADMINISTRATOR)
def add(key: str) -> ResponseReturnValue:
    """Show what a wave would add, ask, and add it."""
    offer = _offer(key)
    form = AddForm(label=label_of(offer.study, offer.wave), fingerprint=offer.fingerprint)
    problems = []
    if form.is_submitted() and form.fingerprint.data != offer.fingerprint:
        flash("Interviews came in meanwhile. These are the new figures; look again.", "caution")
        return redirect(url_for("evidence.add", key=key, wave=offer.wave.code))
    if form.validate_on_submit():
        try:
            return _add(key, offer, form.text("label"))
        except EvidenceError as error:
            problems = [("label", str(error))]
    elif form.is_submitted():
        problems = form.problems()
    page = render_template("workspace/add_evidence.html", offer=offer, form=form, problems=problems)
    return page, 422 if problems else 200


@dataclass(frozen=True, slots=True)
class Offer:
    """What a wave would add: the standing of each instrument with the wave and without it; or why
    there is nothing to add."""

    study: Study
    wave: Wave
    analysed: Analysed
    added: list[tuple[Instrument, WaveEvidence, Standing, Standing]]
    refusal: str = ""

    @property
    def fingerprint(self) -> str:
        """Of the answers."""
        return self.analysed.dataset.fingerprint


def _offer(key: str) -> Offer:
    with database().reading() as unit:
        study = evidence_study_for(unit, signed_in_user(), key)
        wave = wave_of(study, request.args.get("wave")) if study is not None else None
        if study is None or wave is None:
            abort(404)
        known, least = analyses(), settings().minimum_n
        analysed = analyse_study(unit, study, wave, cache=known, minimum_n=least)
        so_far = waves_so_far(unit, study, wave, cache=known, minimum_n=least)
        try:
            new = wave_evidence(analysed, study, wave, so_far=so_far)
        except NothingToAnalyseError as error:
            return Offer(study, wave, analysed, [], str(error))
        asked = {one.id: one for one in analysed.instruments}
        added = [
            (asked[one.instrument_id], one, *with_wave(unit, asked[one.instrument_id], one))
            for one in new
        ]
    return Offer(study, wave, analysed, added)


def _add(key: str, offer: Offer, label: str) -> ResponseReturnValue:
    with database().writing() as unit:
        study = evidence_study_for(unit, signed_in_user(), key)
        if study is None:
            abort(404)
        new = [entry for _, entry, _, _ in offer.added]
        kept = add_waves(unit, signed_in_user(), new, label=label)
        became = {one.outcome for one in kept}
        first = kept[0].entry.instrument_id if kept else None
        unit.commit()
    if first is None:
        abort(404)
    for outcome in became:
        flash(_BECAME[outcome], "" if outcome is Outcome.ADDED else "caution")
    return redirect(url_for("evidence.instrument", instrument_id=first))


_BECAME = {
    Outcome.ADDED: "The wave is in the evidence. You can withdraw it below.",
    Outcome.REPLACED: "The wave was in the evidence; its figures are replaced by these.",
    Outcome.UNCHANGED: "These answers are in the evidence already; nothing was added.",
}


def _found(unit: UnitOfWork, instrument_id: str) -> tuple[Instrument, Standing]:
    asked = known_instruments(unit, signed_in_user()).get(instrument_id)
    if asked is None:
        abort(404)
    return asked, standing_of(unit, asked)


def _own_entries(unit: UnitOfWork, found: Standing) -> set[int]:
    ids = [one.wave.id for one in found.waves if one.wave.id is not None]
    user = signed_in_user()
    return {entry_id for entry_id in ids if evidence_entry_for(unit, user, entry_id) is not None}


def _people(unit: UnitOfWork, found: Standing) -> dict[int, str]:
    ids = {one.wave.added_by_id for one in found.waves}
    ids |= {one.wave.withdrawn_by_id for one in found.waves}
    users = {user_id: unit.users.by_id(user_id) for user_id in ids if user_id is not None}
    return {user_id: user.name for user_id, user in users.items() if user is not None}


def _change(
    entry_id: int, change: Callable[[WaveEvidence], None], done: str
) -> ResponseReturnValue:
    with database().writing() as unit:
        entry = evidence_entry_for(unit, signed_in_user(), entry_id)
        if entry is None:
            abort(404)
        change(entry)
        shown = entry.instrument_id
        unit.commit()
    flash(done)
    return redirect(url_for("evidence.instrument", instrument_id=shown))
