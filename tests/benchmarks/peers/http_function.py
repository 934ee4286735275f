"""A bare HTTP function: FastAPI, Mangum, PyJWT, powertools' Logger and SQLAlchemy, no more.

It has as many routes and tables as the function beside it, and reads one row as its author would.
"""

import os
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import jwt
from aws_lambda_powertools import Logger
from fastapi import Depends, FastAPI, Header, HTTPException
from mangum import Mangum
from pydantic import BaseModel, EmailStr, create_model
from sqlalchemy import create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

ROUTES = int(os.environ["PEER_ROUTES"])
TABLES = int(os.environ["PEER_TABLES"])
logger = Logger(service="peer")


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    __table_args__ = {"schema": "auth"}  # noqa: RUF012
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    username: Mapped[str]
    role: Mapped[str]
    email_verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


COLUMNS = {f"column_{n}": (str, ...) for n in range(8)}
for number in range(TABLES - 1):
    namespace: dict[str, Any] = {"__tablename__": f"table_{number}", "id": mapped_column(primary_key=True)}
    namespace["__annotations__"] = {"id": Mapped[UUID]} | dict.fromkeys(COLUMNS, Mapped[str])
    type(f"Table{number}", (Base,), namespace)


class MeOut(BaseModel):
    id: UUID
    email: EmailStr
    username: str
    role: str
    email_verified_at: datetime | None
    created_at: datetime


app = FastAPI(openapi_url=None)


def engine(kept: dict[str, Any] = {}) -> Any:  # noqa: B006
    if "engine" not in kept:
        kept["engine"] = create_engine(os.environ["PEER_DATABASE_URL"])
    return kept["engine"]


def user_id(authorization: Annotated[str, Header()]) -> UUID:
    try:
        claims = jwt.decode(
            authorization.removeprefix("Bearer "),
            jwt.PyJWK.from_json(os.environ["PEER_JWK"]).key,
            algorithms=["EdDSA"],
            audience="astrolabe",
            issuer="astrolabe",
        )
    except jwt.PyJWTError:
        raise HTTPException(401) from None
    return UUID(claims["sub"])


@app.get("/v1/auth/me", response_model=MeOut)
def me(caller: Annotated[UUID, Depends(user_id)]) -> Any:
    with Session(engine()) as db, db.begin():
        db.execute(text("select set_config('app.user_id', :id, true)"), {"id": str(caller)})
        db.execute(text("select set_config('role', 'app_user', true)"))
        user = db.get_one(User, caller)
        logger.info("call", extra={"route": "/v1/auth/me"})
        return MeOut.model_validate(user, from_attributes=True)


for number in range(ROUTES - 1):
    body = create_model(f"Body{number}", **COLUMNS)  # type: ignore[call-overload]

    def endpoint(body: body, caller: Annotated[UUID, Depends(user_id)]) -> dict[str, str]:  # type: ignore[valid-type]
        return {}

    app.post(f"/v1/auth/route-{number}")(endpoint)

handler = Mangum(app, lifespan="off")
