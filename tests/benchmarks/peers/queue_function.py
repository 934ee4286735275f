"""A bare queue function: SQLAlchemy, pg8000 and powertools' batch processor, as its author would write it."""

import json
import os
from datetime import datetime
from typing import Any
from uuid import UUID

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import BaseModel
from sqlalchemy import create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TABLES = int(os.environ["PEER_TABLES"])  # as many as the function beside it
logger = Logger(service="peer")
processor = BatchProcessor(event_type=EventType.SQS)
engine = create_engine(os.environ["PEER_DATABASE_URL"])


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    __table_args__ = {"schema": "auth"}  # noqa: RUF012
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    created_at: Mapped[datetime]


for number in range(TABLES - 1):
    namespace: dict[str, Any] = {"__tablename__": f"table_{number}", "id": mapped_column(primary_key=True)}
    namespace["__annotations__"] = {"id": Mapped[UUID]} | {f"column_{n}": Mapped[str] for n in range(8)}
    type(f"Table{number}", (Base,), namespace)


class Message(BaseModel):
    user_id: UUID
    letter: str
    link_id: UUID | None = None


def record_handler(record: SQSRecord) -> None:
    envelope = json.loads(record.body)["detail"]
    message = Message.model_validate(envelope["body"])
    with Session(engine) as db, db.begin():
        db.execute(text("select set_config('app.user_id', :id, true)"), {"id": str(message.user_id)})
        db.execute(text("select set_config('role', 'app_user', true)"))
        db.get(User, message.user_id)
    logger.info("call", extra={"letter": message.letter})


def handler(event: dict[str, Any], context: Any) -> Any:
    return process_partial_response(
        event=event, record_handler=record_handler, processor=processor, context=context
    )
