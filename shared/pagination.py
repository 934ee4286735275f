"""Pages of a history, newest first: a cursor says where the last page ended."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import Session

from shared.errors import Invalid

Item = TypeVar("Item")
Limit = Annotated[int, Field(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[str | None, Field(max_length=100, description="`next_cursor` of the page before.")]


class PageOut(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: str | None = None


@dataclass(frozen=True)
class Page(Generic[Item]):
    items: Sequence[Item]
    next_cursor: str | None


def page(db: Session, query: Select[Any], *, by: Any, id: Any, limit: int, cursor: str | None) -> Page[Any]:
    """One page by (time, id), both descending: later rows do not shift it."""
    if cursor is not None:
        query = query.where(tuple_(by, id) < _position(cursor))
    rows = db.scalars(query.order_by(by.desc(), id.desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(rows[:limit], _cursor(getattr(rows[limit - 1], by.key), rows[limit - 1].id) if more else None)


def _cursor(at: datetime, row_id: UUID) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()} {row_id}".encode()).decode()


def _position(cursor: str) -> tuple[datetime, UUID]:
    """What is not written exactly as we write it is not ours."""
    try:
        at, row_id = base64.urlsafe_b64decode(cursor).decode().split(" ")
        position = datetime.fromisoformat(at).astimezone(UTC), UUID(row_id)
    except (ValueError, OverflowError):
        position = None
    if position is None or _cursor(*position) != cursor:
        raise Invalid.of("cursor", "This is not a cursor that a page has given.")
    return position
