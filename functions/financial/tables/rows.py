"""What the domain's tables have in common."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from sqlalchemy import Numeric, Text
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.orm import mapped_column
from sqlalchemy.sql.operators import OperatorClass

from shared.db import schema


class Rows(schema.Rows):
    __abstract__ = True
    metadata = schema.metadata("financial")


class _TextDomain(DOMAIN):
    operator_classes = OperatorClass.STRING


def one_of(name: str, values: Iterable[str]) -> DOMAIN:
    """A domain: asked where its column is written, and not in each statement that writes another."""
    return _TextDomain(name, Text, check=f"value in ({', '.join(map(repr, values))})", schema="financial")


Balance = Annotated[Decimal, mapped_column(Numeric(28, 8))]  # a sum of many amounts, which are Numeric(20, 8)
Rate = Annotated[Decimal, mapped_column(Numeric(28, 12))]
