"""Where the CPU of an evaluation goes, by package and by function: a sample each millisecond of CPU, which costs nearly nothing.

python tests/bench/where.py                    20 Observations
python tests/bench/where.py --observations 300 --seconds 20
"""

import argparse
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import orjson

from nuchal.content import bundled_ruleset
from nuchal.evaluation import Evaluator
from nuchal.rules.reader import load_ruleset

sys.path.insert(0, str(Path(__file__).parent))
from patients import patients

PACKAGE = f"{Path(sys.modules['nuchal'].__file__).parent}/"
EVERY = 0.001  # seconds of CPU


class Samples:
    """Counts, at each sample, the innermost function of ours and its package."""

    def __init__(self) -> None:
        self.packages: Counter[str] = Counter()
        self.functions: Counter[str] = Counter()

    def take(self, _signal: int, frame: FrameType | None) -> None:
        """Look at the stack."""
        while frame and not frame.f_code.co_filename.startswith(PACKAGE):
            frame = frame.f_back
        if frame:
            place = frame.f_code.co_filename.removeprefix(PACKAGE)
            self.packages[place.partition("/")[0].removesuffix(".py")] += 1
            self.functions[f"{place} {frame.f_code.co_qualname}"] += 1
        else:
            self.packages["outside"] += 1


def main() -> None:
    """Evaluate for a while, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--observations", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--functions", type=int, default=15, help="so many lines of functions")
    chosen = parser.parse_args()
    evaluator = Evaluator(load_ruleset(bundled_ruleset()))
    evaluator.warm()
    bodies, now, done = patients(chosen.observations), datetime.now(UTC), 0
    samples, began = Samples(), time.process_time()
    signal.signal(signal.SIGPROF, samples.take)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    end = time.perf_counter() + chosen.seconds
    while time.perf_counter() < end:
        orjson.dumps(evaluator.evaluate(next(bodies), {"asOf": "2026-11-24"}, now=now).answer)
        done += 1
    signal.setitimer(signal.ITIMER_PROF, 0)
    each = (time.process_time() - began) / done * 1000
    print(f"{each:.2f} ms CPU for each of {done:,} evaluations of {chosen.observations} Observations, without HTTP\n")
    for title, counted, limit in (("package", samples.packages, None), ("function", samples.functions, chosen.functions)):
        print(f"| {title} | ms | share |\n|---|---|---|")
        for name, hits in counted.most_common(limit):
            share = hits / samples.packages.total()
            print(f"| {name} | {share * each:.2f} | {share:.1%} |")
        print()


if __name__ == "__main__":
    main()
