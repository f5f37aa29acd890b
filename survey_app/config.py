"""The settings, each declared once: name, default and help. Read at the entry point only."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

MINIMUM_SECRET_KEY_LENGTH = 32


class ConfigError(ValueError):
    """A setting is missing or wrong. The message names it and how to mend it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: environment variable `name`, its default and what it means."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("DATABASE_URL", "sqlite:///engage.sqlite", "Where answers are kept (SQLAlchemy URL)."),
    Setting("SECRET_KEY", "", "Signs sessions and page tickets; at least 32 random characters."),
    Setting("PUBLIC_URL", "", "Address under which respondents and users reach the application."),
    Setting("MINIMUM_N", "30", "Fewest interviews for which a result is shown; 30 or more."),
    Setting(
        "REDIS_URL",
        "",
        "Redis that queues long work (redis://host:6379/0); a file when empty. Needs the package "
        "redis.",
    ),
    Setting(
        "JOBS_FILE",
        "",
        "File that queues long work without Redis; when empty, beside a SQLite database, else "
        "engage-jobs.sqlite in the current folder.",
    ),
    Setting(
        "SMTP_URL",
        "",
        "Mail server that takes scorecards and invitations: "
        "smtp://user:password@host:587 (STARTTLS; ?starttls=no for a server beside this one that "
        "has none) or smtps://user:password@host:465. No mail when empty.",
    ),
    Setting("MAIL_FROM", "", "Sender of mails, e.g. Scorecards <scorecards@example.org>."),
    Setting("MAILS_PER_MINUTE", "0", "Most mails that a worker sends in a minute; 0 for no limit."),
    Setting("DEMO", "", "1 shows the demo notice and the demo logins; never in production."),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a running application, checked."""

    database_url: str
    secret_key: str
    public_url: str
    minimum_n: int = 30
    demo: bool = False
    redis_url: str = ""
    jobs_file: str = ""
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    mails_per_minute: int = 0

    def __post_init__(self) -> None:
        key = self.secret_key
        if len(key.strip()) < MINIMUM_SECRET_KEY_LENGTH or not key.isprintable():
            raise ConfigError(
                "SECRET_KEY is missing or shorter than 32 characters, or no plain text. Make one "
                "with `python -c 'import secrets; print(secrets.token_urlsafe(48))'` and set it "
                "in the environment; keep it secret and keep it the same."
            )
        if not _is_web_address(self.public_url):
            raise ConfigError(
                "PUBLIC_URL is missing or no web address. Set it to the address that respondents "
                "use, e.g. https://survey.example.org; links and QR codes are made from it."
            )
        if self.minimum_n < 30:
            raise ConfigError("MINIMUM_N is below 30. The bound can be raised, never lowered.")
        check_redis_url(self.redis_url)
        self._check_mail()

    def _check_mail(self) -> None:
        from survey_app.mail_settings import check_mail_from, mail_server

        if self.mails_per_minute < 0:
            raise ConfigError("MAILS_PER_MINUTE is below 0. Write how many, or 0 for no limit.")
        if self.smtp_url:
            mail_server(self.smtp_url)
            check_mail_from(self.mail_from)

    @property
    def sends_mail(self) -> bool:
        """True when a mail server was named."""
        return bool(self.smtp_url)

    @property
    def secure(self) -> bool:
        """True when cookies travel over TLS only."""
        return self.public_url.startswith("https://")


def check_redis_url(url: str) -> None:
    """Raise ConfigError unless `url` is empty or the address of a Redis."""
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise ConfigError(
            "REDIS_URL is not the address of a Redis. Write redis://host:6379/0, rediss:// for TLS "
            "or unix:///path/to/socket, or leave it empty to queue long work in a file."
        )


def _is_web_address(url: str) -> bool:
    """True for scheme, host and perhaps a path, to which the address of a page can be added."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url
    bare = not (parts.query or parts.fragment or "@" in parts.netloc)
    return plain and bare and url.startswith(("http://", "https://")) and bool(parts.hostname)


def config_from(environment: Mapping[str, str]) -> Config:
    """The settings from environment variables. Raises ConfigError, naming the setting."""
    values = {setting.name: environment.get(setting.name, setting.default) for setting in SETTINGS}
    known: dict[str, Any] = {field.name: values[field.name.upper()] for field in fields(Config)}
    for name in ("minimum_n", "mails_per_minute"):
        known[name] = _whole_number(name.upper(), known[name])
    known["demo"] = known["demo"] == "1"
    known["public_url"] = known["public_url"].rstrip("/")
    return Config(**known)


def _whole_number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ConfigError(f"{name} {text[:40]!r} is no whole number.") from None
