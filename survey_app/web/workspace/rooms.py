"""The pages of a study, and which of them somebody is on."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.domain.study import StudyState

ROOMS = (
    (
        "In the field",
        (
            ("Fieldwork", "fieldwork.overview"),
            ("Questionnaire", "versions.overview"),
            ("Waves", "waves.overview"),
            ("Invitations", "invitations.overview"),
            ("Places", "places.overview"),
            ("Paper", "paper.overview"),
            ("Privacy", "privacy.overview"),
        ),
    ),
    (
        "Answers",
        (
            ("Results", "results.results"),
            ("Measurement", "results.measurement"),
            ("Metrics", "metrics.overview"),
            ("Analyses", "jobs.overview"),
            ("Downloads", "downloads.files"),
        ),
    ),
    ("Scorecards", (("Looks", "looks.overview"), ("Mail", "deliveries.overview"))),
)
"""The pages of a study that was launched, in groups."""

ROOMS_OF_A_DRAFT = (
    (
        "",
        (
            ("Draft", "fieldwork.overview"),
            ("Preview", "preview.overview"),
            ("Pilot", "pilot.overview"),
            ("Waves", "waves.overview"),
            ("Invitations", "invitations.overview"),
            ("Places", "places.overview"),
            ("Paper", "paper.overview"),
            ("Looks", "looks.overview"),
            ("Privacy", "privacy.overview"),
        ),
    ),
)
"""What a draft can have: nothing of answers, and no mail about them."""

_WITHIN = {
    "contacts": "invitations",
    "contacts_file": "invitations",
    "metric_weights": "metrics",
    "panel": "waves",
    "paper_entry": "paper",
    "pilot": "versions",
    "preview": "versions",
    "progress": "fieldwork",
}
"""Rooms without a tab of their own, and the one that they are reached from."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a study; `current` is the value of ``aria-current``, empty for other pages."""

    label: str
    endpoint: str
    current: str


@dataclass(frozen=True, slots=True)
class Room:
    """Pages that belong together; the title is empty where there is one group only."""

    title: str
    tabs: tuple[Tab, ...]


def rooms_of(state: StudyState, endpoint: str) -> tuple[Room, ...]:
    """The pages of a study for whoever is on the page of an endpoint."""
    rooms = ROOMS_OF_A_DRAFT if state is StudyState.DRAFT else ROOMS
    here = _here(endpoint, {place for _, pages in rooms for _, place in pages})
    current = {here: "page" if here == endpoint else "true"}
    return tuple(
        Room(title, tuple(Tab(label, place, current.get(place, "")) for label, place in pages))
        for title, pages in rooms
    )


def _here(endpoint: str, known: set[str]) -> str:
    """The page with a tab that an endpoint belongs to."""
    if endpoint in known:
        return endpoint
    room = endpoint.partition(".")[0]
    own = f"{room}.overview"
    return own if own in known else f"{_WITHIN.get(room, room)}.overview"
