from __future__ import annotations

import json
import unittest
from typing import Any

import zmq

from spillway import PATIENCE_MS
from spillway_policy import Event, Events, Gap, Sample, Samples


class BusTest(unittest.TestCase):
    def setUp(self) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.addCleanup(self.context.term)

    def bound(self, kind: int) -> tuple[zmq.Socket[bytes], str]:
        socket = self.context.socket(kind)
        self.addCleanup(socket.close, 0)
        socket.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
        socket.bind("tcp://127.0.0.1:*")
        return socket, socket.getsockopt_string(zmq.LAST_ENDPOINT)


class SamplesTest(BusTest):
    def test_send_what_the_format_says(self) -> None:
        pull, address = self.bound(zmq.PULL)
        with Samples(address, per_message=2) as samples:
            self.assertTrue(samples.send("edge", "cpu", 0.5, labels={"host": "a"}, time=12.5))
            self.assertTrue(samples.send_all(Sample("edge", "load", i) for i in range(3)))
        self.assertEqual(json.loads(pull.recv()),
                         [{"cluster": "edge", "metric": "cpu", "value": 0.5,
                           "labels": {"host": "a"}, "time": 12.5}])
        self.assertEqual([len(json.loads(pull.recv())) for _ in range(2)], [2, 1])

    def test_refuse_what_is_no_number(self) -> None:
        _, address = self.bound(zmq.PULL)
        with Samples(address) as samples, self.assertRaisesRegex(ValueError, "cpu of edge is nan"):
            samples.send("edge", "cpu", float("nan"))


class EventsTest(BusTest):
    def setUp(self) -> None:
        super().setUp()
        self.pub, address = self.bound(zmq.XPUB)
        self.events = Events(address, "spillway/1/decisions/")
        self.addCleanup(self.events.close)
        for _ in range(2):  # its subscriptions have arrived
            self.pub.recv()

    def publish(self, topic: str, seq: int, epoch: str = "e1", **more: Any) -> None:
        body = {"seq": seq, "epoch": epoch, **more}
        self.pub.send_multipart([("spillway/1/" + topic).encode(), json.dumps(body).encode()])

    def hear(self, count: int) -> list[str]:
        """"topic seq" of events, "topic missed n" of gaps."""
        heard = []
        for _ in range(count):
            came = self.events.receive(PATIENCE_MS / 1000)
            assert came is not None
            short = came.topic[len("spillway/1/"):]
            heard.append(f"{short} missed {came.missed}" if isinstance(came, Gap)
                         else f"{short} {came.body['seq']}")
        return heard

    def test_are_heard_and_gaps_noticed(self) -> None:
        for seq in (4, 5, 8):
            self.publish("decisions/edge", seq)
        self.publish("decisions/core", 1)
        self.assertEqual(self.hear(5), ["decisions/edge 4", "decisions/edge 5",
                                        "decisions/edge missed 2", "decisions/edge 8",
                                        "decisions/core 1"])
        self.assertIsNone(self.events.receive(0))

    def test_after_a_new_start_count_from_one(self) -> None:
        self.publish("decisions/edge", 7)
        self.publish("decisions/edge", 1, epoch="e2")
        self.publish("decisions/edge", 2, epoch="e3")
        self.assertEqual(self.hear(4), ["decisions/edge 7", "decisions/edge 1",
                                        "decisions/edge missed 1", "decisions/edge 2"])

    def test_heartbeats_show_the_loss_of_the_last(self) -> None:
        self.publish("decisions/edge", 7)
        sequences = {"spillway/1/decisions/edge": 9, "spillway/1/hosts/edge": 50,
                     "spillway/1/heartbeat": 2}
        self.publish("heartbeat", 3, sequences=sequences)
        sequences["spillway/1/hosts/edge"] = 60
        self.publish("heartbeat", 4, sequences=sequences)
        self.publish("decisions/edge", 10)
        self.assertEqual(self.hear(5), ["decisions/edge 7", "decisions/edge missed 2",
                                        "heartbeat 3", "heartbeat 4", "decisions/edge 10"])

    def test_iterate(self) -> None:
        self.publish("decisions/edge", 1)
        came = next(iter(self.events))
        self.assertIsInstance(came, Event)


if __name__ == "__main__":
    unittest.main()
