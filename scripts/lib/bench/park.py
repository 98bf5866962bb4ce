"""Holds many FastCGI connections open, as a web server does that keeps them.

Usage: park.py SOCKET COUNT STATUS
Asks once on each, reads the whole answer, keeps all of them, and prints VmRSS of the file STATUS
(/proc/PID/status) in KiB.
"""

import resource
import socket
import struct
import sys


def record(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def request() -> bytes:
    names = {
        "REQUEST_METHOD": "GET",
        "DOCUMENT_URI": "/signals/power",
        "QUERY_STRING": "",
        "REQUEST_ID": "bench-of-parked",
    }
    content = b"".join(
        bytes([len(name), len(value)]) + name.encode() + value.encode()
        for name, value in names.items()
    )
    begin = record(1, struct.pack(">HB5x", 1, 1))
    return begin + record(4, content) + record(4, b"") + record(5, b"")


def take(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            sys.exit("a connection was closed")
        data += piece
    return data


def answer(connection: socket.socket) -> bytes:
    content = b""
    while True:
        _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", take(connection, 8))
        piece = take(connection, length + padding)[:length]
        if kind == 3:
            return content
        content += piece


def main(path: str, count: int, status: str) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    kept = []
    for _ in range(count):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(path)
        connection.sendall(request())
        kept.append(connection)
        # So many are at work at a time as before a web server that is busy.
        if len(kept) % 250 == 0 or len(kept) == count:
            for waiting in kept[len(kept) - (len(kept) % 250 or 250) :]:
                if not answer(waiting).startswith(b"Status: 200"):
                    sys.exit("an answer is not 200")
    # Those that were asked first are still good.
    for connection in kept[:10]:
        connection.sendall(request())
        answer(connection)
    with open(status, encoding="ascii") as file:
        print(next(line.split()[1] for line in file if line.startswith("VmRSS:")))


main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
