"""Decisions, hosts and heartbeats of Spillway, and what of them was missed."""
from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import Any, Deque, Iterator, Mapping, Optional, Union

import zmq

from .security import Security, connect_socket


@dataclass(frozen=True)
class Event:
    topic: str  # "spillway/1/decisions/edge"
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Gap:
    """Events that were lost on the way. The state as it is can be had from the service."""

    topic: str
    missed: int


class Events:
    """A SUB socket to `bus.outbound` of the service. One thread; a context manager; iterates for
    ever over events, and gaps where they were noticed."""

    def __init__(self, connect: str = "tcp://127.0.0.1:5556", *topics: str,
                 security: Optional[Security] = None) -> None:
        """`topics`: prefixes with their slash, such as "spillway/1/decisions/"; none: all. The
        heartbeats come too, because they show the loss of the last event of a quiet topic."""
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        self._topics = topics or ("spillway/1/",)
        for topic in (*self._topics, "spillway/1/heartbeat"):
            self._socket.setsockopt_string(zmq.SUBSCRIBE, topic)
        connect_socket(self._socket, connect, security)
        self._last: dict[str, tuple[str, int]] = {}  # topic -> epoch, seq
        self._waiting: Deque[Union[Event, Gap]] = deque()

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        self._context.destroy(linger=0)

    def __iter__(self) -> Iterator[Union[Event, Gap]]:
        while True:
            came = self.receive(None)
            if came is not None:
                yield came

    def receive(self, timeout: Optional[float]) -> Union[Event, Gap, None]:
        """The next; None when nothing came within `timeout` seconds (None: for ever)."""
        if not self._waiting:
            if not self._socket.poll(None if timeout is None else int(timeout * 1000)):
                return None
            topic, payload = self._socket.recv_multipart()
            self._take(topic.decode(), json.loads(payload))
        return self._waiting.popleft()

    def _take(self, topic: str, body: dict[str, Any]) -> None:
        self._notice(topic, body["epoch"], body["seq"] - 1)
        self._last[topic] = body["epoch"], body["seq"]
        for other, seq in body.get("sequences", {}).items():
            if other != topic and any(other.startswith(prefix) for prefix in self._topics):
                self._notice(other, body["epoch"], seq)
        self._waiting.append(Event(topic, body))

    def _notice(self, topic: str, epoch: str, seq: int) -> None:
        """`seq` is over by now. What of it was not seen is missed, but for what was before us: with
        another epoch the service has started anew and counts from 1."""
        if topic in self._last:
            known_epoch, known = self._last[topic]
            missed = seq - (known if known_epoch == epoch else 0)
            if missed > 0:
                self._waiting.append(Gap(topic, missed))
        self._last[topic] = epoch, seq
