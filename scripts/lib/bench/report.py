"""Prints the results of scripts/bench: medians over the rounds, and ratios with their targets.

Usage: report.py [--half] RESULTS
--half prints only half of the accessor's requests per second at 32 connections.
A ratio is the median of the rounds' ratios: what disturbs a round disturbs both sides of it.
"""

import statistics
import sys
from collections import defaultdict

ACCESSORS = ("accessor1", "accessor2")
TITLES = {
    "constant": "constant responder",
    "accessor1": "accessor, 1 lane",
    "tokens": "accessor, 1 lane, with a token",
    "accessor2": "accessor, 2 lanes",
    "bare_constant": "constant responder, bare block",
    "bare_accessor1": "accessor, 1 lane, bare block",
    "static": "static file",
    "fastapi": "FastAPI + asyncpg",
}
WRK = ("requests", "seconds", "p50", "p99", "p999", "errors", "own", "nginx", "postgres")
RATE = ("requests", "seconds", "p50", "p99", "p999", "errors")


class Runs:
    """The rounds of each kind of run, by contender and setting."""

    def __init__(self, path: str) -> None:
        self.wrk = defaultdict(list)
        self.rate = defaultdict(list)
        self.parked, self.newest = {}, defaultdict(list)
        self.commands = None
        self.ingest = defaultdict(list)
        with open(path, encoding="utf-8") as file:
            for line in file:
                kind, _, name, *fields = line.rstrip("\n").split("\t")
                if kind == "wrk":
                    self.wrk[name, int(fields[0])].append(self.named(WRK, fields[1:]))
                elif kind == "rate":
                    self.rate[name, int(fields[0])].append(self.named(RATE, fields[1:]))
                elif kind == "parked":
                    self.parked[name] = float(fields[0]) / 1024
                elif kind == "newest":
                    self.newest[int(name.removeprefix("bench_"))].append(float(fields[0]))
                elif kind == "ingest":
                    self.ingest[name].append([float(field) for field in fields])
                elif kind == "commands":
                    self.commands = [float(field) for field in fields]

    @staticmethod
    def named(names: tuple[str, ...], fields: list[str]) -> dict[str, float]:
        run = dict(zip(names, map(float, fields), strict=True))
        run["rate"] = run["requests"] / run["seconds"]
        return run

    def median(self, name: str, connections: int, what: str) -> float:
        return statistics.median(run[what] for run in self.wrk[name, connections])

    def ratio(self, what: str, connections: int, name: str, peer: str) -> list[float]:
        pairs = zip(self.wrk[name, connections], self.wrk[peer, connections], strict=True)
        return [one[what] / other[what] for one, other in pairs]


def table(header: list[str], rows: list[list[str]]) -> None:
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        first = line[0].ljust(widths[0])
        print("  ".join([first, *(c.rjust(w) for c, w in zip(line[1:], widths[1:]))]).rstrip())
    print()


def milliseconds(microseconds: float) -> str:
    return f"{microseconds / 1000:.2f}"


def throughput(runs: Runs) -> None:
    for connections in (32, 256):
        rows = []
        for name, title in TITLES.items():
            rounds = runs.wrk[name, connections]
            if not rounds:
                continue
            costs = [
                f"{statistics.median(run[part] * 1000 / run['requests'] for run in rounds):.1f}"
                for part in ("own", "nginx", "postgres")
            ]
            if name == "static":
                costs[0] = "-"
            if name == "fastapi":
                costs[1] = "-"
            rates = [run["rate"] for run in rounds]
            rows.append(
                [
                    title,
                    f"{statistics.median(rates):.0f}",
                    f"{min(rates):.0f}-{max(rates):.0f}",
                    *(milliseconds(runs.median(name, connections, p)) for p in ("p50", "p99", "p999")),
                    *costs,
                    f"{sum(run['errors'] for run in rounds):.0f}",
                ]
            )
        table(
            [
                f"wrk -t1 -c{connections}", "req/s", "range", "p50 ms", "p99 ms", "p99.9 ms",
                "CPU µs/req", "nginx µs", "postgres µs", "errors",
            ],
            rows,
        )  # fmt: skip


def fixed_rate(runs: Runs) -> None:
    rows, asked = [], 0
    for (name, asked), rounds in runs.rate.items():
        rows.append(
            [
                TITLES[name],
                *(
                    milliseconds(statistics.median(run[p] for run in rounds))
                    for p in ("p50", "p99", "p999")
                ),
                f"{statistics.median(run['rate'] for run in rounds):.0f}",
                f"{sum(run['errors'] for run in rounds):.0f}",
            ]
        )
    table([f"{asked} req/s, each on time", "p50 ms", "p99 ms", "p99.9 ms", "req/s", "errors"], rows)


