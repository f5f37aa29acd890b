"""A reader's own mails: what is sent and when, what was sent, and the wish to receive nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from survey_app.domain.schedule import (
    LAST_DAY,
    LAST_HOUR,
    Occasion,
    Paper,
    ScheduleError,
    zone_names,
)
from survey_app.domain.study import StudyState
from survey_app.domain.user import Role
from survey_app.services.delivery_schedules import (
    Wish,
    add_schedule,
    brands_read,
    delete_schedule,
    offered_languages,
    own_schedule,
    pause_schedule,
    resume_schedule,
    unsubscribe,
)
from survey_app.services.study import readable_brands
from survey_app.web.access import access
from survey_app.web.current import database, settings, signed_in_user
from survey_app.web.delivery_words import OCCASIONS, STATES, at, when, zone_words
from survey_app.web.filters import language_name
from survey_app.web.forms import PageForm, choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from survey_app.domain.schedule import Schedule
    from survey_app.domain.study import Brand, Study
    from survey_app.storage.database import UnitOfWork
    from survey_app.web.forms import Problem

pages = Blueprint("delivery", __name__, url_prefix="/by-mail")

MOST_SHOWN = 50

PDF, LINK = "pdf", "link"
WHAT = ((PDF, "The PDF, and a link to the page"), (LINK, "A link to the page only"))
WHENS = (
    (Occasion.WAVE_CLOSED.value, "After a wave closes"),
    (Occasion.MONTHLY.value, "Every month"),
)
PAPERS = ((Paper.A4.value, "A4"), (Paper.LETTER.value, "Letter"))


def init_app(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(pages)


class ScheduleForm(PageForm):
    """What is sent, and when."""

    brand = SelectField("Brand", coerce=int)
    occasion = RadioField(
        "When", choices=choices(WHENS), validators=[InputRequired("Choose when it is sent.")]
    )
    day = SelectField(
        "Day of the month",
        coerce=int,
        choices=choices((number, str(number)) for number in range(1, LAST_DAY + 1)),
        description="In a month without that day, its last day.",
    )
    hour = SelectField(
        "Time",
        coerce=int,
        choices=choices((number, f"{number:02}:00") for number in range(LAST_HOUR + 1)),
    )
    time_zone = SelectField("Time zone")
    what = RadioField("What is sent", choices=choices(WHAT))
    language = SelectField("Language")
    paper = RadioField("Paper of the PDF", choices=choices(PAPERS))

    def offer(self, study: Study, brands: list[Brand]) -> ScheduleForm:
        """Offer the brands and languages of a study."""
        pairs = [(brand.id or 0, brand.name("en")) for brand in brands]
        whole = [(0, "All my brands of this study")] if len(pairs) > 1 else []
        self.brand.choices = choices([*whole, *pairs])
        self.time_zone.choices = choices((name, zone_words(name)) for name in zone_names())
        tags = offered_languages(study)
        self.language.choices = choices((tag, language_name(tag)) for tag in tags)
        return self

    def wish(self) -> Wish:
        """What was asked for."""
        return Wish(
            occasion=Occasion(self.occasion.data),
            time_zone=self.time_zone.data,
            language=self.language.data,
            brand_id=self.brand.data or None,
            day=self.day.data,
            hour=self.hour.data,
            attach_pdf=self.what.data == PDF,
            paper=Paper(self.paper.data),
        )


@pages.get("/")
@access(Role.MANAGER, Role.RESEARCHER)
def overview() -> ResponseReturnValue:
    """What this reader receives, and what was sent."""
    reader = signed_in_user()
    with database().reading() as unit:
        studies = _studies(unit)
        schedules = unit.schedules.of_reader(reader.id or 0)
        unwanted = unit.schedules.studies_unwanted(reader.id or 0)
        log = unit.deliveries.log(reader_id=reader.id or 0, most=MOST_SHOWN)
    return render_template(
        "portal/by_mail.html",
        studies=studies,
        schedules=schedules,
        unwanted=unwanted,
        log=log,
        titles={study.id: study.title for study in studies},
        zone=reader.time_zone,
        sends_mail=settings().sends_mail,
        states=STATES,
        occasions=OCCASIONS,
        at=at,
        when=when,
        zone_words=zone_words,
    )


@pages.route("/studies/<key>/new", methods=["GET", "POST"])
@access(Role.MANAGER, Role.RESEARCHER)
def new(key: str) -> ResponseReturnValue:
    """Choose what is sent, and when."""
    reader = signed_in_user()
    with database().reading() as unit:
        study = _study(unit, key)
    brands = brands_read(study, reader)
    form = ScheduleForm(
        occasion=Occasion.WAVE_CLOSED.value,
        hour=8,
        time_zone=reader.time_zone,
        what=PDF,
        paper=Paper.A4.value,
    ).offer(study, brands)
    problems: list[Problem] = []
    if form.validate_on_submit():
        try:
            _add(key, form.wish())
        except ScheduleError as refused:
            problems = [("", str(refused))]
        else:
            flash("It is set up. The first mail comes when its moment has come.")
            return redirect(url_for("delivery.overview"))
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "portal/new_schedule.html",
        form=form,
        study=study,
        problems=problems,
        sends_mail=settings().sends_mail,
    )
    return page, 422 if problems else 200


@pages.post("/schedules/<schedule_key>/pause")
@access(Role.MANAGER, Role.RESEARCHER)
def pause(schedule_key: str) -> ResponseReturnValue:
    """Send nothing on a schedule for a while."""
    return _change(schedule_key, pause_schedule, "Paused. Nothing is sent until you resume it.")


@pages.post("/schedules/<schedule_key>/resume")
@access(Role.MANAGER, Role.RESEARCHER)
def resume(schedule_key: str) -> ResponseReturnValue:
    """Send on a schedule again."""

    def change(unit: UnitOfWork, schedule: Schedule) -> None:
        study = unit.studies.by_id(schedule.study_id)
        if study is None:
            abort(404)
        resume_schedule(unit, schedule, study)

    return _change(schedule_key, change, "Resumed. What came meanwhile is not sent.")


@pages.post("/schedules/<schedule_key>/delete")
@access(Role.MANAGER, Role.RESEARCHER)
def delete(schedule_key: str) -> ResponseReturnValue:
    """Forget a schedule."""
    return _change(schedule_key, delete_schedule, "Deleted.")


@pages.post("/studies/<key>/stop")
@access(Role.MANAGER, Role.RESEARCHER)
def stop(key: str) -> ResponseReturnValue:
    """Receive no mail about a study, whoever sends it."""
    with database().writing() as unit:
        study = _study(unit, key)
        unsubscribe(unit, signed_in_user().id or 0, study.id or 0)
        unit.commit()
    flash("No more mails about this study are sent to you. Its schedules are paused.")
    return redirect(url_for("delivery.overview"))


@pages.post("/studies/<key>/receive")
@access(Role.MANAGER, Role.RESEARCHER)
def receive(key: str) -> ResponseReturnValue:
    """Receive mail about a study again."""
    with database().writing() as unit:
        study = _study(unit, key)
        unit.schedules.subscribe(signed_in_user().id or 0, study.id or 0)
        unit.commit()
    flash("You receive mails about this study again. Resume the schedules that you want.")
    return redirect(url_for("delivery.overview"))


def _studies(unit: UnitOfWork) -> list[Study]:
    pairs = readable_brands(unit, signed_in_user())
    found = {study.key: study for study, _ in pairs if study.state is not StudyState.DRAFT}
    return list(found.values())


def _study(unit: UnitOfWork, key: str) -> Study:
    """The study with a key if this reader may read a brand of it; error 404 for any other."""
    study = next((study for study in _studies(unit) if study.key == key), None)
    if study is None:
        abort(404)
    return study


def _add(key: str, wish: Wish) -> None:
    with database().writing() as unit:
        reader = unit.users.by_id(signed_in_user().id or 0)
        if reader is None:
            abort(404)
        add_schedule(unit, reader, _study(unit, key), wish)
        unit.commit()


def _change(
    schedule_key: str, change: Callable[[UnitOfWork, Schedule], None], done: str
) -> ResponseReturnValue:
    with database().writing() as unit:
        schedule = own_schedule(unit, signed_in_user(), schedule_key)
        if schedule is None:
            abort(404)
        change(unit, schedule)
        unit.commit()
    flash(done)
    return redirect(url_for("delivery.overview"))
