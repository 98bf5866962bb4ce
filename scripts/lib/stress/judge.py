"""Evaluates logs of scripts/lib/bench/rate.c and compares the results with their targets.

Usage: judge.py outage LOG BEGAN OVER   results of the requests since BEGAN (µs since 1970): their number;
                                        with 200; with 503; with another status or no answer; ms to a 503,
                                        p50 and p99; ms to the slowest answer; ms from OVER until all
                                        requests get a 200
       judge.py answers LOG STATUS…     the number of answers; of those with an unexpected status, the
                                        expected ones given in turn; ms to the fastest answer
       judge.py promises RESULTS        the table of results; status 1 if a target is missed
Fields are separated by tabs.
"""

import operator
import statistics
import sys
from typing import NamedTuple


class Request(NamedTuple):
    due: int
    sent: int
    answered: int
    status: int

    @property
    def took(self) -> float:
        """Milliseconds from request to answer."""
        return (self.answered - self.sent) / 1000


def read(path: str) -> list[Request]:
    with open(path, encoding="ascii") as file:
        return [Request(*map(int, line.split())) for line in file]


def show(*fields: float) -> None:
    print(*(f"{field:.1f}" if isinstance(field, float) else field for field in fields), sep="\t")


def outage(path: str, began: int, over: int) -> None:
    requests = [one for one in read(path) if one.sent >= began or one.answered >= began or not one.status]
    good = sum(one.status == 200 for one in requests)
    refusals = sorted(one.took for one in requests if one.status == 503)
    bad = [one for one in requests if one.status != 200]
    back = max((one.sent for one in bad), default=over)
    show(
        len(requests),
        good,
        len(refusals),
        len(requests) - good - len(refusals),
        statistics.median(refusals) if refusals else 0.0,
        refusals[len(refusals) * 99 // 100] if refusals else 0.0,
        max(one.took for one in requests if one.status),
        max(0, back - over) / 1000,
    )


def answers(path: str, statuses: list[int]) -> None:
    requests = read(path)
    wrong = sum(one.status != statuses[number % len(statuses)] for number, one in enumerate(requests))
    answered = [one.took for one in requests if one.status]
    show(len(answered), wrong, min(answered))


def promises(path: str) -> int:
    compare = {"≤": operator.le, "≥": operator.ge, "=": operator.eq}
    header = ["", "", "measured", "target", ""]
    rows, are_held = [header], True
    with open(path, encoding="utf-8") as file:
        for line in file:
            part, what, value, sign, target = line.rstrip("\n").split("\t")
            is_held = compare[sign](float(value), float(target))
            are_held = are_held and is_held
            rows.append([part, what, value, f"{sign} {target}", "holds" if is_held else "misses"])
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    for part, what, value, target, verdict in rows:
        print(
            f"{part:<{widths[0]}}  {what:<{widths[1]}}  {value:>{widths[2]}}  {target:<{widths[3]}}  "
            f"{verdict}".rstrip()
        )
    return 0 if are_held else 1


match sys.argv[1:]:
    case "outage", log, began, over:
        outage(log, int(began), int(over))
    case "answers", log, *statuses:
        answers(log, [int(status) for status in statuses])
    case "promises", results:
        sys.exit(promises(results))
    case _:
        sys.exit(__doc__)
