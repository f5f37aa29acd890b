"""Forms that ask for a file: sent as an address, they change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from survey_app.web.forms import PageForm, choices

if TYPE_CHECKING:
    from typing import Any

PDF = "application/pdf"
PAPERS = choices((("A4", "A4"), ("Letter", "US Letter")))
"""The sizes of sheets that may be wished for."""


class WishedFile(PageForm):
    """A form whose values stand in the address."""

    class Meta(PageForm.Meta):
        """What is asked for stands in the address."""

        csrf = False

        def wrap_formdata(self, _form: PageForm, _formdata: Any) -> Any:
            """The values of the address."""
            return request.args or None
