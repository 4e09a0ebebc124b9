"""Policies of Spillway in Python, and both ends of its bus."""
from .events import Event, Events, Gap
from .model import Advice, Capacity, Cluster, Json, Recommendation, Signal
from .policy import Policy
from .samples import Sample, Samples
from .security import Security
from .worker import Worker, run

__all__ = [
    "Advice", "Capacity", "Cluster", "Event", "Events", "Gap", "Json", "Policy", "Recommendation",
    "Sample", "Samples", "Security", "Signal", "Worker", "run",
]
