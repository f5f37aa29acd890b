"""The waves of a study: their field periods in the researcher's time zone, and their sameness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from wtforms import DateField, StringField, TimeField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from survey_app.domain.field_period import written_period
from survey_app.domain.schedule import checked_zone
from survey_app.domain.study import StudyError, StudyState, now
from survey_app.domain.user import Role
from survey_app.services.waves import (
    LONGEST_NAME,
    add_wave,
    change_wave,
    remove_wave,
    waves_differences,
)
from survey_app.web.access import access
from survey_app.web.current import signed_in_user
from survey_app.web.delivery_words import zone_words
from survey_app.web.forms import PageForm
from survey_app.web.local_time import tell_if_twice
from survey_app.web.workspace.field_notice import field_notice, opening_notice
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from flask.typing import ResponseReturnValue

    from survey_app.domain.field_period import FieldPeriod, Written
    from survey_app.domain.study import Study, Wave
    from survey_app.web.forms import Problem

pages = Blueprint("waves", __name__, url_prefix="/studies/<key>/waves")
pages.add_app_template_global(field_notice)
pages.add_app_template_global(opening_notice)


class WaveForm(PageForm):
    """A wave and its field period, as clocks of the researcher show it."""

    name = StringField(
        "Name",
        description="For you and the brand managers, for instance “Spring 2026”.",
        validators=[DataRequired("Give the wave a name."), Length(max=LONGEST_NAME)],
    )
    opens_on = DateField(
        "First day",
        description="Empty: it opens with the study.",
        validators=[Optional()],
    )
    opens_time = TimeField(
        "Opens at",
        description="Empty: as the day begins.",
        validators=[Optional()],
    )
    closes_on = DateField(
        "Last day",
        description="Empty: it closes with the study.",
        validators=[Optional()],
    )
    closes_time = TimeField(
        "Closes at",
        description="Empty: as the day ends.",
        validators=[Optional()],
    )

    def validate_opens_time(self, field: TimeField) -> None:
        """A time belongs to a day."""
        _require_day(self.opens_on, field)

    def validate_closes_time(self, field: TimeField) -> None:
        """A time belongs to a day."""
        _require_day(self.closes_on, field)

    def period(self, zone: str) -> FieldPeriod:
        """The field period. Raises FieldPeriodError."""
        return written_period(
            _day_and_time(self.opens_on, self.opens_time),
            _day_and_time(self.closes_on, self.closes_time),
            zone,
        )


def _day_and_time(day: DateField, at_time: TimeField) -> Written | None:
    return None if day.data is None else (day.data, at_time.data)


def _require_day(day: DateField, at_time: TimeField) -> None:
    if at_time.data is not None and day.data is None:
        raise ValidationError("Choose the day, too.")


@pages.get("/")
@access(Role.RESEARCHER)
def overview(key: str) -> ResponseReturnValue:
    """Every wave with its field period, and what was asked differently."""
    moment = now()
    with reading(key) as (unit, study):
        return render_template(
            "workspace/waves.html",
            study=study,
            rows=[
                (
                    wave,
                    _standing(study, wave, moment),
                    unit.versions.real_interviews_of(wave.id or 0),
                )
                for wave in sorted(study.waves, key=lambda wave: wave.position)
            ],
            compared=waves_differences(unit, study),
            zone=zone_words(signed_in_user().time_zone),
        )


@pages.route("/new", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def new(key: str) -> ResponseReturnValue:
    """Add a wave."""
    return _describe(key, None)


@pages.route("/<int:wave_id>", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def change(key: str, wave_id: int) -> ResponseReturnValue:
    """Rename a wave, and choose its field period."""
    return _describe(key, wave_id)


@pages.get("/<int:wave_id>/remove")
@access(Role.RESEARCHER)
def confirm_remove(key: str, wave_id: int) -> ResponseReturnValue:
    """Say what removing means, and ask."""
    with reading(key) as (_, study):
        wave = _wave(study, wave_id)
        return render_template("workspace/confirm_remove_wave.html", study=study, wave=wave)


@pages.post("/<int:wave_id>/remove")
@access(Role.RESEARCHER)
def remove(key: str, wave_id: int) -> ResponseReturnValue:
    """Remove a wave without answers."""
    with writing(key) as (unit, study):
        wave = _wave(study, wave_id)
        try:
            remove_wave(unit, study, wave)
        except StudyError as refused:
            flash(str(refused), "caution")
        else:
            unit.commit()
            flash(f"{wave.name} has been removed.")
    return redirect(url_for("waves.overview", key=key))


def _describe(key: str, wave_id: int | None) -> ResponseReturnValue:
    zone = signed_in_user().time_zone
    with reading(key) as (_, study):
        wave = _wave(study, wave_id) if wave_id is not None else None
        form = WaveForm(data=_written(wave, zone) if wave else None)
    problems: list[Problem] = form.problems()
    if form.validate_on_submit():
        try:
            period = form.period(zone)
            with writing(key) as (unit, fresh):
                if wave_id is None:
                    add_wave(fresh, form.text("name"), period)
                else:
                    change_wave(unit, fresh, _wave(fresh, wave_id), form.text("name"), period)
                unit.commit()
        except StudyError as refused:
            problems = [("", str(refused))]
        else:
            tell_if_twice(period.opens_at, period.zone)
            tell_if_twice(period.closes_at, period.zone)
            return redirect(url_for("waves.overview", key=key))
    elif form.is_submitted():
        problems = form.problems()
    html = render_template(
        "workspace/wave.html",
        study=study,
        wave=wave,
        form=form,
        problems=problems,
        zone=zone_words(zone),
    )
    return html, 422 if problems else 200


def _written(wave: Wave, zone: str) -> dict[str, Any]:
    known = checked_zone(zone)
    told: dict[str, Any] = {"name": wave.name}
    for name, moment in (("opens", wave.opens_at), ("closes", wave.closes_at)):
        if moment is not None:
            local = moment.astimezone(known)
            told |= {f"{name}_on": local.date(), f"{name}_time": local.time()}
    return told


def _wave(study: Study, wave_id: int) -> Wave:
    for wave in study.waves:
        if wave.id == wave_id:
            return wave
    raise NotFound


def _standing(study: Study, wave: Wave, moment: datetime) -> str:
    if wave.closes_at is not None and wave.closes_at <= moment:
        return "over"
    if study.state is StudyState.CLOSED:
        return "over"
    if wave.opens_at is not None and wave.opens_at > moment:
        return "to come"
    return "in the field" if study.state is StudyState.OPEN else "to come"