def ingest(runs: Runs) -> None:
    """The cost of 100,000 readings a second, and the age of the newest one."""
    if not runs.ingest["steady"]:
        return
    readings, took, producer, postgres, p50, p99, oldest, _ = runs.ingest["steady"][0]
    heap, by_type, by_machine = runs.ingest["bytes"][0]
    table(
        ["1,000 machines at 100 Hz", ""],
        [
            ["readings stored per second", f"{readings * 1e6 / took:.0f}"],
            ["age of the newest, p50 / p99 / max ms", f"{p50:.0f} / {p99:.0f} / {oldest:.0f}"],
            ["producer, share of a core", f"{producer * 1000 / took:.2f}"],
            ["PostgreSQL, share of a core", f"{postgres * 1000 / took:.2f}"],
            ["bytes per reading: table", f"{heap:.0f}"],
            ["bytes per reading: index by type", f"{by_type:.0f}"],
            ["bytes per reading: index by machine", f"{by_machine:.0f}"],
        ],
    )


def promises(runs: Runs) -> None:
    rows = []

    def add(number: str, what: str, values: list[float], target: float, most: bool) -> None:
        value = statistics.median(values)
        good = value <= target if most else value >= target
        spread = f"{min(values):.2f}-{max(values):.2f}" if len(values) > 1 else ""
        rows.append(
            [number, what, f"{value:.2f}", spread, f"{'≤' if most else '≥'} {target:g}",
             "holds" if good else "misses"]
        )  # fmt: skip

    accessors = ACCESSORS if runs.wrk else ()
    for name in accessors:
        lanes = TITLES[name].removeprefix("accessor, ")
        for connections in (32, 256):
            ratio = runs.ratio("rate", connections, name, "constant")
            add("R1", f"rate ÷ constant, c={connections}, {lanes}", ratio, 1.0, False)
    for connections in (32, 256) if runs.wrk else ():
        ratio = runs.ratio("rate", connections, "bare_accessor1", "bare_constant")
        add("R1", f"rate ÷ constant, c={connections}, 1 lane, bare block", ratio, 1.0, False)
    for connections in (32, 256):
        if runs.wrk["tokens", connections]:
            ratio = runs.ratio("rate", connections, "tokens", "accessor1")
            add("R1", f"rate with a token ÷ without, c={connections}, 1 lane", ratio, 0.95, False)
    for name in accessors:
        lanes = TITLES[name].removeprefix("accessor, ")
        ratio = runs.ratio("p99", 32, name, "constant")
        add("R2", f"p99 ÷ constant, c=32, {lanes}", ratio, 1, True)
    if runs.wrk:
        ratio = runs.ratio("p99", 32, "bare_accessor1", "bare_constant")
        add("R2", "p99 ÷ constant, c=32, 1 lane, bare block", ratio, 1, True)
    for name in accessors:
        lanes = TITLES[name].removeprefix("accessor, ")
        for connections in (32, 256):
            ratio = runs.ratio("rate", connections, name, "fastapi")
            add("R3", f"rate ÷ FastAPI, c={connections}, {lanes}", ratio, 7, False)
    if runs.ingest["fastest"]:
        ratio = [
            (readings / seconds) / (rows * 1e6 / took)
            for readings, seconds, rows, took in runs.ingest["fastest"]
        ]
        rate = statistics.median(one[0] / one[1] for one in runs.ingest["fastest"])
        add("R4", f"producer ÷ psql \\copy ({rate:.0f} readings/s)", ratio, 0.9, False)
    if runs.newest:
        few, many = min(runs.newest), max(runs.newest)
        ratio = [a / b for a, b in zip(runs.newest[many], runs.newest[few], strict=True)]
        took = (f"{statistics.median(runs.newest[n]):.1f}" for n in (many, few))
        add("R5", f"newest 10 of 5·10^7 ÷ of 10^5 ({' ÷ '.join(took)} µs)", ratio, 1.2, True)
    elif runs.wrk:
        rows.append(["R5", "newest 10 of 5·10^7 ÷ of 10^5", "-", "", "≤ 1.2", "only with --large"])
    if runs.commands:
        cli, curl = runs.commands
        took = f"{milliseconds(cli)} ÷ {milliseconds(curl)} ms"
        add("R6", f"signals-cli get power ÷ curl -s ({took})", [cli / curl], 1.3, True)
    for _, p99, _, count in runs.ingest["visible"]:
        add("R7", f"ms from reading to API, p99 of {count:.0f} at 100 Hz", [p99], 150, True)
    for name, memory in runs.parked.items():
        lanes = TITLES[name].removeprefix("accessor, ")
        add("R8", f"MiB resident with 1,500 kept connections, {lanes}", [memory], 32, True)
    for line in rows:
        line[0], line[1] = f"{line[0]}  {line[1]}", line.pop(2)
    table(["", "median", "rounds", "target", ""], rows)


def main(arguments: list[str]) -> None:
    runs = Runs(arguments[-1])
    if arguments[0] == "--half":
        print(round(max(runs.median(name, 32, "rate") for name in ACCESSORS) / 2))
        return
    if runs.wrk:
        throughput(runs)
        fixed_rate(runs)
    ingest(runs)
    promises(runs)
    print("nginx as deployed, but without an access log; bare block: fastcgi_params and keepalive only.")


main(sys.argv[1:])
