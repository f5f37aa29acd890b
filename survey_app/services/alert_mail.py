"""The mail to a researcher about what happened in fieldwork."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.domain.alert import AlertKind
from survey_app.domain.text import one_line
from survey_app.exchange.mail import Mail
from survey_app.mail_settings import check_mail_from
from survey_app.services import mail_html
from survey_app.services.alert_words import alert_sentence
from survey_app.services.delivery_mail import mail_host

if TYPE_CHECKING:
    from survey_app.config import Config
    from survey_app.domain.alert import Alert
    from survey_app.domain.study import Study
    from survey_app.domain.user import User

_SUBJECTS = {
    AlertKind.QUOTA_FILLED: "{study}: a quota is full",
    AlertKind.BREAK_OFF: "{study}: more respondents stop at a page",
}
_WHAT_NOW = {
    AlertKind.QUOTA_FILLED: "Respondents who would fall into it are thanked and asked no more. "
    "Nothing has to be done.",
    AlertKind.BREAK_OFF: "Open the survey on a phone and answer that page: does it load, and is "
    "every question clear? It may also be chance: on at most one day in a hundred such a mail is "
    "sent though nothing has changed.",
}
_WHY = (
    "You receive this mail because the study is yours. It is sent once for each event; on the page "
    "of the study you can choose to get no more of them."
)


@dataclass(frozen=True, slots=True)
class AlertLetter:
    """What a mail is about."""

    alert: Alert
    reader: User
    study: Study


def alert_message_id(config: Config, alert: Alert) -> str:
    """The Message-ID of a mail, the same however often it is sent."""
    return f"<{alert.key}@{mail_host(config)}>"


def alert_mail(config: Config, letter: AlertLetter) -> Mail:
    """The mail. Raises MailError where it cannot be written."""
    alert, study = letter.alert, letter.study
    address = f"{config.public_url}/studies/{study.key}/"
    subject = one_line(_SUBJECTS[alert.kind].format(study=study.title))
    said = (f"Hello {letter.reader.name},", alert_sentence(alert), _WHAT_NOW[alert.kind])
    simulated = "Simulated data: a program made these answers."
    told = (*said, simulated) if study.simulated else said
    body = "".join(mail_html.paragraph(words) for words in told)
    body += mail_html.button(address, "See how fieldwork stands")
    return Mail(
        sender=check_mail_from(config.mail_from),
        to_name=letter.reader.name,
        to=letter.reader.email,
        subject=subject,
        text="\n\n".join((*told, address)) + f"\n\n-- \n{_WHY}\n{address}#mails\n",
        html=mail_html.page(
            "en",
            subject,
            body
            + mail_html.small_print(_WHY, [("Choose which mails you get", f"{address}#mails")]),
        ),
        language="en",
        message_id=alert_message_id(config, alert),
        unsubscribe="",
    )
