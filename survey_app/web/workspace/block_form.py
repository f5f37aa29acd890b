"""The forms of a questionnaire's blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import DataRequired

from instruments.texts import in_english
from survey_app.domain.laid_out import laid_out
from survey_app.services.design_content import design_of
from survey_app.web.forms import ChooseSeveral, PageForm, UploadField, choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from instruments.model import Instrument
    from survey_app.domain.questionnaire import Block

ABOUT = (
    ("brand", "The brand, once for each brand that the person is asked about"),
    ("person", "The person, once"),
)


class OrderForm(PageForm):
    """What concerns all blocks."""

    shuffle_items = BooleanField(
        "Shuffle the questions within a page",
        description="Each respondent sees an order of their own; it is stored.",
    )
    instructed_item = BooleanField(
        "Ask an attention check",
        description="One question that says which answer to give. Failing it is one of the flags "
        "that screening counts.",
    )
    instructed_after = SelectField("It stands at the end of", coerce=int)

    can_check: bool = False
    """Whether there is a page that the attention check can close."""


def order_form(content: Mapping[str, Any]) -> OrderForm:
    """The form, filled from a questionnaire in the making, or from the request where one was
    sent."""
    offered = list(_closable(content))
    chosen = design_of(content).instructed_after
    form = OrderForm(
        data={
            "shuffle_items": content["shuffle_items"],
            "instructed_item": content["instructed_item"],
            "instructed_after": max(1, min(chosen, len(offered))),
        }
    )
    form.can_check = bool(offered)
    form.instructed_after.choices = choices(enumerate(offered or [""], start=1))
    return form


def _closable(content: Mapping[str, Any]) -> Iterator[str]:
    """The pages that the attention check can close, by the scales they ask."""
    whole = laid_out(content)
    for page in whole.pages:
        scale = page.scale
        if page.slot > 1 or scale is None or not scale.scored or scale.id in whole.design.adaptive:
            continue
        single = f": {page.items[0].topic}" if len(page.items) < len(scale.items) else ""
        yield f"{in_english(scale.name)}{single}"


class FileForm(PageForm):
    """A file of one's own."""

    file = UploadField("File")


class BlockForm(PageForm):
    """How a block of a questionnaire is asked."""

    scales = ChooseSeveral(
        "Scales that are asked", validators=[DataRequired("Choose at least one scale.")]
    )
    about = RadioField("It is about", choices=choices(ABOUT))
    one_by_one = BooleanField(
        "Every question on a page of its own",
        description="Good for long or difficult questions; otherwise a scale is one page.",
    )

    @classmethod
    def of(cls, block: Block, instrument: Instrument, *, sent: bool = True) -> BlockForm:
        """The form, filled from a block, or from the request where this form was `sent`."""
        own = [scale.id for scale in instrument.scales]
        data = {
            "scales": list(block.scales) or own,
            "about": block.about,
            "one_by_one": block.one_by_one,
        }
        form = cls(data=data) if sent else cls(formdata=None, data=data)
        form.scales.choices = choices(
            (scale.id, f"{in_english(scale.name)} ({_count(len(scale.items))})")
            for scale in instrument.scales
        )
        return form


def _count(questions: int) -> str:
    return f"{questions} question{'' if questions == 1 else 's'}"
