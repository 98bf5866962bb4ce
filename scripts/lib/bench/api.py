"""The same API with FastAPI and asyncpg, written for speed.

uvloop and httptools, a response model (faster than plain dictionaries), a pool of sessions that keep
the statement prepared, the query and the plan of the accessor, over all days.
"""

import os
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from typing import Annotated

import asyncpg
from fastapi import FastAPI, HTTPException, Query, Response
from typing_extensions import TypedDict

with open(os.environ["BENCH_QUERY"], encoding="utf-8") as file:
    QUERY = file.read()

EARLIEST = datetime(1970, 1, 1, tzinfo=timezone.utc)

# The accessor's session settings: NAME=VALUE, separated by spaces.
SETTINGS = dict(one.split("=", 1) for one in os.environ["BENCH_SETTINGS"].split())


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.pool = await asyncpg.create_pool(
        host=os.environ["DB_HOST"],
        port=int(os.environ["DB_PORT"]),
        user=os.environ["DB_USER"],
        database=os.environ["DB_NAME"],
        min_size=8,
        max_size=8,
        server_settings=SETTINGS,
    )
    yield
    app.state.pool.terminate()


app = FastAPI(lifespan=lifespan)


class Reading(TypedDict):
    id: int
    signal_type: str
    value: float
    timestamp: str
    machine: str


@app.get("/signals/{signal_type}")
async def newest(
    signal_type: str, response: Response, limit: Annotated[int, Query(ge=1, le=1000)] = 10
) -> list[Reading]:
    rows = await app.state.pool.fetch(QUERY, signal_type, limit, EARLIEST)
    if not rows:
        raise HTTPException(404)
    response.headers["Cache-Control"] = "no-store"
    return [
        {
            "id": row["id"],
            "signal_type": signal_type,
            "value": row["value"],
            "timestamp": row["time"].strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "machine": row["name"],
        }
        for row in rows
        if row["id"] is not None
    ]
