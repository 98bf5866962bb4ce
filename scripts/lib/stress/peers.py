"""Hostile and broken peers of the accessor's socket and of nginx.

Usage: peers.py SOCKET HOST PORT COUNT
Four in five connect to the socket like a malicious, broken or stalled web server; the others send bad HTTP.
Meanwhile 1,500 silent connections are held. Each peer expects an answer or the end of its connection. Prints
the number of peers, of those left without an answer, and of those with an unexpected one.
"""

import collections
import itertools
import resource
import socket
import sys
import threading
from collections.abc import Callable

from fastcgi import (
    ABORT, END, GET_VALUES, PARAMS, STDIN, Closed, answer, begin, next_record, pairs, record, request,
)  # fmt: skip

THREADS = 8
SILENT = 1500
PATIENCE = 10  # seconds to wait for a server

Peer = Callable[[socket.socket], bool]


def is_closed(connection: socket.socket) -> bool:
    """Whether the connection ends, regardless of earlier data."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


def ends(*data: bytes) -> Peer:
    """A peer whose connection must be closed."""

    def peer(connection: socket.socket) -> bool:
        try:
            for piece in data:
                connection.sendall(piece)
        except ConnectionError:
            return True
        return is_closed(connection)

    return peer


def leaves(data: bytes) -> Peer:
    """A peer that disconnects without waiting."""

    def peer(connection: socket.socket) -> bool:
        connection.sendall(data)
        return True

    return peer


def answered(data: bytes, status: bytes = b"200", after: bytes = b"") -> Peer:
    """An unusual but valid peer: it gets an answer, and so does the next request on its connection."""

    def peer(connection: socket.socket) -> bool:
        connection.sendall(data)
        first = answer(connection)
        connection.sendall(after + request())
        return first.startswith(b"Status: " + status) and answer(connection).startswith(b"Status: 200")

    return peer


def values(padding: int, times: int) -> Peer:
    """A peer that queries the responder's capabilities, gets them, and can then request readings."""
    asked = record(GET_VALUES, pairs({"FCGI_MPXS_CONNS": ""} | {"X" * 9: ""}), 0, padding)

    def peer(connection: socket.socket) -> bool:
        connection.sendall(asked * times)
        for _ in range(times):
            kind, content = next_record(connection)
            if (kind, content) != (10, pairs({"FCGI_MPXS_CONNS": "0"})):
                return False
        connection.sendall(request())
        return answer(connection).startswith(b"Status: 200")

    return peer


def unknown_type(connection: socket.socket) -> bool:
    connection.sendall(record(77, b"", 0))
    return next_record(connection) == (11, bytes([77, 0, 0, 0, 0, 0, 0, 0]))


def pipelined(connection: socket.socket) -> bool:
    connection.sendall(request() + request())
    if not answer(connection).startswith(b"Status: 200"):
        return False
    try:
        return answer(connection).startswith(b"Status: 200")
    except (Closed, ConnectionError):
        return True


