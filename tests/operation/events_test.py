#!/usr/bin/env python3
"""What goes out as events, through the real binary: nothing is lost and nothing comes twice.

usage: events_test.py stream|webhooks|receiver|traces|logs SOURCES BINARY
"""
import base64
import hashlib
import hmac
import http.server
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from operation_test import with_zmq  # noqa: E402
from service import CONFIG, DEADLINE_S, WEBHOOK_SECRET, Service  # noqa: E402


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


class Listener:
    """An HTTP server on a port of its own; `answer(request)` gives the status, or None: no answer."""

    def __init__(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.body = self.rfile.read(int(self.headers["Content-Length"]))
                status = answer(self)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def wait_until(what, holds, service):
    end = time.monotonic() + DEADLINE_S
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what}:\n{service.log}")
        time.sleep(0.05)


class Inbox:
    """What a webhook's receiver has seen. It fails now and then, in every way it can."""

    def __init__(self):
        self.lock = threading.Lock()
        self.taken, self.texts, self.wrong = [], {}, []
        self.attempts = 0

    def __call__(self, request):
        with self.lock:
            self.attempts += 1
            event_id = request.headers["webhook-id"]
            signed = f"{event_id}.{request.headers['webhook-timestamp']}.".encode() + request.body
            key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
            expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
            if request.headers["webhook-signature"] != "v1," + expected:
                self.wrong.append(f"signature of {event_id}")
            if abs(time.time() - int(request.headers["webhook-timestamp"])) > 60:
                self.wrong.append(f"time of {event_id}")
            if self.texts.setdefault(event_id, request.body) != request.body:
                self.wrong.append(f"another text of {event_id}")
            if self.attempts == 5:
                return 500
            if self.attempts == 9:
                return None
            self.taken.append(event_id)
            return 204

    def events(self):
        """Those taken, each once, in the order of their first coming."""
        with self.lock:
            return [json.loads(self.texts[one]) for one in dict.fromkeys(self.taken)]


def ask(service, word, path):
    request = urllib.request.Request(service.http + path,
                                     headers={"Authorization": "Bearer " + word})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def everything(service, word, path):
    """All pages of a list."""
    items, cursor = [], None
    while True:
        mark = "&" if "?" in path else "?"
        page = ask(service, word, path + (f"{mark}cursor={cursor}" if cursor else ""))
        items += page["items"]
        cursor = page.get("next_cursor")
        if not cursor:
            return items


def test_webhooks(_, binary):
    """Killed again and again, the service still tells each decision and each host's last state."""
    inbox = Inbox()
    with tempfile.TemporaryDirectory() as folder, Listener(inbox) as listener:
        for life in range(4):
            service = Service(binary, folder, webhook=listener.url + "/hook")
            with service:
                before = len(inbox.taken)
                with Load(service):
                    wait_until("events", lambda: len(inbox.taken) >= before + 10, service)
                service.process.kill()
        with Service(binary, folder, webhook=listener.url + "/hook") as service:
            word = token(service, "reader")
            waiting = 'spillway_notify_waiting_events{webhook="chat"} 0\n'

            def is_quiet():
                seen = len(inbox.taken)
                time.sleep(1)
                return waiting in service.metrics() and len(inbox.taken) == seen

            wait_until("quiet", is_quiet, service)
            decisions = everything(service, word, "/v1/decisions?limit=200")
            hosts = everything(service, word, "/v1/hosts?gone=true")
        events = inbox.events()
    assert not inbox.wrong, inbox.wrong
    told = [e["subject"] for e in events if e["type"].startswith("spillway.decision.")]
    assert len(told) == len(set(told)), "a decision was told under two ids"
    assert told == [d["id"] for d in reversed(decisions)], (told, [d["id"] for d in decisions])
    last = {e["subject"]: e["data"] for e in events if e["type"].startswith("spillway.host.")}
    stored = {h["id"]: (h["state"], h["goal"]) for h in hosts}
    assert {i: (d["state"], d["goal"]) for i, d in last.items()} == stored, (last, stored)
    states = [(e["subject"], e["type"], e["time"], e["data"]["goal"]) for e in events
              if e["type"].startswith("spillway.host.")]
    assert len(states) == len(set(states)), "a host's state was told under two ids"
    assert len(told) > 3 and len(hosts) > 3, "too little happened to prove anything"
    print(f"{len(events)} events of {len(told)} decisions and {len(hosts)} hosts over 5 lives, "
          f"{inbox.attempts} attempts")


