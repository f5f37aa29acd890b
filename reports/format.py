"""All rounding for print: the one place where a figure loses digits.

Signs come from CLDR by language (decimal comma, place of the percent sign); the minus is a true
minus, thousands are set apart by a narrow space that does not break, and zero has no sign.

Digits are European in every language: Arabic has two sets, by country, and managers there read
both; beside the figures of charts and files these are the same. In a language from right to left a
figure with signs is an isolate, so that it keeps its order in any sentence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from reports.isolates import isolated_figure

if TYPE_CHECKING:
    from datetime import date

MINUS = "−"
NARROW_SPACE = "\u202f"
NOTHING = "–"
"""Stands where there is no figure."""

_RANGE = {
    "ar": "{low} إلى {high}",
    "de": "{low} bis {high}",
    "en": "{low} to {high}",
    "ru": "от {low} до {high}",
    "zh": "{low} 至 {high}",
}
# Languages whose journals drop the zero of figures that cannot pass 1 (APA style).
_ZERO_DROPPED = frozenset({"en"})


@dataclass(frozen=True, slots=True)
class Formatter:
    """Figures as words of one language. None, NaN and infinities print as `NOTHING`."""

    language: str
    decimal: str
    percent_pattern: str
    right_to_left: bool = False

    def number(self, value: float | None, digits: int = 1) -> str:
        """``1234.56`` → ``1 234.6``."""
        return self._isolated(self._number(value, digits))

    def _number(self, value: float | None, digits: int) -> str:
        if value is None or not math.isfinite(value):
            return NOTHING
        text = f"{abs(value):,.{digits}f}"
        sign = MINUS if value < 0 and float(text.replace(",", "")) != 0 else ""
        return sign + text.replace(",", NARROW_SPACE).replace(".", self.decimal)

    def count(self, value: float | None) -> str:
        """A number of people: ``12345`` → ``12 345``."""
        return self.number(value, 0)

    def score(self, value: float | None) -> str:
        """A score or mean on 0–100, one decimal."""
        return self.number(value, 1)

    def mean(self, value: float | None) -> str:
        """A mean or standard deviation on the response scale, two decimals."""
        return self.number(value, 2)

    def measured(self, value: float | None, beside: float | None = None) -> str:
        """A measurement in any unit, three digits that count: ``1 234``, ``12.3``, ``0.045``.

        `beside` is a figure whose number of decimals it takes, so that both can be compared.
        """
        return self.number(value, decimals(value if beside is None else beside))

    def measured_change(self, value: float | None, beside: float | None) -> str:
        """A signed difference of measurements with the decimals of one of them: ``+0.45``."""
        return self.change(value, decimals(beside))

    def change(self, value: float | None, digits: int = 1) -> str:
        """A signed difference: ``+3.2``, ``−1.4``, and ``0.0`` without a sign."""
        return self._isolated(_with_sign(self._number(value, digits)))

    def effect(self, value: float | None) -> str:
        """A standardised difference such as Hedges g, signed, two decimals."""
        return self.change(value, 2)

    def coefficient(self, value: float | None, digits: int = 2) -> str:
        """A figure that cannot pass 1, such as alpha: ``.86``, in Russian ``0,86``."""
        return self._isolated(self._coefficient(value, digits))

    def _coefficient(self, value: float | None, digits: int) -> str:
        text = self._number(value, digits)
        if self.language not in _ZERO_DROPPED:
            return text
        lead = "0" + self.decimal
        return text.replace(lead, self.decimal, 1) if text.lstrip(MINUS).startswith(lead) else text

    def signed(self, value: float | None, digits: int = 2) -> str:
        """A signed difference of coefficients: ``+.004``, ``−.010``, and ``.000`` unsigned."""
        return self._isolated(_with_sign(self._coefficient(value, digits)))

    def p_value(self, value: float | None) -> str:
        """A probability, three digits: ``.034``, or ``< .001`` and ``> .999`` at the ends."""
        if value is None or not math.isfinite(value):
            return NOTHING
        if value < 0.001:
            return self._isolated(f"< {self._coefficient(0.001, 3)}")
        if value > 0.999:
            return self._isolated(f"> {self._coefficient(0.999, 3)}")
        return self.coefficient(value, 3)

    def estimate(
        self,
        value: float | None,
        low: float | None,
        high: float | None,
        digits: int = 2,
        ends_digits: int = 2,
    ) -> str:
        """A coefficient with its interval: ``.872 (.85–.89)``, ``−1.32 (−1.78 to −.92)``."""
        ends = self._coefficient(low, ends_digits), self._coefficient(high, ends_digits)
        if self.right_to_left or any(end.startswith(MINUS) for end in ends):
            between = self.between(*map(self._isolated, ends))
            if self.right_to_left:
                between = between.replace(" ", "\u00a0")
        else:
            between = "–".join(ends)
        return f"{self.coefficient(value, digits)} ({between})"

    def percent(self, share: float | None, digits: int = 0) -> str:
        """A share of one as a percentage: ``.614`` → ``61%`` (``61 %`` in Russian)."""
        if share is None or not math.isfinite(share):
            return NOTHING
        return self._isolated(self.percent_pattern.format(self._number(share * 100, digits)))

    def interval(self, low: float | None, high: float | None, digits: int = 1) -> str:
        """``58.1–66.0``; with words between where a bound is negative or absent, or where a dash
        would leave open which end comes first."""
        ends = self._number(low, digits), self._number(high, digits)
        if self.right_to_left:
            # No line breaks within it, as none does at the dash of other languages.
            return self.span(low, high, digits).replace(" ", "\u00a0")
        if any(end == NOTHING or end.startswith(MINUS) for end in ends):
            return self.span(low, high, digits)
        return "–".join(ends)

    def span(self, low: float | None, high: float | None, digits: int = 1) -> str:
        """``58.1 to 66.0``, for running text and alternative text."""
        if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
            return NOTHING
        return self.between(self.number(low, digits), self.number(high, digits))

    def between(self, low: str, high: str) -> str:
        """Two printed figures with words between: ``58.1 to 66.0``."""
        return _RANGE.get(self.language, "{low} – {high}").format(low=low, high=high)

    def date(self, value: date | None) -> str:
        """``3 March 2025`` as the language writes it."""
        if value is None:
            return NOTHING
        from babel.dates import format_date

        locale = "en_GB" if self.language == "en" else self.language
        return format_date(value, format="long", locale=locale)

    def _isolated(self, text: str) -> str:
        plain = text.replace(self.decimal, "").isdigit() or text == NOTHING
        return text if plain or not self.right_to_left else isolated_figure(text)


def _with_sign(text: str) -> str:
    rounds_to_zero = not any(character in "123456789" for character in text)
    return text if rounds_to_zero or text.startswith(MINUS) else f"+{text}"


def decimals(value: float | None) -> int:
    """How many decimals of a measurement leave about three digits that count, at most four."""
    if value is None or not math.isfinite(value) or value == 0:
        return 0
    return min(max(2 - math.floor(math.log10(abs(value))), 0), 4)


@lru_cache(maxsize=32)
def formatter(language: str) -> Formatter:
    """Return the formatter of a language tag such as ``en`` or ``ru-RU``; English for unknown."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    pattern = locale.percent_formats[None]
    suffix = pattern.suffix[0]
    return Formatter(
        language=locale.language,
        decimal=locale.number_symbols["latn"]["decimal"],
        percent_pattern=f"{pattern.prefix[0]}{{}}{suffix}".replace("\xa0", NARROW_SPACE),
        right_to_left=locale.text_direction == "rtl",
    )
