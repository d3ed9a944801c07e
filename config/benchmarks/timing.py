"""Honest timing: the variants take turns, the median counts, and every figure names its number of runs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Milliseconds."""

    name: str
    median: float
    p95: float
    runs: int


def compare(variants: Mapping[str, Callable[[], object]], *, runs: int = 31) -> dict[str, Timing]:
    """Run each variant `runs` times, in turn, so that a slow moment of the machine hits all of them."""
    for action in variants.values():
        action()
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _round in range(runs):
        for name, action in variants.items():
            start = time.perf_counter()
            action()
            times[name].append((time.perf_counter() - start) * 1000)
    return {
        name: Timing(name, statistics.median(values), sorted(values)[int(len(values) * 0.95)], runs)
        for name, values in times.items()
    }