def test_receiver(sources, binary):
    """The receiver in docs/events.md takes our events, and nobody else's."""
    text = (sources / "docs/events.md").read_text()
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)
    assert len([line for line in code.splitlines() if line.strip()]) <= 20, "it is to be short"
    made = []

    class Remembered(http.server.HTTPServer):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            made.append(self)

    os.environ.update(SECRET=WEBHOOK_SECRET, PORT="0")
    original, http.server.HTTPServer = http.server.HTTPServer, Remembered
    printed, sys.stdout = sys.stdout, io.StringIO()
    said, sys.stderr = sys.stderr, io.StringIO()  # a line for each request
    try:
        thread = threading.Thread(target=exec, args=(code, {"__name__": "receiver"}))
        thread.start()
        while not made:
            time.sleep(0.01)
        url = f"http://127.0.0.1:{made[0].server_address[1]}"
        forged = urllib.request.Request(url, data=b"{}", headers={
            "webhook-id": "x-1", "webhook-timestamp": str(int(time.time())),
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="})
        try:
            urllib.request.urlopen(forged, timeout=10)
            status = 204
        except urllib.error.HTTPError as error:
            status = error.code
        with tempfile.TemporaryDirectory() as folder, \
                Service(binary, folder, webhook=url) as service:
            wait_until("a host that is ready",
                       lambda: "spillway.host.ready edge-" in sys.stdout.getvalue(), service)
        made[0].shutdown()
        thread.join()
        made[0].server_close()
    finally:
        heard, sys.stdout, sys.stderr = sys.stdout.getvalue(), printed, said
        http.server.HTTPServer = original
    assert status == 401, status
    lines = heard.splitlines()
    assert len(lines) == len(set(lines)) and all(
        re.fullmatch(r"spillway\.(decision|host)\.[a-z]+ edge-\S+", line) for line in lines), heard
    print(f"{len(lines)} events")


class Collector:
    def __init__(self):
        self.lock = threading.Lock()
        self.spans, self.paths = [], set()

    def __call__(self, request):
        with self.lock:
            self.paths.add(request.path)
            for resource in json.loads(request.body)["resourceSpans"]:
                for scope in resource["scopeSpans"]:
                    self.spans += scope["spans"]
            return 200

    def named(self, name):
        with self.lock:
            return [span for span in self.spans if span["name"] == name]


def attributes(span):
    return {a["key"]: next(iter(a["value"].values())) for a in span["attributes"]}


def test_traces(_, binary):
    """One trace from sample to ready host, over a kill in between."""
    parents = {"decide": {"receive", None}, "plan": {"decide"}, "host": {"plan"},
               "create": {"host"}, "boot": {"host"}, "configure": {"host"}, "enrol": {"host"},
               "receive": {None}}
    collector = Collector()
    with tempfile.TemporaryDirectory() as folder, Listener(collector) as listener:
        with Service(binary, folder, traces=listener.url) as service:
            with Load(service, values=(4,)):
                wait_until("hosts on their way", lambda: collector.named("create"), service)
            service.process.kill()
        with Service(binary, folder, traces=listener.url) as service:
            with Load(service, values=(4,)):
                wait_until("ready hosts", lambda: len(
                    [s for s in collector.named("host") if "status" not in s]) >= 2, service)
            assert "spillway_trace_dropped_total" in service.metrics()
    spans = collector.spans
    assert collector.paths == {"/v1/traces"}, collector.paths
    by_id = {}
    for span in spans:
        assert by_id.setdefault(span["spanId"], span) is span, f"{span['name']} came twice"
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]), span
    ready = [s for s in spans if s["name"] == "host" and "status" not in s]
    whole = 0
    for host in ready:
        trace = [s for s in spans if s["traceId"] == host["traceId"]]
        for span in trace:
            parent = by_id.get(span.get("parentSpanId"))
            assert (parent and parent["name"]) in parents[span["name"]] or not parent, span
            if parent:
                assert parent["traceId"] == span["traceId"], span
                assert int(parent["startTimeUnixNano"]) <= int(span["startTimeUnixNano"]), span
        steps = [s for s in trace if s.get("parentSpanId") == host["spanId"]]
        steps.sort(key=lambda s: int(s["startTimeUnixNano"]))
        names = [s["name"] for s in steps]
        assert names == [n for n in ("create", "boot", "configure", "enrol") if n in names], names
        for first, second in zip(steps, steps[1:]):
            assert int(first["endTimeUnixNano"]) <= int(second["startTimeUnixNano"]), steps
        for span in steps:
            assert attributes(span)["spillway.host"] == attributes(host)["spillway.host"]
            assert attributes(span)["spillway.decision"] == attributes(host)["spillway.decision"]
        above = []
        at = host
        while (at := by_id.get(at.get("parentSpanId"))):
            above.append(at["name"])
        whole += above in (["plan", "decide", "receive"], ["plan", "decide"]) \
            and {"create", "configure", "enrol"} <= set(names)
    assert whole, f"no trace goes from its decision to its host: {spans}"

    with tempfile.TemporaryDirectory() as folder:
        silent = "\n".join(line for line in CONFIG.splitlines() if not line.startswith("traces:"))
        with Service(binary, folder, config=silent) as service:
            text = service.metrics_when(lambda now: "spillway_hosts{" in now)
            assert "spillway_trace" not in text, "nobody asked for traces"
    print(f"{len(spans)} spans, {whole} of {len(ready)} ready hosts with all that led to them")


def test_logs(_, binary):
    """Each line is an object, and the secret that went into a header is in none."""
    with tempfile.TemporaryDirectory() as folder:
        with Service(binary, folder, log_format="json") as service:
            service.metrics_when(lambda now: 'state="ready"' in now)
        lines = [json.loads(line) for line in service.log.splitlines()]
        assert WEBHOOK_SECRET.removeprefix("whsec_") not in service.log
    for line in lines:
        assert set(line) <= {"time", "level", "event", "fields"}, line
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]), line
    listening = [line for line in lines if line["event"] == "serve.listening"]
    assert isinstance(listening[0]["fields"]["port"], int), listening
    ready = [line for line in lines if line["event"] == "provision.host"
             and line["fields"]["state"] == "ready"]
    assert ready and ready[0]["fields"]["cluster"] == "edge", lines
    print(f"{len(lines)} lines")


if __name__ == "__main__":
    with_zmq()
    globals()[f"test_{sys.argv[1]}"](pathlib.Path(sys.argv[2]), sys.argv[3])
