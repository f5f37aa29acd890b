"""A consent text to begin with, in the languages whose wording is shipped.

What is stored, and that answering is voluntary, the start page of every survey says by itself.
"""

from __future__ import annotations

DEFAULT_CONSENT = {
    "en": (
        "This survey asks what you think of a brand, how you feel about it and what you do with "
        "it, to find out how customers engage with it.\n\n"
        "Results are reported for groups of people only, never for a single person."
    ),
    "ru": (
        "В этом опросе мы спрашиваем, что вы думаете о бренде, какие чувства он вызывает и как "
        "вы с ним взаимодействуете, чтобы узнать, насколько клиенты им увлечены.\n\n"
        "Результаты сообщаются только по группам людей и никогда по одному человеку."
    ),
}
