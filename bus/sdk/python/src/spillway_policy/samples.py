"""Measured values on their way to Spillway."""
from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Optional

import zmq

from .security import Security, connect_socket


@dataclass(frozen=True)
class Sample:
    cluster: str
    metric: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    time: Optional[float] = None  # seconds since the epoch; None: that of its arrival

    def to_json(self) -> dict[str, Any]:
        if not math.isfinite(self.value):
            raise ValueError(f"{self.metric} of {self.cluster} is {self.value}; expected a finite "
                             "number: what was not measured is not sent")
        body: dict[str, Any] = {"cluster": self.cluster, "metric": self.metric, "value": self.value}
        if self.labels:
            body["labels"] = dict(self.labels)
        if self.time is not None:
            body["time"] = self.time
        return body


class Samples:
    """A PUSH socket to `bus.inbound` of the service. One thread; a context manager, which gives what
    was sent last a few seconds to leave."""

    def __init__(self, connect: str = "tcp://127.0.0.1:5555", *, linger: float = 5.0,
                 per_message: int = 100, security: Optional[Security] = None) -> None:
        self._linger = int(linger * 1000)
        self._per_message = per_message
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket = self._context.socket(zmq.PUSH)
        connect_socket(self._socket, connect, security)

    def __enter__(self) -> Samples:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        self._context.destroy(linger=self._linger)

    def send(self, cluster: str, metric: str, value: float, *,
             labels: Optional[Mapping[str, str]] = None, time: Optional[float] = None) -> bool:
        """Never waits; False when the service takes nothing more, or has not been there for long."""
        return self.send_all([Sample(cluster, metric, value, labels or {}, time)])

    def send_all(self, samples: Iterable[Sample]) -> bool:
        """Many at once, which costs far less. False: from some one on they were not taken."""
        bodies = [sample.to_json() for sample in samples]
        for begin in range(0, len(bodies), self._per_message):
            payload = json.dumps(bodies[begin:begin + self._per_message]).encode()
            try:
                self._socket.send(payload, flags=zmq.NOBLOCK)
            except zmq.Again:
                return False
        return True
