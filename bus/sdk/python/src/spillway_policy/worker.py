"""Serves policies to Spillway: the loop of a process of your own."""
from __future__ import annotations

import copy
import json
import logging
import os
import time
import traceback
from collections import OrderedDict
from typing import Any, Optional

import zmq

from .model import Cluster, advice_to_json
from .policy import Policy
from .security import Security, connect_socket

log = logging.getLogger("spillway_policy")

PREFIX = "spillway/1/policy/"
DEFAULT_ADDRESS = "tcp://127.0.0.1:5558"
# Copies of policies that are kept: of each cluster, and of each run of a backtest.
MOST_COPIES = 1000



def name_of(policy: Policy) -> str:
    return policy.name or type(policy).__name__


class Worker:
    """One connection. Not for several threads at once; a context manager."""

    def __init__(self, *policies: Policy, connect: Optional[str] = None,
                 heartbeat: float = 1.0, security: Optional[Security] = None) -> None:
        if not policies:
            raise ValueError("expected at least one policy")
        self.address = connect or os.environ.get("SPILLWAY_POLICIES") or DEFAULT_ADDRESS
        self._policies = {name_of(policy): policy for policy in policies}
        self._copies: OrderedDict[tuple[str, str, str], Policy] = OrderedDict()
        self._heartbeat = heartbeat
        self._next_heartbeat = 0.0
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.LINGER, 1000)
        connect_socket(self._socket, self.address, security)
        self._hello()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        self._context.destroy(linger=1000)

    def run(self) -> None:
        """Until the process ends."""
        while True:
            self.step()

    def step(self, timeout: float = 1.0) -> int:
        """Waits for questions, answers them and beats the heart. Returns how many it answered."""
        now = time.monotonic()
        if now >= self._next_heartbeat:
            self._send("heartbeat", {})
            self._next_heartbeat = now + self._heartbeat
        wait = min(timeout, max(self._next_heartbeat - now, 0.0))
        if not self._socket.poll(int(wait * 1000) + 1):
            return 0
        questions = self._receive_all()
        for body in questions:
            self._answer(body)
        return len(questions)

    def _hello(self) -> None:
        self._send("hello", {"policies": list(self._policies), "agent": "spillway_policy 0.1.0"})

    def _send(self, kind: str, body: dict[str, Any]) -> None:
        payload = json.dumps(body, allow_nan=False).encode()
        try:
            self._socket.send_multipart([(PREFIX + kind).encode(), payload], flags=zmq.NOBLOCK)
        except zmq.Again:
            log.debug("Spillway does not take %s", kind)

    def _receive_all(self) -> list[dict[str, Any]]:
        """The questions that wait; of each conversation the newest: older ones are late anyway."""
        newest: dict[tuple[str, str, str], dict[str, Any]] = {}
        while True:
            try:
                frames = self._socket.recv_multipart(flags=zmq.NOBLOCK)
            except zmq.Again:
                return list(newest.values())
            topic = frames[0].decode(errors="replace")
            body = json.loads(frames[-1])
            if topic == PREFIX + "snapshot":
                newest[_key(body)] = body
            elif topic == PREFIX + "hello":
                self._hello()  # the service has started anew
            elif topic == PREFIX + "welcome":
                log.info("Spillway at %s: serving %s", self.address, body["serves"] or "nobody yet")
            elif topic == PREFIX + "refused":
                log.warning("an answer was not taken: %s: %s", body["reason"], body["text"])

    def _answer(self, question: dict[str, Any]) -> None:
        answer = {name: question[name] for name in ("epoch", "policy", "seq")}
        answer["cluster"] = question["cluster"]["name"]
        try:
            policy = self._copy_for(question)
            answer["advice"] = advice_to_json(policy.evaluate(Cluster.from_json(question)))
            memory = policy.memory()
            if memory is not None:
                answer["memory"] = memory
            json.dumps(answer, allow_nan=False)
        except Exception as error:  # the author's; Spillway is told, and the loop goes on
            log.exception("%s failed", question["policy"])
            answer.pop("advice", None)
            answer.pop("memory", None)
            answer["error"] = _describe(error)
        self._send("answer", answer)

    def _copy_for(self, question: dict[str, Any]) -> Policy:
        key = _key(question)
        if key not in self._copies:
            fresh = copy.deepcopy(self._policies[question["worker"]])
            if question.get("memory") is not None:
                fresh.recall(question["memory"])
            self._copies[key] = fresh
            if len(self._copies) > MOST_COPIES:
                self._copies.popitem(last=False)
        self._copies.move_to_end(key)
        return self._copies[key]


def _key(body: dict[str, Any]) -> tuple[str, str, str]:
    return body["epoch"], body["cluster"]["name"], body["policy"]


def _describe(error: Exception) -> str:
    """"ValueError: too much (my_policy.py:12)"."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"


def run(*policies: Policy, connect: Optional[str] = None,
        security: Optional[Security] = None) -> None:
    """Serves the policies until the process is ended. `connect`: `bus.policies` of the service, or
    what `spillway backtest` says; else $SPILLWAY_POLICIES, else tcp://127.0.0.1:5558. `security`:
    else $SPILLWAY_KEY_FILE and $SPILLWAY_SERVER_KEY, else plain text."""
    with Worker(*policies, connect=connect, security=security) as worker:
        try:
            worker.run()
        except KeyboardInterrupt:
            pass
