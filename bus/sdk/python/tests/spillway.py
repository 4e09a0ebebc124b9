"""Spillway's side of the sockets, for tests: what goes out is written by hand here, so that the
SDK is not checked by itself. bus/README.md has the frames."""
from __future__ import annotations

import json
from typing import Any, Optional

import zmq

PATIENCE_MS = 30_000


class Spillway:
    """A ROUTER as the service has it."""

    def __init__(self) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.socket = self.context.socket(zmq.ROUTER)
        self.socket.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.bind("tcp://127.0.0.1:*")
        self.address = self.socket.getsockopt_string(zmq.LAST_ENDPOINT)
        self.peer = b""

    def close(self) -> None:
        self.context.destroy(linger=0)

    def receive(self, kind: str) -> dict[str, Any]:
        """The next frame of this kind; heartbeats in between are left out."""
        while True:
            self.peer, topic, payload = self.socket.recv_multipart()
            if topic.decode() == "spillway/1/policy/" + kind:
                body: dict[str, Any] = json.loads(payload)
                return body
            assert topic == b"spillway/1/policy/heartbeat", topic

    def send(self, kind: str, body: dict[str, Any]) -> None:
        self.socket.send_multipart([self.peer, b"spillway/1/policy/" + kind.encode(),
                                    json.dumps(body).encode()])

    def ask(self, seq: int, load: float, *, policy: str = "p", cluster: str = "edge",
            epoch: str = "e1", worker: str = "P", now_ms: int = 1_000_000,
            memory: Optional[Any] = None) -> None:
        body = {
            "epoch": epoch, "policy": policy, "worker": worker, "seq": seq, "deadline_ms": 2000,
            "cluster": {"now_ms": now_ms, "name": cluster,
                        "host_size": {"vcpu": 8, "memory_mib": 32768},
                        "ready": {"vcpu": 16, "memory_mib": 65536},
                        "usable": {"vcpu": 24, "memory_mib": 98304},
                        "wanted": {"vcpu": 24, "memory_mib": 98304},
                        "ready_hosts": 2, "usable_hosts": 3},
            "signals": {"load": {"value": load, "state": "fresh", "age_ms": 1500, "points": 6,
                                 "series": 1, "silent": 0}},
        }
        if memory is not None:
            body["memory"] = memory
        self.send("snapshot", body)
