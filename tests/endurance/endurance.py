"""Keeps the service busy for long, restarts it and kills its workers meanwhile, and watches what is lost and what memory grows.

python tests/endurance/endurance.py                       100,000 requests, each another patient; half an hour
python tests/endurance/endurance.py --requests 5000 --reloads 2 --kills 2

First the memory of undisturbed workers, then reloads (SIGHUP) and kill -9 under load. Exit code 1 when a figure is missed or a reload
lost a request.
"""

import argparse
import os
import signal
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from rich.progress import Progress

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from load import Load
from patients import patients
from servers import LOADED, NUCHAL, Server, resident_bytes, running

SAMPLES = 50  # looks at memory
WARM = 0.1  # this share of the requests comes before the first look
SLOPE_LIMIT = 10  # bytes that a request may add to the private memory of all workers
PRIVATE_LIMIT = 80 * 2**20  # bytes of one worker
GROWTH_LIMIT = 2  # times the memory at the start: for a moment it holds two rulesets, and not all of that goes back
UNDER_LOAD = 300  # requests for each reload or kill
REPLACED_WITHIN = 60  # seconds


def memory(server: Server, requests: int, connections: int, told: Callable[[int], None]) -> tuple[int, float, list[str]]:
    """The largest private memory of a worker at the end, the bytes that each request added, and what was lost."""
    looks: list[tuple[int, int]] = []
    every = max(requests // SAMPLES, 1)

    def go_on(sent: int) -> bool:
        if sent % every == 0:
            told(sent)
            if sent >= requests * WARM:
                looks.append((sent, sum(server.private_bytes())))
        return sent < requests

    load = Load(server.port, patients(LOADED), connections)
    load.run(go_on)
    return max(server.private_bytes()), statistics.linear_regression(*zip(*looks, strict=True)).slope, load.lost


def disturbed(server: Server, disturb: Callable[[], None], times: int, connections: int, told: Callable[[], None]) -> tuple[int, list[str]]:
    """Answers, and what was lost, while the service is disturbed so many times."""
    over = threading.Event()
    load = Load(server.port, patients(LOADED), connections)
    calling = threading.Thread(target=load.run, args=(lambda _sent: not over.is_set(),))
    calling.start()
    for number in range(times):
        wait_until(lambda wanted=(number + 1) * UNDER_LOAD: len(load.times) >= wanted)
        before = set(server.workers)
        disturb()
        wait_until(lambda before=before: set(server.workers) != before and len(server.workers) == len(before))
        told()
    over.set()
    calling.join()
    return len(load.times), load.lost


def reload(server: Server) -> None:
    """Let the service replace its workers, and wait until it has."""
    before = set(server.workers)
    os.kill(server.pid, signal.SIGHUP)
    wait_until(lambda: not before & set(server.workers))


def wait_until(what: Callable[[], bool]) -> None:
    """Look ten times a second."""
    end = time.monotonic() + REPLACED_WITHIN
    while not what():
        if time.monotonic() > end:
            sys.exit(f"waited {REPLACED_WITHIN} s in vain")
        time.sleep(0.1)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--reloads", type=int, default=20)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args()
    started = time.monotonic()
    with Progress(transient=True) as progress:
        with running(NUCHAL, chosen.workers) as server:
            bar = progress.add_task("memory", total=chosen.requests)
            private, slope, lost = memory(server, chosen.requests, chosen.connections, lambda sent: progress.update(bar, completed=sent))
        with running(NUCHAL, chosen.workers) as server:
            bar, first = progress.add_task("reloads", total=chosen.reloads), resident_bytes(server.pid)
            reloaded, lost_by_reload = disturbed(
                server, lambda: reload(server), chosen.reloads, chosen.connections, lambda: progress.advance(bar)
            )
            growth = resident_bytes(server.pid) / first
        with running(NUCHAL, chosen.workers) as server:
            bar = progress.add_task("kills", total=chosen.kills)
            killed, lost_by_kill = disturbed(
                server, lambda: os.kill(server.workers[0], signal.SIGKILL), chosen.kills, chosen.connections, lambda: progress.advance(bar)
            )
    most = chosen.kills * chosen.connections
    figures = [
        (f"requests lost of {chosen.requests:,}, undisturbed", len(lost), "0", not lost),
        ("private memory of a worker, MiB", f"{private / 2**20:.0f}", f"{PRIVATE_LIMIT / 2**20:.0f}", private < PRIVATE_LIMIT),
        ("bytes that a request adds, all workers", f"{slope:+.1f}", f"{SLOPE_LIMIT}", slope < SLOPE_LIMIT),
        (f"lost of {reloaded:,} during {chosen.reloads} reloads", len(lost_by_reload), "0", not lost_by_reload),
        (f"memory of the parent after {chosen.reloads} reloads, to that before", f"{growth:.2f}", f"{GROWTH_LIMIT}", growth < GROWTH_LIMIT),
        (f"lost of {killed:,} during {chosen.kills} kills (those in the worker)", len(lost_by_kill), f"{most}", len(lost_by_kill) <= most),
    ]
    print("| figure | measured | at most | |\n|---|---|---|---|")
    for what, measured, limit, holds in figures:
        print(f"| {what} | {measured} | {limit} | {'reached' if holds else 'missed'} |")
    print(
        f"\n{time.monotonic() - started:.0f} s, {chosen.workers} workers, {chosen.connections} connections, {LOADED} Observations a request"
    )
    for reason in sorted(set(lost + lost_by_reload + lost_by_kill)):
        print(f"lost: {reason}")
    return 0 if all(holds for *_, holds in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