LIE = b"\xff\xff\xff\xfe"
LESS_OF_A_LIE = b"\x7f\xff\xff\xfe"
READING = {"REQUEST_METHOD": "GET", "DOCUMENT_URI": "/signals/power"}
HEAD = begin() + record(PARAMS, pairs(READING))
LENGTH_10 = begin() + record(PARAMS, pairs({"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "10"}))

AT_THE_SOCKET: dict[str, Peer] = {
    "nothing, then disconnects": leaves(b""),
    "half a head, then disconnects": leaves(HEAD[: len(HEAD) // 2]),
    "a request, then disconnects": leaves(request()),
    "a large request, answer not read": leaves(request(query="limit=1000")),
    "HTTP": ends(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "an unknown version": ends(b"\x09" + request()[1:]),
    "no BEGIN_REQUEST": ends(record(PARAMS, pairs({"A": "B"}))),
    "an unsupported role": ends(begin(role=3)),
    "GET_VALUES": values(0, 1),
    "GET_VALUES, padded": values(7, 1),
    "GET_VALUES, ten times": values(0, 10),
    "GET_VALUES in a request": ends(begin() + record(GET_VALUES, pairs({"FCGI_MPXS_CONNS": ""}), 0) * 4),
    "GET_VALUES with a wrong length": ends(record(GET_VALUES, LIE + LIE, 0)),
    "an unknown record type": unknown_type,
    "ABORT before a request": answered(record(ABORT) + request()),
    "ABORT in a request": ends(HEAD + record(ABORT)),
    "ABORT after a request": answered(request(), after=record(ABORT)),
    "parameters cut off": ends(begin() + record(PARAMS, b"\x05\x05NAME") + record(PARAMS) + record(STDIN)),
    "a name of 2 GiB": ends(begin() + record(PARAMS, LIE + b"\x00" + b"N") + record(PARAMS)),
    "a value of 2 GiB": ends(begin() + record(PARAMS, b"\x04" + LIE + b"NAME") + record(PARAMS)),
    "lengths as in the CVE": ends(begin() + record(PARAMS, LIE + LIE) + record(PARAMS) + record(STDIN)),
    "a length without its high bit": ends(begin() + record(PARAMS, LESS_OF_A_LIE) + record(PARAMS)),
    "a body too short": ends(LENGTH_10 + record(PARAMS) + record(STDIN, b"123") + record(STDIN)),
    "a body too long": ends(LENGTH_10 + record(PARAMS) + record(STDIN, b"1" * 11) + record(STDIN)),
    "a request id other than 1": answered(
        begin(7) + record(PARAMS, pairs(READING | {"REMOTE_ADDR": "127.0.0.1"}), 7)
        + record(PARAMS, b"", 7) + record(STDIN, b"", 7)
    ),
    "two requests begun": ends(begin(1) + begin(2)),
    "a second request behind the first": pipelined,
    "an unsupported method": answered(request(body=b"{}", CONTENT_LENGTH="2"), b"405"),
    "endless management records": ends(record(77, b"", 0) * 200),
}  # fmt: skip


def http(text: bytes, *statuses: int) -> Peer:
    """Bad HTTP, answered with one of these statuses or, without any, the end of the connection."""

    def peer(connection: socket.socket) -> bool:
        connection.sendall(text)
        first = connection.recv(65536)
        if not statuses:
            return first == b""
        return first.split(b" ", 2)[1].decode() in map(str, statuses)

    return peer


HOST = b"Host: localhost\r\n"

IN_HTTP: dict[str, Peer] = {
    "HTTP: not HTTP": http(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "HTTP: no host": http(b"GET /signals/power HTTP/1.1\r\n\r\n", 400),
    "HTTP: an unknown version": http(b"GET /signals/power HTTP/3.7\r\n" + HOST + b"\r\n", 505),
    "HTTP: an unknown type": http(b"GET /signals/nope HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "HTTP: a bad limit": http(b"GET /signals/power?limit=-1 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "HTTP: a bad escape": http(b"GET /signals/%zz HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "HTTP: an unsupported method": http(b"DELETE /signals/power HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "HTTP: a target too long": http(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "HTTP: headers too long": http(
        b"GET /signals HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 9000 + b"\r\n\r\n", 431
    ),
    "HTTP: a body too large": http(
        b"POST /signals HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999\r\n\r\n", 413
    ),
    "HTTP: an incomplete body": leaves(
        b"POST /signals/power HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\n123"
    ),
    "HTTP: a request, then disconnects": leaves(b"GET /signals/power HTTP/1.1\r\n" + HOST + b"\r\n"),
}


def main(path: str, host: str, port: int, count: int) -> int:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def connect(name: str) -> socket.socket:
        if name in IN_HTTP:
            return socket.create_connection((host, port), PATIENCE)
        connection = socket.socket(socket.AF_UNIX)
        # Without a timeout, so that it waits rather than fails when the backlog is full.
        connection.connect(path)
        connection.settimeout(PATIENCE)
        return connection

    silent = [connect("") for _ in range(SILENT)]
    at_the_socket = itertools.cycle(AT_THE_SOCKET.items())
    in_http = itertools.cycle(IN_HTTP.items())
    turns = iter([next(in_http if number % 5 == 4 else at_the_socket) for number in range(count)])
    lock = threading.Lock()
    seen, hung, wrong = (collections.Counter() for _ in range(3))

    def work() -> None:
        while True:
            with lock:
                name, peer = next(turns, ("", None))
            if peer is None:
                return
            verdict = seen
            try:
                with connect(name) as connection:
                    if not peer(connection):
                        verdict = wrong
            except TimeoutError:
                verdict = hung
            except (Closed, OSError, IndexError) as error:
                verdict = wrong
                print(f"  {name}: {error!r}", file=sys.stderr)
            with lock:
                verdict[name] += 1

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for connection in silent:
        connection.close()
    for what, names in (("no answer", hung), ("unexpected answer", wrong)):
        for name, times in names.items():
            print(f"  {times} × {name}: {what}", file=sys.stderr)
    print(sum(seen.values()) + SILENT, hung.total(), wrong.total(), sep="\t")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
