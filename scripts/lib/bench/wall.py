"""The wall time of two commands, run in turn.

Usage: wall.py TIMES COMMAND… -- COMMAND…
Prints the median of each in microseconds, separated by a tab.
"""

import statistics
import subprocess
import sys
import time


def run(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1e6


def main(times: int, both: list[str]) -> None:
    middle = both.index("--")
    commands = both[:middle], both[middle + 1 :]
    took = [], []
    for number in range(times):
        # Each goes first equally often.
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            took[side].append(run(commands[side]))
    print(*(f"{statistics.median(side):.0f}" for side in took), sep="\t")


main(int(sys.argv[1]), sys.argv[2:])
