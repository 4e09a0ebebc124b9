"""The Python texts of the documents, run as they stand there."""
from __future__ import annotations

import pathlib
import unittest
from typing import Any
from unittest import mock

import spillway_policy
from spillway_policy import Capacity, Cluster, Policy, Signal

SDK = pathlib.Path(__file__).resolve().parent.parent
DOCUMENTS = SDK.parent.parent.parent


def example(document: pathlib.Path) -> Policy:
    """What the first Python text of the document gives to run()."""
    text = document.read_text(encoding="utf-8")
    begin = text.index("```python\n") + len("```python\n")
    code = compile(text[begin:text.index("```", begin)], str(document), "exec")
    given: list[Policy] = []
    with mock.patch.object(spillway_policy, "run", given.append):
        exec(code, {"__name__": "__main__"})
    return given[0]


def cluster(ready: int, coming: int, **signals: float) -> Cluster:
    host = Capacity(8, 32768)
    usable = host * (ready + coming)
    return Cluster("edge", 0, host, host * ready, usable, usable, ready, ready + coming,
                   {name: Signal(name, value) for name, value in signals.items()})


def wanted(policy: Policy, seen: Cluster) -> Any:
    advice = policy.evaluate(seen)
    assert isinstance(advice, spillway_policy.Recommendation)
    return advice.hosts


class ReadmeTest(unittest.TestCase):
    def test_a_policy_in_forty_lines(self) -> None:
        policy = example(DOCUMENTS / "policies" / "README.md")
        self.assertEqual(wanted(policy, cluster(2, 0, waiting=11)), 4)
        self.assertEqual(wanted(policy, cluster(2, 3, waiting=11)), 5)
        self.assertEqual(wanted(policy, cluster(2, 0, waiting=0)), 2)

    def test_the_sdks_own(self) -> None:
        policy = example(SDK / "README.md")
        self.assertAlmostEqual(wanted(policy, cluster(1, 0, load=160)), 2)
        self.assertIn(type(policy).__name__, (SDK / "examples" / "headroom.py").read_text())


if __name__ == "__main__":
    unittest.main()
