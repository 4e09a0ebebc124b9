"""What an author writes."""
from __future__ import annotations

from .model import Advice, Cluster, Json


class Policy:
    """Says how much a cluster should have. Each cluster, and each run of a backtest, has a copy of
    its own, made of the object as it was given to `run`; so keep in `self` whatever is learned.

    What it says should follow from what it was shown and from nothing else: then it decides live as
    it did in backtest. Take the time from `cluster.now`.
    """

    #: The `worker` of the configuration's entry; left out: the name of the class.
    name: str = ""

    def evaluate(self, cluster: Cluster) -> Advice:
        """Called when something has changed, about once a second at most. None: nothing to say."""
        raise NotImplementedError

    def memory(self) -> Json:
        """What Spillway shall keep through a restart of either side; 64 KiB at most."""
        return None

    def recall(self, memory: Json) -> None:
        """Given to a new copy before its first question, when there is a memory."""
