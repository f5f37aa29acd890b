"""Choosing a condition: first what it asks for, then the answers that count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from wtforms import HiddenField
from wtforms.validators import DataRequired

from survey_app.web.forms import ChooseSeveral, PageForm, choices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.domain.laid_out import Choosable
    from survey_app.domain.questionnaire import Condition
    from survey_app.web.workspace.design_parts import BlockView


class ConditionForm(PageForm):
    """The answers of one question, or brands, languages or channels, that count."""

    item = HiddenField()
    values = ChooseSeveral("Answers", validators=[DataRequired("Tick at least one answer.")])
    chosen: Choosable
    """What it asks for."""


def condition_form(
    known: Mapping[str, Choosable], held: Sequence[Condition]
) -> ConditionForm | None:
    """The form for what the address or the form sent asks for, ticked as the conditions held have
    it; None where nothing that can be asked for was chosen yet."""
    wanted = known.get(request.values.get("item", ""))
    if wanted is None:
        return None
    ticked = [str(value) for one in held if one.item == wanted.id for value in one.values]
    form = ConditionForm(data={"item": wanted.id, "values": ticked})
    form.values.choices = choices((str(value), label) for value, label in wanted.values.items())
    form.values.label.text = wanted.name
    form.chosen = wanted
    return form


def groups(
    known: Mapping[str, Choosable], blocks: Sequence[BlockView]
) -> list[tuple[str, list[Choosable]]]:
    """What may be asked for, grouped by the block that asks it, facts of the interview first."""
    named = [("", "The interview"), *((view.block.id, view.name) for view in blocks)]
    found = [
        (title, [one for one in known.values() if one.block == block]) for block, title in named
    ]
    return [(title, choosable) for title, choosable in found if choosable]
