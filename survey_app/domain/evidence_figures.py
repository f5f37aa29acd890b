"""The figures that one wave adds to an instrument's evidence, and how they are kept as JSON.

What is kept bears `FORMAT`, so that figures written by a later version are never misread.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
"""Version of the shape in which figures are kept."""

ACROSS = ("brands", "languages", "channels", "waves")
LEVELS = ("configural", "metric", "scalar", "strict")

CORRELATED, ONE_FACTOR = "correlated", "one_factor"
"""Names of the models that stand for an instrument's own scales: several, or one."""


class EvidenceError(ValueError):
    """A rule of the evidence is broken. The message says which and how to mend it."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A reliability coefficient with its interval; `n` interviews answered the whole scale."""

    value: float
    lower: float
    upper: float
    level: float
    n: int


@dataclass(frozen=True, slots=True)
class ScaleFigures:
    """One scale; a coefficient is None for a single item, or where it is undefined."""

    scale: str
    items: tuple[str, ...]
    alpha: Coefficient | None = None
    omega: Coefficient | None = None

    @property
    def lowest(self) -> float | None:
        """The lower one of alpha and omega, as far as they are known."""
        known = [one.value for one in (self.alpha, self.omega) if one is not None]
        return min(known, default=None)


@dataclass(frozen=True, slots=True)
class Exploration:
    """An exploratory factor solution with one factor for each scale of several items.

    `scales` names the scale that each factor stands for (None: none), `pattern` the loadings of
    each item in that order, `congruence` Tucker's coefficient of each factor with theory: 1 for
    the items of its scale and 0 for the others.
    """

    n: int
    method: str
    rotation: str | None
    scales: tuple[str | None, ...]
    pattern: Mapping[str, tuple[float, ...]]
    congruence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ModelFit:
    """Fit of a confirmatory model; what an estimator does not give is None."""

    chi2: float
    df: float
    p: float | None
    cfi: float | None
    tli: float | None
    rmsea: float | None
    rmsea_lower: float | None
    rmsea_upper: float | None
    srmr: float | None
    estimator: str


@dataclass(frozen=True, slots=True)
class Loading:
    """A standardised loading on the factor of an item, in the model of the instrument's scales."""

    factor: str
    standardised: float
    se: float | None = None


@dataclass(frozen=True, slots=True)
class Invariance:
    """The last of `LEVELS` that held across groups, None where not even the first did.

    `partial` names what had to be set free; `table` has a row of figures for each level.
    """

    across: str
    level: str | None
    partial: tuple[str, ...] = ()
    table: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one wave. What a version of the program does not work out stays empty.

    `languages` and `channels` count the interviews of each; brands are counted, never named.
    """

    languages: Mapping[str, int]
    channels: Mapping[str, int]
    brands: int
    scales: tuple[ScaleFigures, ...]
    exploration: Exploration | None = None
    fit: Mapping[str, ModelFit] = field(default_factory=dict)
    loadings: Mapping[str, Loading] = field(default_factory=dict)
    invariance: tuple[Invariance, ...] = ()

    @property
    def own_fit(self) -> tuple[str, ModelFit] | None:
        """Name and fit of the model of the instrument's own scales; None while none was fitted."""
        several = sum(len(scale.items) > 1 for scale in self.scales) > 1
        name = CORRELATED if several else ONE_FACTOR
        return (name, self.fit[name]) if name in self.fit else None

    def to_plain(self) -> dict[str, Any]:
        """As JSON keeps it; `figures_from` reads it."""
        return asdict(self)


def figures_from(plain: Mapping[str, Any], version: int = FORMAT) -> Figures:
    """Figures as they were kept. Raises EvidenceError for a format that is not known here."""
    if version != FORMAT:
        raise EvidenceError(
            f"These figures are kept in format {version}, but this version of the program reads "
            f"format {FORMAT}; use the version that wrote them."
        )
    return Figures(
        languages=dict(plain["languages"]),
        channels=dict(plain["channels"]),
        brands=plain["brands"],
        scales=tuple(_scale(one) for one in plain["scales"]),
        exploration=_exploration(plain.get("exploration")),
        fit={name: ModelFit(**one) for name, one in plain.get("fit", {}).items()},
        loadings={item: Loading(**one) for item, one in plain.get("loadings", {}).items()},
        invariance=tuple(_invariance(one) for one in plain.get("invariance", ())),
    )


def _scale(plain: Mapping[str, Any]) -> ScaleFigures:
    alpha, omega = (plain[name] and Coefficient(**plain[name]) for name in ("alpha", "omega"))
    return ScaleFigures(plain["scale"], tuple(plain["items"]), alpha, omega)


def _exploration(plain: Mapping[str, Any] | None) -> Exploration | None:
    if plain is None:
        return None
    return Exploration(
        n=plain["n"],
        method=plain["method"],
        rotation=plain["rotation"],
        scales=tuple(plain["scales"]),
        pattern={item: tuple(row) for item, row in plain["pattern"].items()},
        congruence=dict(plain["congruence"]),
    )


def _invariance(plain: Mapping[str, Any]) -> Invariance:
    table = tuple(dict(row) for row in plain["table"])
    return Invariance(plain["across"], plain["level"], tuple(plain["partial"]), table)
