"""How fieldwork stands in full: every brand, response rates, and the mails about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from survey_app.domain.questionnaire import read_design
from survey_app.domain.response_rate import case_counts, response_rates
from survey_app.domain.study import now
from survey_app.domain.user import Role
from survey_app.services.fieldwork_progress import progress
from survey_app.services.invitation_counts import invitation_counts
from survey_app.web.access import access
from survey_app.web.current import settings
from survey_app.web.security import CONTENT_SECURITY_POLICY
from survey_app.web.workspace.own_study import reading, wave_of, writing
from survey_app.web.workspace.progress_view import (
    FLAG_NAMES,
    MOST_BRANDS,
    brand_rows,
    ends_of,
    flag_rows,
    found,
    largest,
    page_rows,
    spark_of,
)

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from survey_app.domain.study import Study
    from survey_app.storage.database import UnitOfWork

pages = Blueprint("progress", __name__, url_prefix="/studies/<key>")

BRANDS_ON_A_PAGE = 50
EVENTS_SHOWN = 5


def standing(unit: UnitOfWork, study: Study, wave_code: str | None) -> dict[str, Any]:
    """What the page about one wave, or about all, shows. Error 404 for an unknown wave."""
    wave = wave_of(study, wave_code) if wave_code else None
    figures = progress(unit, study, wave)
    rows = brand_rows(study, figures)
    most, fewest = ends_of(rows) if len(rows) > MOST_BRANDS else ([], [])
    return {
        "progress": figures,
        "wave": wave,
        "quota_wave": wave or (study.current_wave if study.waves else None),
        "brands": rows,
        "most": most,
        "fewest": fewest,
        "channels": largest(figures.by_channel),
        "versions": page_rows(study, figures),
        "spark": spark_of(figures.days),
        "flags": flag_rows(figures),
        "flag_names": FLAG_NAMES,
        "moment": now(),
        "to_be_counted": study.id in unit.tallies.to_be_counted(),
        "invited": bool(unit.mailings.of_study(study.id or 0, 1)),
        "sends_mail": settings().sends_mail,
        "alerts_off": unit.alerts.are_off(study.id or 0),
        "alerts": unit.alerts.of_study(study.id or 0, EVENTS_SHOWN),
    }


def refreshing(page: str) -> Response:
    """A page that may ask the server how things stand by now."""
    response = make_response(page)
    policy = f"{CONTENT_SECURITY_POLICY}; connect-src 'self'"
    response.headers["Content-Security-Policy"] = policy
    return response


@pages.get("/brands")
@access(Role.RESEARCHER)
def brands(key: str) -> ResponseReturnValue:
    """Every brand with its interviews and its link, some at a time, to be searched. Where customers
    are first asked for their brands no brand has a link."""
    from survey_app.web.workspace.fieldwork import respondent_link

    wanted = request.args.get("find", "")[:100]
    with reading(key) as (unit, study):
        wave = wave_of(study, request.args["wave"]) if request.args.get("wave") else None
        rows = found(brand_rows(study, progress(unit, study, wave)), wanted)
    linked = not read_design(study.design, ()).asks_brands
    last = max(1, -(-len(rows) // BRANDS_ON_A_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    first = (number - 1) * BRANDS_ON_A_PAGE
    shown = rows[first : first + BRANDS_ON_A_PAGE]
    return render_template(
        "workspace/brands.html",
        study=study,
        wave=wave,
        wanted=wanted,
        rows=[
            (row, respondent_link(study, row.code) if linked and row.code else "") for row in shown
        ],
        linked=linked,
        link="" if linked else respondent_link(study),
        n=len(rows),
        first=first,
        number=number,
        last=last,
    )


@pages.get("/response-rates")
@access(Role.RESEARCHER)
def rates(key: str) -> ResponseReturnValue:
    """Response rates of each wave to which people were invited."""
    with reading(key) as (unit, study):
        waves = [
            (wave, response_rates(case_counts(counts)))
            for wave in study.waves
            if any((counts := invitation_counts(unit, study, wave)).values())
        ]
    return render_template("workspace/response_rates.html", study=study, waves=waves)


@pages.post("/alerts")
@access(Role.RESEARCHER)
def alerts(key: str) -> ResponseReturnValue:
    """Send mails about what happens in fieldwork, or none."""
    on = request.form.get("alerts") == "on"
    with writing(key) as (unit, study):
        unit.alerts.switch(study.id or 0, on=on)
        unit.commit()
    flash("You will get a mail." if on else "No more mails about this study's fieldwork.")
    return redirect(url_for("fieldwork.overview", key=key, _anchor="mails"))
