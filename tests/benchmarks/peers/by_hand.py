"""The authenticated read as its author would write it without a house: FastAPI, Mangum, PyJWT, raw pg8000.

It counts against the same bucket, works as the same role, and writes the same row to the request log.
"""

import os
import time
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import jwt
import pg8000.dbapi
from aws_lambda_powertools import Logger
from fastapi import Depends, FastAPI, Header, HTTPException, Response
from mangum import Mangum
from pydantic import BaseModel
from sqlalchemy.engine import make_url

logger = Logger(service="peer")
app = FastAPI(openapi_url=None)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Request-Id": "00000000-0000-0000-0000-000000000000",
}
NOTE = """
insert into audit.api_request_logs
(id, created_at, endpoint, method, status_code, response_time_ms, user_id, api_key_id, request_id)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class MeOut(BaseModel):
    id: UUID
    email: str
    username: str
    role: str
    email_verified_at: datetime | None
    created_at: datetime


def connection(kept: dict[str, Any] = {}) -> Any:  # noqa: B006
    if "connection" not in kept:
        url = make_url(os.environ["PEER_DATABASE_URL"])
        kept["connection"] = pg8000.dbapi.connect(
            url.username,
            database=url.database,
            password=url.password,
            unix_sock=url.query["unix_sock"],
            ssl_context=False,
        )
        kept["key"] = jwt.PyJWK.from_json(os.environ["PEER_JWK"]).key
    return kept["connection"], kept["key"]


def user_id(authorization: Annotated[str, Header()]) -> str:
    try:
        token = authorization.removeprefix("Bearer ")
        _, key = connection()
        claims = jwt.decode(token, key, algorithms=["EdDSA"], audience="astrolabe", issuer="astrolabe")
    except jwt.PyJWTError:
        raise HTTPException(401) from None
    return str(claims["sub"])


@app.get("/v1/auth/me", response_model=MeOut)
def me(caller: Annotated[str, Depends(user_id)], response: Response) -> Any:
    began, now = time.perf_counter(), datetime.now(UTC)
    db, _ = connection()
    cursor = db.cursor()
    cursor.execute("select * from platform.take(%s, %s, %s, %s)", (f"api:{caller}", 600_000, 60, now))
    allowed, remaining, _ = cursor.fetchone()
    db.commit()
    if not allowed:
        raise HTTPException(429)
    cursor.execute(
        "select set_config('app.user_id', %s, true), set_config('role', 'app_user', true)", (caller,)
    )
    cursor.execute(
        "select id, email, username, role, email_verified_at, created_at from auth.users where id = %s",
        (caller,),
    )
    columns = [column[0] for column in cursor.description]
    row = dict(zip(columns, cursor.fetchone(), strict=True))
    ms = round((time.perf_counter() - began) * 1000)
    cursor.execute(NOTE, (uuid4(), now, "/v1/auth/me", "GET", 200, ms, caller, None, str(uuid4())))
    db.commit()
    response.headers.update(HEADERS | {"RateLimit-Limit": "600", "RateLimit-Remaining": str(remaining)})
    logger.info("call", extra={"route": "/v1/auth/me", "user_id": caller, "ms": ms})
    return row


@app.get("/trivial")
def trivial(response: Response) -> dict[str, str]:
    response.headers.update(HEADERS)
    logger.info("call", extra={"route": "/trivial"})
    return {"status": "ok"}


handler = Mangum(app, lifespan="off")
