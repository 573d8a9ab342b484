"""Measures the service beside bare Flask: the same gunicorn settings, the same bodies, the same run.

python tests/bench/bench.py                        everything; about five minutes
python tests/bench/bench.py --rounds 1 --seconds 1 --starts 1 --sizes 1 20

Every request is another patient. Bare Flask and Nuchal take turns, and each figure is the median of the rounds. Compare figures of one run
only: on another machine, or beside other work, all of them differ. tests/endurance/endurance.py measures memory; tests/bench/where.py shows
where the CPU goes.
"""

import argparse
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rich.progress import Progress

sys.path.insert(0, str(Path(__file__).parent))
from load import drive
from patients import patients
from servers import BARE, BARE_ALONE, LOADED, NUCHAL, Server, running

FEWEST = 5  # requests, however long they take


@dataclass(frozen=True)
class Figures:
    """What one load on one server gave."""

    per_second: float
    p50_ms: float
    cpu_ms: float


def measure(server: Server, observations: int, seconds: float, connections: int) -> Figures:
    """p50 with one request in flight, then throughput and CPU with several."""
    bodies = patients(observations)

    def for_seconds(limit: float):
        end = time.perf_counter() + limit
        return lambda sent: sent < FEWEST or time.perf_counter() < end

    drive(server.port, bodies, for_seconds(seconds / 5))  # warm
    alone = drive(server.port, bodies, for_seconds(seconds / 2))
    cpu, start = server.cpu_seconds(), time.perf_counter()
    done = len(drive(server.port, bodies, for_seconds(seconds), connections))
    elapsed = time.perf_counter() - start
    return Figures(done / elapsed, statistics.median(alone) * 1000, (server.cpu_seconds() - cpu) / done * 1000)


def median(rounds: Sequence[Figures]) -> Figures:
    """Of each figure the median."""
    return Figures(*(statistics.median(getattr(each, name) for each in rounds) for name in Figures.__dataclass_fields__))


def row(size: int, name: str, figures: Figures, bare: Figures) -> str:
    """One line of the table."""
    speed, cpu = figures.per_second / bare.per_second, figures.cpu_ms / bare.cpu_ms
    body = len(next(patients(size))) / 1024
    rates = f"{figures.per_second:,.1f} | {speed:.2g} | {figures.p50_ms:.2f} | {figures.cpu_ms:.2f} | {cpu:.1f}"
    return f"| {size:,} | {body:.1f} | {name} | {rates} |"


def exponent(table: dict[int, Figures]) -> str:
    """How CPU grows with size, between neighbouring sizes from the usual one on: 1 is in proportion."""
    sizes = sorted(size for size in table if size >= LOADED)
    steps = [
        (math.log(table[large].cpu_ms / table[small].cpu_ms) / math.log(large / small), small, large) for small, large in pairwise(sizes)
    ]
    return "; ".join(f"{power:.2f} from {small:,} to {large:,} Observations" for power, small, large in steps) or "not measured"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 20, 300, 10_000], help="Observations in a request")
    parser.add_argument("--rounds", type=int, default=3, help="turns of bare Flask and Nuchal at each size")
    parser.add_argument("--seconds", type=float, default=5, help="how long each load lasts")
    parser.add_argument("--connections", type=int, default=4, help="clients at once")
    parser.add_argument("--starts", type=int, default=5, help="cold starts of each")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="gunicorn workers")
    chosen = parser.parse_args()
    table, bare_table = {}, {}
    with Progress(transient=True) as progress:
        bar = progress.add_task("measuring", total=2 * (chosen.starts + len(chosen.sizes) * chosen.rounds))
        starts = {BARE_ALONE: [], NUCHAL: []}
        for kind in [BARE_ALONE, NUCHAL] * chosen.starts:
            with running(kind, chosen.workers) as server:
                starts[kind].append(server.started_in)
            progress.advance(bar)
        with running(BARE, chosen.workers) as bare, running(NUCHAL, chosen.workers) as nuchal:
            for size in chosen.sizes:
                rounds = {bare: [], nuchal: []}
                for server in [bare, nuchal] * chosen.rounds:
                    rounds[server].append(measure(server, size, chosen.seconds, chosen.connections))
                    progress.advance(bar)
                bare_table[size], table[size] = median(rounds[bare]), median(rounds[nuchal])
            private = max(nuchal.private_bytes())
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {chosen.workers} workers, ", end="")
    print(f"{chosen.connections} connections, medians of {chosen.rounds} rounds of {chosen.seconds:g} s\n")
    print("| Observations | body KiB | | requests/s | to bare | p50 ms, one in flight | CPU ms a request | to bare |")
    print("|---|---|---|---|---|---|---|---|")
    for size in chosen.sizes:
        print(row(size, BARE[0], bare_table[size], bare_table[size]))
        print(row(size, NUCHAL[0], table[size], bare_table[size]))
    print(f"\n- CPU grows with the power {exponent(table)}")
    bare_start, start = (statistics.median(starts[kind]) for kind in (BARE_ALONE, NUCHAL))
    print(f"- cold start to the first answer: bare Flask {bare_start:.2f} s, Nuchal {start:.2f} s")
    print(f"- private memory of a worker after these loads: {private / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
