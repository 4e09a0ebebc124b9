#!/usr/bin/env python3
"""Keeps a share of every host free: the policy of the README.

In the configuration:

    policies:
      - name: headroom
        type: remote
        signals: [{metric: load, function: last, across: sum}]
        fallback: {name: reactive, type: target_tracking, kind: load, target: 80,
                   signal: {metric: load, function: last, across: sum}}
"""
from spillway_policy import Cluster, Policy, Recommendation, run


class Headroom(Policy):
    name = "headroom"

    def __init__(self, per_host: float = 100.0, free: float = 0.2) -> None:
        self.per_host = per_host  # what a host takes
        self.free = free

    def evaluate(self, cluster: Cluster) -> Recommendation:
        load = cluster.value("load")
        hosts = load / (self.per_host * (1 - self.free))
        return Recommendation(hosts=hosts, code="headroom", facts={"load": load},
                              reason=f"load is {load:g}, {self.free:.0%} of each host stays free")


if __name__ == "__main__":
    run(Headroom())
