"""Run by Alembic: migrate in the transaction of the connection that was handed over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from survey_app.storage.tables import UtcDateTime, metadata


def _render(kind: str, what: Any, _context: Any) -> str | Literal[False]:
    # A migration must not change when the program's own types do.
    moment = kind == "type" and isinstance(what, UtcDateTime)
    return "sa.DateTime(timezone=True)" if moment else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
    render_item=_render,
)
context.run_migrations()
