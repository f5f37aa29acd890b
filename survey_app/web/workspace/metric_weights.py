"""How much each metric counts in a study's index: a profile that ships, or weights of one's own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import RadioField, StringField

from instruments.errors import InstrumentError
from instruments.metrics import OWN, WeightsError, standard_metrics
from survey_app.domain.study import StudyError
from survey_app.domain.user import Role
from survey_app.exchange.columns import number
from survey_app.exchange.errors import ExchangeError
from survey_app.services.metrics import choose_profile, choose_weights, profile_of, weights_upload
from survey_app.web.access import access
from survey_app.web.forms import PageForm, UploadField, choices
from survey_app.web.workspace.own_study import reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue
    from wtforms import Field

    from instruments.metrics import Metric
    from survey_app.domain.study import Study
    from survey_app.web.forms import Problem

pages = Blueprint("metric_weights", __name__, url_prefix="/studies/<key>/metrics/weights")

_PREFIX = "weight_"


class WeightsForm(PageForm):
    """A profile, and a weight for each metric that takes one."""

    profile = RadioField(
        "Weights",
        choices=choices(
            [
                ("standard", "Standard weights: the same in every study"),
                ("equal", "Equal weights"),
                (OWN, "Own weights, as written below"),
                ("file", "Own weights from a file"),
            ]
        ),
    )
    file = UploadField(
        "File with weights",
        description="YAML with lines such as “reviews: 5”, or CSV with the columns metric and "
        "weight.",
    )

    def weights(self) -> Iterator[tuple[Metric, Field]]:
        """Each metric that takes a weight, with its field."""
        for metric in standard_metrics().metrics:
            if metric.weighable:
                yield metric, self[_PREFIX + metric.id]


@cache
def _form_class() -> type[WeightsForm]:
    fields = {
        _PREFIX + metric.id: StringField(metric.name["en"])
        for metric in standard_metrics().metrics
        if metric.weighable
    }
    return type("MetricWeightsForm", (WeightsForm,), fields)


@pages.route("/", methods=["GET", "POST"])
@access(Role.RESEARCHER)
def choose(key: str) -> ResponseReturnValue:
    """Show the weights, and change them."""
    with reading(key) as (_, study):
        form = _form_class()(**_shown(study))
    problems: list[Problem] = []
    if form.validate_on_submit():
        problems = _choose(key, form)
        if not problems:
            flash("The weights are kept. Scorecards print them.")
            return redirect(url_for("metrics.overview", key=key))
    elif form.is_submitted():
        problems = form.problems()
    page = render_template(
        "workspace/metric_weights.html", study=study, form=form, problems=problems
    )
    return page, 422 if problems else 200


def _choose(key: str, form: WeightsForm) -> list[Problem]:
    with writing(key) as (unit, study):
        try:
            _take(study, form)
        except (WeightsError, StudyError) as error:
            return [("profile", str(error))]
        except (ExchangeError, InstrumentError) as error:
            return [("file", line) for line in str(error).splitlines()]
        unit.commit()
    return []


def _take(study: Study, form: WeightsForm) -> None:
    chosen = form.profile.data
    if chosen == OWN:
        choose_weights(
            study, {metric.id: _weight(metric, field) for metric, field in form.weights()}
        )
    elif chosen == "file":
        upload = form.file.data
        if not upload:
            raise WeightsError("Choose a file with weights.")
        weights_upload(study, upload.filename or "", upload.read())
    else:
        choose_profile(study, chosen)


def _weight(metric: Metric, field: Field) -> float:
    text = (field.data or "").strip()
    weight = number(text) if text else 0.0
    if weight is None:
        raise WeightsError(f"The weight of {metric.name['en']}, {text[:40]!r}, is no number.")
    return weight


def _shown(study: Study) -> dict[str, Any]:
    profile = profile_of(study)
    weights = {_PREFIX + name: f"{100 * weight:.4g}" for name, weight in profile.weights.items()}
    return {"profile": profile.id, **weights}
