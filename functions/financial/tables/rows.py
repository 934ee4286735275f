"""What the domain's tables have in common."""

from decimal import Decimal
from typing import Annotated

from sqlalchemy import Numeric
from sqlalchemy.orm import mapped_column

from shared.db import schema


class Rows(schema.Rows):
    __abstract__ = True
    metadata = schema.metadata("financial")


Balance = Annotated[Decimal, mapped_column(Numeric(28, 8))]  # a sum of many amounts, which are Numeric(20, 8)
Rate = Annotated[Decimal, mapped_column(Numeric(28, 12))]
