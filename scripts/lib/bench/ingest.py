"""Watches readings arrive, and prints the median, the 99th percentile and the maximum in milliseconds.

Usage: ingest.py age HOST PORT USER DATABASE SECONDS
       ingest.py visible HTTP-PORT SECONDS
age: how old the newest reading in the database is, asked 50 times a second.
visible: from each reading's own time until GET /signals/power shows it, asked without a pause.
"""

import asyncio
import datetime
import http.client
import json
import statistics
import sys
import time


def print_percentiles(milliseconds: list[float]) -> None:
    cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    print(f"{cuts[49]:.1f}\t{cuts[98]:.1f}\t{max(milliseconds):.1f}\t{len(milliseconds)}")


async def ages(host: str, port: str, user: str, database: str, seconds: float) -> list[float]:
    import asyncpg

    connection = await asyncpg.connect(host=host, port=int(port), user=user, database=database)
    question = await connection.prepare(
        """
        SELECT extract(epoch FROM clock_timestamp() - time)::float8 * 1000 FROM machine_signals
        WHERE type_id = (SELECT id FROM signal_types WHERE name = 'power')
        ORDER BY time DESC LIMIT 1
        """
    )
    found = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found.append(await question.fetchval())
        await asyncio.sleep(0.02)
    await connection.close()
    return found


def delays(port: str, seconds: float) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=5)
    seen, found = set(), []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection.request("GET", "/signals/power?limit=50")
        body = connection.getresponse().read()
        now = time.time()
        new = [one for one in json.loads(body) if one["id"] not in seen]
        # Readings found by the first query have an unknown delay.
        if seen:
            for one in new:
                moment = datetime.datetime.fromisoformat(one["timestamp"].replace("Z", "+00:00"))
                found.append((now - moment.timestamp()) * 1000)
        seen.update(one["id"] for one in new)
    return found


def main(arguments: list[str]) -> None:
    if arguments[0] == "age":
        print_percentiles(asyncio.run(ages(*arguments[1:5], float(arguments[5]))))
    else:
        print_percentiles(delays(arguments[1], float(arguments[2])))


main(sys.argv[1:])
