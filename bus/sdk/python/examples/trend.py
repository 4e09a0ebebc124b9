#!/usr/bin/env python3
"""Looks ahead by the trend of the last minutes, and keeps what it has seen through a restart."""
from __future__ import annotations

from collections import deque
from typing import Any, Deque, Tuple, cast

from spillway_policy import Cluster, Json, Policy, Recommendation, run


class Trend(Policy):
    name = "trend"

    def __init__(self, per_host: float = 100.0, ahead: float = 300.0, points: int = 20) -> None:
        self.per_host = per_host
        self.ahead = ahead  # seconds: as long as a host takes to be ready
        self.seen: Deque[Tuple[float, float]] = deque(maxlen=points)  # time, load

    def evaluate(self, cluster: Cluster) -> Recommendation:
        load = cluster.value("load")
        self.seen.append((cluster.now, load))
        expected = max(load, load + self.slope() * self.ahead)
        return Recommendation(hosts=expected / self.per_host, code="trend",
                              facts={"load": load, "expected": round(expected, 3)},
                              reason=f"load is {load:g}, in {self.ahead:g} s {expected:.4g}")

    def slope(self) -> float:
        """Of the least-squares line through what was seen, per second."""
        n = len(self.seen)
        mean_t = sum(t for t, _ in self.seen) / n
        mean_v = sum(v for _, v in self.seen) / n
        spread = sum((t - mean_t) ** 2 for t, _ in self.seen)
        if spread == 0:
            return 0.0
        return sum((t - mean_t) * (v - mean_v) for t, v in self.seen) / spread

    def memory(self) -> Json:
        return [list(point) for point in self.seen]

    def recall(self, memory: Json) -> None:
        self.seen.extend((float(t), float(v)) for t, v in cast("list[Any]", memory))


if __name__ == "__main__":
    run(Trend())
