"""What a policy is shown, and what it may answer."""
from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Union

Json = Union[None, bool, int, float, str, "list[Any]", "dict[str, Any]"]


@dataclass(frozen=True)
class Capacity:
    """An amount of processors and memory."""

    vcpu: int
    memory_mib: int

    def __add__(self, other: Capacity) -> Capacity:
        return Capacity(self.vcpu + other.vcpu, self.memory_mib + other.memory_mib)

    def __mul__(self, factor: float) -> Capacity:
        """Rounded up, so that a part of a host is never less than what was meant."""
        return Capacity(math.ceil(self.vcpu * factor - 1e-9),
                        math.ceil(self.memory_mib * factor - 1e-9))

    __rmul__ = __mul__

    def to_json(self) -> dict[str, Any]:
        return {"vcpu": self.vcpu, "memory_mib": self.memory_mib}

    @staticmethod
    def from_json(body: Mapping[str, Any]) -> Capacity:
        return Capacity(int(body["vcpu"]), int(body["memory_mib"]))


@dataclass(frozen=True)
class Signal:
    """A number over a window of samples. A partial one may be too low: some series fell silent."""

    name: str
    value: float
    state: str = "fresh"  # or "partial"
    age: float = 0.0  # of its newest sample, in seconds
    points: int = 0
    series: int = 0
    silent: int = 0

    @staticmethod
    def from_json(name: str, body: Mapping[str, Any]) -> Signal:
        return Signal(name, float(body["value"]), str(body["state"]), body["age_ms"] / 1000,
                      int(body["points"]), int(body["series"]), int(body["silent"]))


@dataclass(frozen=True)
class Cluster:
    """The cluster at this moment. `ready` serves; `usable` is ready or coming; `wanted` was decided
    last. Times are seconds since the epoch, on Spillway's clock: a backtest has its own."""

    name: str
    now: float
    host_size: Capacity
    ready: Capacity
    usable: Capacity
    wanted: Capacity
    ready_hosts: int
    usable_hosts: int
    signals: Mapping[str, Signal] = field(default_factory=dict)
    time_to_ready: Optional[float] = None  # seconds; nine of ten hosts took no longer

    def value(self, signal: str) -> float:
        """The value of a signal; KeyError names those there are."""
        if signal not in self.signals:
            raise KeyError(f"no signal {signal!r}; there are {sorted(self.signals)}")
        return self.signals[signal].value

    @staticmethod
    def from_json(body: Mapping[str, Any]) -> Cluster:
        """Of a snapshot frame."""
        cluster = body["cluster"]
        capacities = {name: Capacity.from_json(cluster[name])
                      for name in ("host_size", "ready", "usable", "wanted")}
        return Cluster(name=str(cluster["name"]), now=cluster["now_ms"] / 1000,
                       ready_hosts=int(cluster["ready_hosts"]),
                       usable_hosts=int(cluster["usable_hosts"]),
                       signals={name: Signal.from_json(name, signal)
                                for name, signal in body["signals"].items()},
                       time_to_ready=(cluster["time_to_ready_ms"] / 1000
                                      if "time_to_ready_ms" in cluster else None),
                       **capacities)


@dataclass(frozen=True)
class Recommendation:
    """What the cluster should have: `hosts` (parts of one are allowed) or an exact `capacity`."""

    hosts: Optional[float] = None
    capacity: Optional[Capacity] = None
    kind: str = "target"  # or "floor", "ceiling", "abstain"
    reason: str = ""
    code: str = ""  # lower-case letters, digits, underscores: what dashboards compare
    facts: Mapping[str, Union[bool, int, float, str]] = field(default_factory=dict)
    valid_for: Optional[float] = None  # seconds

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"kind": self.kind}
        if self.hosts is not None:
            body["hosts"] = self.hosts
        if self.capacity is not None:
            body["capacity"] = self.capacity.to_json()
        reason = {"code": self.code, "text": self.reason, "facts": dict(self.facts)}
        if any(reason.values()):
            body["reason"] = {name: value for name, value in reason.items() if value}
        if self.valid_for is not None:
            body["valid_for_ms"] = round(self.valid_for * 1000)
        return body


Advice = Union[None, int, float, Capacity, Recommendation]


def advice_to_json(advice: Advice) -> Json:
    """None: nothing to say, the fallback speaks. A number: that many hosts."""
    if advice is None:
        return None
    if isinstance(advice, Recommendation):
        return advice.to_json()
    if isinstance(advice, Capacity):
        return {"capacity": advice.to_json()}
    if isinstance(advice, bool) or not isinstance(advice, (int, float)):
        raise TypeError("evaluate gave back a " + type(advice).__name__ +
                        "; expected a Recommendation, a Capacity, a number of hosts or None")
    return advice
