#!/usr/bin/env python3
"""What goes out as events, through the real binary: nothing is lost and nothing comes twice.

usage: events_test.py stream SOURCES BINARY
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from operation_test import with_zmq  # noqa: E402
from service import DEADLINE_S, Service  # noqa: E402


class Load:
    """Measured from a thread, up and down again, until it is left: hosts come and go."""

    def __init__(self, service, values=(1, 4, 2, 6)):
        self.service, self.values, self.over = service, values, threading.Event()
        self.thread = threading.Thread(target=self.send)

    def send(self):
        import zmq
        with zmq.Context() as context, context.socket(zmq.PUSH) as sender:
            sender.linger = 0
            sender.connect(self.service.bus)
            turn = 0
            while not self.over.wait(0.1):
                turn += 1
                value = self.values[turn // 10 % len(self.values)]
                sender.send_string(json.dumps({"cluster": "edge", "metric": "demand",
                                               "value": value}))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def token(service, name):
    """A token that the service knows by now."""
    made = subprocess.run([service.command[0], "tokens", "add", name, "--config", service.config],
                          env=service.environment, capture_output=True, text=True, check=True)
    word = made.stdout.strip()
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        request = urllib.request.Request(service.http + "/v1/clusters",
                                         headers={"Authorization": "Bearer " + word})
        try:
            with urllib.request.urlopen(request, timeout=10):
                return word
        except urllib.error.HTTPError:
            time.sleep(2)  # seldom, for each wrong token counts towards the lock-out
    raise TimeoutError(f"the token was never known:\n{service.log}")


def read(service, word, last_id=None):
    """The events of one connection: (id, kind, data)."""
    headers = {"Authorization": "Bearer " + word}
    if last_id:
        headers["Last-Event-ID"] = last_id
    request = urllib.request.Request(service.http + "/v1/events", headers=headers)
    with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
        fields = {}
        for line in answer:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
            elif "event" in fields:
                yield fields.get("id"), fields["event"], json.loads(fields["data"])
                fields = {}


def test_stream(_, binary):
    """A reader that loses its connection again and again sees what one sees that never does."""
    wanted = 60
    with tempfile.TemporaryDirectory() as folder, Service(binary, folder) as service:
        word = token(service, "reader")
        always, often, touched = [], [], 0

        def stay():
            for one in read(service, word):
                if one[0]:
                    always.append(one)
                if len(always) >= wanted + 20:
                    return

        witness = threading.Thread(target=stay)
        with Load(service):
            witness.start()
            while not always:
                time.sleep(0.01)
            last = always[0][0]
            connections = 0
            while len(often) < wanted:
                connections += 1
                seen = 0
                for one in read(service, word, last):  # and is closed in the middle of it all
                    touched += one[1] == "cluster"
                    if not one[0]:
                        continue
                    often.append(one)
                    last = one[0]
                    seen += 1
                    if seen == connections % 5 + 1 or len(often) == wanted:
                        break
            witness.join(DEADLINE_S)
        assert not witness.is_alive(), f"the witness saw {len(always)} only"
        expected = always[1:wanted + 1]
        assert often == expected, f"{[o[0] for o in often]} is not {[e[0] for e in expected]}"
        kinds = {kind for _, kind, _ in always}
        assert kinds == {"decision", "host"}, kinds
        assert touched, "no cluster was named"
        unknown = next(read(service, word, "another-life-7"))
        assert unknown[1] == "gap", unknown
        print(f"{len(often)} events over {connections} connections, the same as over one")


if __name__ == "__main__":
    with_zmq()
    globals()[f"test_{sys.argv[1]}"](pathlib.Path(sys.argv[2]), sys.argv[3])
