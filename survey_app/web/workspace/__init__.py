"""Pages for researchers: making a study, fieldwork, results and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Add the pages."""
    from survey_app.web.workspace.contacts import pages as contacts
    from survey_app.web.workspace.contacts_file import pages as contacts_file
    from survey_app.web.workspace.copy_study import pages as copy_study
    from survey_app.web.workspace.deliveries import pages as deliveries
    from survey_app.web.workspace.design import pages as design
    from survey_app.web.workspace.design_blocks import pages as design_blocks
    from survey_app.web.workspace.design_own import pages as design_own
    from survey_app.web.workspace.design_quotas import pages as design_quotas
    from survey_app.web.workspace.design_rules import pages as design_rules
    from survey_app.web.workspace.downloads import pages as downloads
    from survey_app.web.workspace.evidence import pages as evidence
    from survey_app.web.workspace.fieldwork import pages as fieldwork
    from survey_app.web.workspace.invitations import pages as invitations
    from survey_app.web.workspace.jobs import pages as jobs
    from survey_app.web.workspace.looks import pages as looks
    from survey_app.web.workspace.metric_weights import pages as metric_weights
    from survey_app.web.workspace.metrics import pages as metrics
    from survey_app.web.workspace.panel import pages as panel
    from survey_app.web.workspace.paper import pages as paper
    from survey_app.web.workspace.paper_entry import pages as paper_entry
    from survey_app.web.workspace.pilot import pages as pilot
    from survey_app.web.workspace.places import pages as places
    from survey_app.web.workspace.preview import pages as preview
    from survey_app.web.workspace.privacy import pages as privacy
    from survey_app.web.workspace.progress import pages as progress
    from survey_app.web.workspace.results import pages as results
    from survey_app.web.workspace.rooms import rooms_of
    from survey_app.web.workspace.studies import pages as studies
    from survey_app.web.workspace.versions import pages as versions
    from survey_app.web.workspace.waves import pages as waves

    rooms = (studies, fieldwork, results, metrics, metric_weights, jobs, downloads, deliveries)
    making = (design, design_blocks, design_own, design_rules, design_quotas)
    for blueprint in (
        *rooms,
        *making,
        contacts,
        contacts_file,
        invitations,
        paper,
        paper_entry,
        progress,
        places,
        looks,
        evidence,
        pilot,
        preview,
        privacy,
        copy_study,
        panel,
        versions,
        waves,
    ):
        app.register_blueprint(blueprint)
    app.add_template_global(rooms_of)
