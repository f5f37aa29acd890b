"""A sending that stopped, seen in the workspace and tried again."""

from __future__ import annotations

from dataclasses import replace

from tests.survey_app.web.conftest import text_of
from tests.survey_app.web.test_workspace_invitations import (
    MailingOffice,
    contacts_file,
    hidden,
    mailing,
    take_in,
    work,
)
from tests.survey_app.web.test_workspace_invitations import _texts_of as texts_of

__all__ = ["mailing"]


def test_a_sending_that_stopped_is_tried_again(mailing: MailingOffice) -> None:
    """Its page says why it stopped and goes on at a press of the button, for its researcher only
    and by no link."""
    office, mailbox, config = mailing
    visitor, path = office.visitor("researcher"), f"/studies/{office.open_key}"
    take_in(visitor, path, contacts_file(12))
    write, overview = f"{path}/invitations/write/invitation", f"{path}/invitations/"
    shown = visitor.submit(write, **{**texts_of(visitor.get(write)), "when": "now"})
    visitor.post(write.replace("write", "send"), data=hidden(shown.text))
    work(office, replace(config, smtp_url="smtp://127.0.0.1:1"))
    stopped = visitor.get(overview)
    assert "The sending stopped. The mail server" in text_of(stopped)
    again = f"{overview}try-again"
    assert f'action="{again}"' in stopped.text
    assert visitor.get(again).status_code == 405
    assert office.visitor("foreign_researcher").submit("/account", again).status_code == 404
    for said in ("What waits is sent now.", "There is no sending that stopped."):
        visitor.submit(overview, again)
        assert said in text_of(visitor.get(overview))
    work(office, config)
    assert len(set(mailbox.readers())) == mailbox.count() == 14
    assert again not in visitor.get(overview).text
