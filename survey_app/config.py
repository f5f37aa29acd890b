"""The settings, each declared once: name, default and help. Read at the entry point only."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

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

    def __post_init__(self) -> None:
        if len(self.secret_key) < MINIMUM_SECRET_KEY_LENGTH:
            raise ConfigError(
                "SECRET_KEY is missing or shorter than 32 characters. Make one with "
                "`python -c 'import secrets; print(secrets.token_urlsafe(48))'` and set it in the "
                "environment; keep it secret and keep it the same."
            )
        if not self.public_url.startswith(("http://", "https://")):
            raise ConfigError(
                "PUBLIC_URL is missing or no web address. Set it to the address that respondents "
                "use, e.g. https://survey.example.org; links and QR codes are made from it."
            )
        if self.minimum_n < 30:
            raise ConfigError("MINIMUM_N is below 30. The bound can be raised, never lowered.")

    @property
    def secure(self) -> bool:
        """True when cookies travel over TLS only."""
        return self.public_url.startswith("https://")


def config_from(environment: Mapping[str, str]) -> Config:
    """The settings from environment variables. Raises ConfigError, naming the setting."""
    values = {setting.name: environment.get(setting.name, setting.default) for setting in SETTINGS}
    known: dict[str, Any] = {field.name: values[field.name.upper()] for field in fields(Config)}
    try:
        known["minimum_n"] = int(known["minimum_n"])
    except ValueError:
        raise ConfigError(f"MINIMUM_N {known['minimum_n']!r} is no whole number.") from None
    known["demo"] = known["demo"] == "1"
    known["public_url"] = known["public_url"].rstrip("/")
    return Config(**known)
