from __future__ import annotations

import logging
import unittest
from typing import Any, Callable, Optional

from spillway import Spillway
from spillway_policy import Advice, Capacity, Cluster, Json, Policy, Recommendation, Worker


class Says(Policy):
    """Says whatever a test wants; counts."""

    name = "P"

    def __init__(self, say: Callable[[Cluster, int], Any]) -> None:
        self.say = say
        self.calls = 0

    def evaluate(self, cluster: Cluster) -> Advice:
        self.calls += 1
        advice: Advice = self.say(cluster, self.calls)
        return advice


class Counts(Policy):
    """Remembers how often it was asked."""

    name = "P"

    def __init__(self) -> None:
        self.calls = 0

    def evaluate(self, cluster: Cluster) -> Advice:
        self.calls += 1
        return self.calls

    def memory(self) -> Json:
        return {"calls": self.calls}

    def recall(self, memory: Json) -> None:
        assert isinstance(memory, dict)
        self.calls = memory["calls"]


class WorkerTest(unittest.TestCase):
    def setUp(self) -> None:
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)
        self.spillway = Spillway()
        self.addCleanup(self.spillway.close)

    def start(self, *policies: Policy) -> Worker:
        worker = Worker(*policies, connect=self.spillway.address, heartbeat=0.01)
        self.addCleanup(worker.close)
        self.hello = self.spillway.receive("hello")
        return worker

    def answer(self, worker: Worker, say: Optional[Policy] = None) -> dict[str, Any]:
        for _ in range(1000):
            if worker.step(0.1):
                return self.spillway.receive("answer")
        raise AssertionError("no question came")

    def advice(self, say: Callable[[Cluster, int], Any], load: float = 1.0) -> dict[str, Any]:
        worker = self.start(Says(say))
        self.spillway.ask(1, load)
        return self.answer(worker)

    def test_says_hello_with_its_policies_and_beats_its_heart(self) -> None:
        class Other(Counts):
            name = ""
        worker = self.start(Counts(), Other())
        self.assertEqual(self.hello["policies"], ["P", "Other"])
        topics = set()
        while b"spillway/1/policy/heartbeat" not in topics:
            worker.step(0.02)
            topics.add(self.spillway.socket.recv_multipart()[1])

    def test_says_hello_again_when_it_is_asked_who_it_is(self) -> None:
        worker = self.start(Counts())
        self.spillway.send("hello", {})
        self.assertTrue(self.spillway.socket.poll(1) or worker.step(1) == 0)
        for _ in range(1000):
            worker.step(0.01)
            if self.spillway.socket.poll(0):
                frames = self.spillway.socket.recv_multipart()
                if frames[1].endswith(b"/hello"):
                    return
        self.fail("no second hello")

    def test_shows_the_cluster_and_answers_the_question(self) -> None:
        seen = []

        def say(cluster: Cluster, calls: int) -> Advice:
            seen.append(cluster)
            return Recommendation(hosts=3, reason="busy", code="busy", facts={"load": 4.5},
                                  kind="floor", valid_for=1.5)
        answer = self.advice(say, 4.5)
        self.assertEqual(answer, {
            "epoch": "e1", "policy": "p", "cluster": "edge", "seq": 1,
            "advice": {"hosts": 3, "kind": "floor", "valid_for_ms": 1500,
                       "reason": {"code": "busy", "text": "busy", "facts": {"load": 4.5}}}})
        cluster = seen[0]
        self.assertEqual(cluster.value("load"), 4.5)
        self.assertEqual(cluster.now, 1000.0)
        self.assertEqual(cluster.signals["load"].age, 1.5)
        self.assertEqual((cluster.ready_hosts, cluster.usable_hosts), (2, 3))
        self.assertEqual(cluster.host_size * 2, cluster.ready)
        with self.assertRaisesRegex(KeyError, "there are \\['load'\\]"):
            cluster.value("cpu")

    def test_takes_numbers_capacities_and_nothing(self) -> None:
        for given, wire in ((4, 4), (2.5, 2.5), (None, None),
                            (Capacity(8, 1), {"capacity": {"vcpu": 8, "memory_mib": 1}})):
            with self.subTest(given=given):
                answer = self.advice(lambda cluster, calls: given)
                self.assertEqual(answer["advice"], wire)

    def test_tells_what_the_policy_raised_and_goes_on(self) -> None:
        def say(cluster: Cluster, calls: int) -> Advice:
            if calls == 1:
                raise ValueError("out of order")
            return 1
        worker = self.start(Says(say))
        self.spillway.ask(1, 1)
        answer = self.answer(worker)
        self.assertNotIn("advice", answer)
        self.assertRegex(answer["error"], r"ValueError: out of order \(test_worker.py:\d+\)")
        self.spillway.ask(2, 1)
        self.assertEqual(self.answer(worker)["advice"], 1)

    def test_answers_of_no_sense_are_errors_before_they_leave(self) -> None:
        for given in ("three", True, [1], float("nan"), Recommendation(hosts=float("inf"))):
            with self.subTest(given=given):
                self.assertIn("error", self.advice(lambda cluster, calls: given))

    def test_each_cluster_and_each_run_has_a_copy_of_its_own(self) -> None:
        worker = self.start(Counts())
        asked = [("e1", "edge", "p"), ("e1", "edge", "p"), ("e1", "core", "p"), ("e1", "edge", "q"),
                 ("e2", "edge", "p"), ("e1", "edge", "p")]
        calls = []
        for seq, (epoch, cluster, policy) in enumerate(asked, 1):
            self.spillway.ask(seq, 1, epoch=epoch, cluster=cluster, policy=policy)
            calls.append(self.answer(worker)["advice"])
        self.assertEqual(calls, [1, 2, 1, 1, 1, 3])

    def test_goes_on_from_its_memory(self) -> None:
        worker = self.start(Counts())
        self.spillway.ask(1, 1, memory={"calls": 41})
        answer = self.answer(worker)
        self.assertEqual(answer["advice"], 42)
        self.assertEqual(answer["memory"], {"calls": 42})

    def test_answers_the_newest_of_the_questions_that_wait(self) -> None:
        worker = self.start(Counts())
        for seq in (1, 2, 3):
            self.spillway.ask(seq, 1)
        seqs: list[int] = []
        while not seqs or seqs[-1] < 3:
            seqs.append(self.answer(worker)["seq"])
        self.assertEqual(seqs, sorted(set(seqs)))


if __name__ == "__main__":
    unittest.main()
