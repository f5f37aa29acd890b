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
    "de": (
        "In dieser Umfrage fragen wir, was Sie über eine Marke denken, was Sie dabei fühlen und "
        "was Sie mit ihr machen. So erfahren wir, wie sehr sich Menschen mit ihr verbunden "
        "fühlen.\n\n"
        "Ergebnisse nennen wir nur für Gruppen von Menschen, nie für eine einzelne Person."
    ),
    "fr": (
        "Cette enquête demande ce que vous pensez d’une marque, ce que vous ressentez pour elle et "
        "ce que vous faites avec elle, pour savoir comment les clients s’y attachent.\n\n"
        "Les résultats sont donnés seulement pour des groupes de personnes, jamais pour une seule "
        "personne."
    ),
    "es": (
        "Esta encuesta pregunta qué piensa de una marca, qué siente por ella y qué hace con ella, "
        "para saber cómo se vinculan los clientes con la marca.\n\n"
        "Los resultados se dan solo para grupos de personas, nunca para una sola persona."
    ),
    "ar": (
        "نسألكم في هذا الاستطلاع عما تفكرون فيه بشأن علامة تجارية، وما تشعرون به نحوها، وما "
        "تفعلونه معها، لنعرف كيف يتفاعل الزبائن معها.\n\n"
        "لا تعرض النتائج إلا لمجموعات من الناس، ولا تعرض أبدا لشخص واحد."
    ),
    "zh": (
        "本调查想了解您对一个品牌怎么看、有什么感受、会为它做什么，从而知道顾客对品牌的参与程度。\n\n"
        "调查结果只按人群报告，绝不会报告某一个人的回答。"
    ),
}
