"""The mail that tells a researcher what will be deleted, two weeks before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.retention import Kept
from survey_app.domain.text import one_line
from survey_app.exchange.mail import Mail
from survey_app.mail_settings import check_mail_from
from survey_app.services import mail_html
from survey_app.services.delivery_mail import mail_host

if TYPE_CHECKING:
    from datetime import date

    from survey_app.config import Config
    from survey_app.domain.retention_notice import RetentionNotice
    from survey_app.domain.study import Study
    from survey_app.domain.user import User

WHAT = {
    Kept.ANSWERS: "the answers",
    Kept.CONTACTS: "the contacts",
    Kept.PILOT: "the answers of pilots",
}
"""What is deleted, as it stands in a sentence."""


@dataclass(frozen=True, slots=True)
class NoticeLetter:
    """What a notice is about; `n` interviews or contacts will be deleted."""

    notice: RetentionNotice
    reader: User
    study: Study
    n: int


def notice_message_id(config: Config, notice: RetentionNotice) -> str:
    """The Message-ID of a notice, the same however often it is sent."""
    return f"<{notice.key}@{mail_host(config)}>"


def notice_mail(config: Config, letter: NoticeLetter) -> Mail:
    """The mail. Raises MailError where it cannot be written."""
    notice, study = letter.notice, letter.study
    what, day = WHAT[notice.what], _day(notice.due_on)
    address = f"{config.public_url}/studies/{study.key}/privacy/"
    subject = one_line(f"{study.title}: {what} will be deleted on {day}")
    said = (
        f"Hello {letter.reader.name},",
        f"On {day}, {what} of the study “{study.title}” will be deleted for good, because the "
        f"period that you set ends then. There are {letter.n:,} of them.",
        "Export what you still need before that day, or keep it longer:",
    )
    why = "You receive this mail because the study is yours. It is sent once for each deletion."
    text = "\n\n".join((*said, address)) + f"\n\n-- \n{why}\n"
    body = "".join(mail_html.paragraph(words) for words in said)
    body += mail_html.button(address, "See the dates, or prolong")
    return Mail(
        sender=check_mail_from(config.mail_from),
        to_name=letter.reader.name,
        to=letter.reader.email,
        subject=subject,
        text=text,
        html=mail_html.page("en", subject, body + mail_html.small_print(why, [])),
        language="en",
        message_id=notice_message_id(config, notice),
        unsubscribe="",
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
