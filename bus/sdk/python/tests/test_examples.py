from __future__ import annotations

import os
import sys
import unittest

from spillway_policy import Capacity, Cluster, Recommendation, Signal

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "examples"))
from headroom import Headroom  # noqa: E402
from trend import Trend  # noqa: E402


def cluster(now: float, load: float) -> Cluster:
    host = Capacity(8, 32768)
    return Cluster("edge", now, host, host, host, host, 1, 1, {"load": Signal("load", load)})


class ExamplesTest(unittest.TestCase):
    def test_headroom_keeps_a_share_free(self) -> None:
        advice = Headroom(per_host=100, free=0.2).evaluate(cluster(0, 160))
        self.assertAlmostEqual(advice.hosts or 0, 2.0)

    def test_trend_looks_ahead_and_remembers(self) -> None:
        first = Trend(per_host=100, ahead=300)
        for minute in range(5):
            advice: Recommendation = first.evaluate(cluster(60.0 * minute, 100.0 + 60 * minute))
        self.assertAlmostEqual(advice.hosts or 0, (340 + 300) / 100)
        second = Trend(per_host=100, ahead=300)
        second.recall(first.memory())
        self.assertEqual(second.evaluate(cluster(300, 400)).hosts,
                         first.evaluate(cluster(300, 400)).hosts)
        falling = Trend()
        falling.evaluate(cluster(0, 500))
        self.assertAlmostEqual(falling.evaluate(cluster(60, 200)).hosts or 0, 2.0)


if __name__ == "__main__":
    unittest.main()
