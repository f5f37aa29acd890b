"""A panel member of a pseudonymous study: a random key, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from survey_app.domain.study import new_key


@dataclass(eq=False)
class Person:
    """Somebody whose interviews of several waves belong together. Nothing here says who it is."""

    study_id: int
    key: str = field(default_factory=new_key)
    id: int | None = None
