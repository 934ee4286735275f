"""What every table of the house has in common, and the rights that stand beside its columns."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, LargeBinary, MetaData, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}
COLUMN_TYPES = {
    str: Text,
    int: Integer,
    UUID: Uuid,
    bytes: LargeBinary,
    date: Date,
    datetime: DateTime(timezone=True),
    Decimal: Numeric(20, 8),
    dict[str, Any]: JSONB,
    list[str]: ARRAY(Text),
}


def metadata(schema: str) -> MetaData:
    return MetaData(schema=schema, naming_convention=NAMES)


class Rows(DeclarativeBase):
    """Subclass once a domain, with `metadata = metadata("its schema")`."""

    __abstract__ = True
    type_annotation_map: ClassVar[dict[Any, Any]] = COLUMN_TYPES


def rights(
    *,
    owner: str = "",
    select: str = "",
    insert: str = "",
    update: str = "",
    delete: bool = False,
    retention: str = "",
) -> dict[str, Any]:
    """The `info` of a table: its owner's column, what app_user may do with which columns (`*`: all), how long
    rows stay.

    Migrations grant it (infra/migrations/rights.py); a test holds the database's catalogue against it.
    """
    columns = {"select": select, "insert": insert, "update": update}
    grants = {right: tuple(names.split()) for right, names in columns.items() if names}
    return {"owner": owner, "grants": grants, "delete": delete, "retention": retention}
