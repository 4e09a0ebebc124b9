"""The real binary, run by a test: on simulated machines, with everything that has metrics."""
import json
import os
import re
import select
import subprocess
import time
import urllib.request

DEADLINE_S = 60
NOBODY = "http://127.0.0.1:9"  # where connections are refused
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

CONFIG = """
version: 1
store: {type: sqlite, path: "FOLDER/store.db"}
bus:
  inbound: [{socket: pull, bind: "tcp://127.0.0.1:*"}]
  policies: {bind: ["tcp://127.0.0.1:*"]}
serve: {port: 0, open_metrics: true}
adapters:
  ingest: {port: 0}
  sources:
    - {name: telegraf, type: influx, cluster: edge}
    - {name: prom, type: promql, url: "http://127.0.0.1:9", cluster: edge, queries: [{metric: up, query: up}]}
webhooks: [{name: chat, url: "WEBHOOK_URL", secret: {variable: WEBHOOK_SECRET}}]
traces: {endpoint: "TRACES_URL", send_every: 100ms}
log: {format: LOG_FORMAT}
record: {folder: "FOLDER/recording"}
control: {evaluate_at_least_every: 100ms}
provision: {look_interval: 100ms}
providers: {lab: {type: simulated, profile: digitalocean, boot: {median: 100ms}}}
registrars: {lab: {type: simulated}}
clusters:
  - name: edge
    workload: application_containers
    hypervisor: lxc
    registrar: lab
    host_size: {vcpu: 4, memory: 8GiB}
    limits: {hosts: {min: 1, max: 10}}
    money: {per_month: 1000}
    objective: {signal: {metric: demand, function: last}, kind: load, limit: 1}
    policies:
      - {name: careful, type: target_tracking, kind: load, target: 1, signal: {metric: demand, function: last}}
      - {name: bold, shadow: true, type: target_tracking, kind: load, target: 0.5, signal: {metric: demand, function: last}}
    ladder: [{name: lab, provider: lab, max_hosts: 10}]
"""


class Service:
    """A context: started when it is entered, ended with SIGTERM when it is left."""

    def __init__(self, binary, folder, environment=None, config=CONFIG, webhook=NOBODY,
                 traces=NOBODY, log_format="text"):
        self.config = os.path.join(folder, "spillway.yaml")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(config.replace("FOLDER", folder).replace("WEBHOOK_URL", webhook)
                       .replace("TRACES_URL", traces).replace("LOG_FORMAT", log_format))
        self.command = [binary, "run", "--config", self.config]
        self.environment = {"HOME": folder, "WEBHOOK_SECRET": WEBHOOK_SECRET, **(environment or {})}
        self.log = ""

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env=self.environment,
                                        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.bus = self.logged("bus.listening", "address")
        self.http = f"http://127.0.0.1:{self.logged('serve.listening', 'port')}"
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            rest = self.process.communicate(timeout=DEADLINE_S)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            rest = self.process.communicate()[1]
        self.log += rest.decode() if rest else ""
        return self.process.returncode

    def logged(self, event, field):
        """The field of a line of the log, waited for."""
        end = time.monotonic() + DEADLINE_S
        pattern = re.compile(rf" {re.escape(event)} (?:.* )?{field}=(\S+)\n|"
                             rf'"event":"{re.escape(event)}".*"{field}":"?([^",}}]+)')
        while not (found := pattern.search(self.log)):
            left = end - time.monotonic()
            if left < 0 or not select.select([self.process.stderr], [], [], left)[0]:
                raise TimeoutError(f"no {event} in the log:\n{self.log}")
            piece = os.read(self.process.stderr.fileno(), 65536)
            if not piece:
                raise RuntimeError(f"the service ended:\n{self.log}")
            self.log += piece.decode()
        return found.group(1) or found.group(2)

    def metrics(self):
        with urllib.request.urlopen(self.http + "/metrics", timeout=10) as answer:
            return answer.read().decode()

    def metrics_when(self, holds, load=3.0):
        """The exposition once `holds(text)`, while a load is measured."""
        import zmq
        end = time.monotonic() + DEADLINE_S
        with zmq.Context() as context, context.socket(zmq.PUSH) as sender:
            sender.linger = 0
            sender.connect(self.bus)
            poller = select.poll()
            while True:
                sender.send_string(json.dumps(
                    {"cluster": "edge", "metric": "demand", "value": load}))
                text = self.metrics()
                if holds(text):
                    return text
                if time.monotonic() > end:
                    raise TimeoutError(f"it never held:\n{text}\n{self.log}")
                poller.poll(100)
