"""Repeatedly writes a reading and, once it is committed, requests it through nginx.

Usage: fresh.py HOST PORT TIMES PSQL…      (PSQL: the command that connects to the database)
Prints the number of repetitions, and of answers older than the reading.
"""

import http.client
import json
import subprocess
import sys

TYPE = """
    INSERT INTO signal_types (name, unit, description) VALUES ('round', '1', 'A test''s count')
    ON CONFLICT DO NOTHING;
    PREPARE write (float8) AS
    INSERT INTO machine_signals (machine_id, type_id, value, time)
    SELECT (SELECT min(id) FROM machines), id, $1, clock_timestamp()
    FROM signal_types WHERE name = 'round' RETURNING value;
"""


def main(host: str, port: int, times: int, psql: list[str]) -> None:
    client = http.client.HTTPConnection(host, port, timeout=10)
    stale = 0
    with subprocess.Popen(
        psql, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as session:
        session.stdin.write(TYPE)
        for number in range(1, times + 1):
            session.stdin.write(f"EXECUTE write ({number});\n")
            # Printed after the commit, not before.
            if session.stdout.readline() != f"{number}\n":
                sys.exit("cannot write a reading")
            client.request("GET", "/signals/round?limit=1")
            response = client.getresponse()
            body = response.read()
            if response.status != 200:
                sys.exit(f"unexpected status {response.status}: {body.decode()}")
            newest = json.loads(body)
            stale += not newest or newest[0]["value"] != number
    print(times, stale, sep="\t")


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
