"""The web server's side of FastCGI, for valid and invalid requests."""

import socket
import struct

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, GET_VALUES = 1, 2, 3, 4, 5, 6, 9


class Closed(Exception):
    """The responder has closed the connection."""


def record(kind: int, content: bytes = b"", number: int = 1, padding: int = 0) -> bytes:
    head = struct.pack(">BBHHBB", 1, kind, number, len(content), padding, 0)
    return head + content + bytes(padding)


def begin(number: int = 1, role: int = 1) -> bytes:
    """The start of a request that keeps the connection open."""
    return record(BEGIN, struct.pack(">HB5x", role, 1), number)


def pairs(names: dict[str, str]) -> bytes:
    """Names and values, each shorter than 128 bytes."""
    return b"".join(
        bytes([len(name), len(value)]) + name.encode() + value.encode()
        for name, value in names.items()
    )


def request(path: str = "/signals/power", query: str = "", body: bytes = b"", **more: str) -> bytes:
    names = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "DOCUMENT_URI": path,
        "QUERY_STRING": query,
        "REQUEST_ID": "a-test-of-load",
        # A loopback address, so that reading needs no token.
        "REMOTE_ADDR": "127.0.0.1",
    }
    content = record(PARAMS, pairs(names | more)) + record(PARAMS)
    return begin() + content + (record(STDIN, body) if body else b"") + record(STDIN)


def take(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise Closed
        data += piece
    return data


def next_record(connection: socket.socket) -> tuple[int, bytes]:
    _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", take(connection, 8))
    return kind, take(connection, length + padding)[:length]


def answer(connection: socket.socket) -> bytes:
    """The complete response to one request."""
    content = b""
    while True:
        kind, piece = next_record(connection)
        if kind == END:
            return content
        content += piece
