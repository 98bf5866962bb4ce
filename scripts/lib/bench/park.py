"""Holds many FastCGI connections open, like a web server that keeps them.

Usage: park.py SOCKET COUNT STATUS
Asks once on each, reads the whole answer, keeps all of them, and prints VmRSS of the file STATUS
(/proc/PID/status) in KiB.
"""

import resource
import socket
import sys

from fastcgi import Closed, answer, request


def main(path: str, count: int, status: str) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    kept = []
    for _ in range(count):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(path)
        connection.sendall(request())
        kept.append(connection)
        # As many at a time as behind a busy web server.
        if len(kept) % 250 == 0 or len(kept) == count:
            for waiting in kept[len(kept) - (len(kept) % 250 or 250) :]:
                if not answer(waiting).startswith(b"Status: 200"):
                    sys.exit("unexpected status, expected 200")
    # The first connections are still usable.
    for connection in kept[:10]:
        connection.sendall(request())
        answer(connection)
    with open(status, encoding="ascii") as file:
        print(next(line.split()[1] for line in file if line.startswith("VmRSS:")))


try:
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
except Closed:
    sys.exit("a connection was closed")
