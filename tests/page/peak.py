"""A service under a peak of demand, on simulated machines: a rack that is full, a cloud that is sold
out, one that gives what it has, and one whose machines take their time."""
import json
import pathlib
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "operation"))
from service import DEADLINE_S, Service  # noqa: E402

CONFIG = """
version: 1
store: {type: sqlite, path: "FOLDER/store.db"}
bus: {inbound: [{socket: pull, bind: "tcp://127.0.0.1:*"}]}
serve: {port: 0, history: {step: 1s}}
control: {evaluate_at_least_every: 1s}
provision: {look_interval: 200ms}
providers:
  rack: {type: simulated, profile: onprem, locations: [frankfurt], stock: 2, boot: {median: 300ms},
         site: {country: DE, latitude: 50.1, longitude: 8.7},
         machine: {vcpu: 16, memory: 64GiB, price_per_hour: 0.06}}
  vultr: {type: simulated, profile: vultr, locations: [fra], plans: [vc2-4c-8gb],
          faults: {no_capacity: 1}}
  digitalocean: {type: simulated, profile: digitalocean, locations: [fra1], plans: [s-8vcpu-16gb],
                 boot: {median: 2s}}
  aws: {type: simulated, profile: aws, locations: [eu-central-1], plans: [m6i.2xlarge],
        boot: {median: 20s}}
registrars: {manager: {type: simulated, enrol: 100ms, evacuate: 1s, guests: 2}}
clusters:
  - name: edge
    workload: application_containers
    hypervisor: lxc
    registrar: manager
    host_size: {vcpu: 8, memory: 16GiB}
    limits:
      hosts: {min: 1, max: 16}
      cooldown: {in: 3s}
      stabilisation: {in: 5s}
      min_lifetime: 1s
    money: {per_hour: 12, per_month: 400}
    jurisdiction: [EU]
    objective: {signal: {metric: demand, function: last}, kind: load, limit: 8}
    policies:
      - {name: load, type: target_tracking, kind: load, target: 6.4, tolerance: 0.05,
         signal: {metric: demand, function: last, max_age: 15s}}
      - {name: evening, type: schedule, cron: "0 18 * * *", duration: 4h, kind: floor, hosts: 2}
      - {name: calm, shadow: true, type: target_tracking, kind: load, target: 8,
         signal: {metric: demand, function: last, max_age: 15s}}
    ladder:
      - {name: rack, provider: rack, location: frankfurt, cluster_type: metal, max_hosts: 2}
      - {name: vultr, provider: vultr, location: fra, cluster_type: virtual, max_hosts: 8}
      - {name: digitalocean, provider: digitalocean, cluster_type: virtual, max_hosts: 3}
      - {name: aws, provider: aws, location: eu-central-1, cluster_type: virtual, max_hosts: 8}
  - name: lab
    workload: application_containers
    hypervisor: lxc
    registrar: manager
    dry_run: true
    host_size: {vcpu: 8, memory: 16GiB}
    limits: {hosts: {min: 0, max: 2}}
    policies: [{name: by-hand, type: manual, hosts: 1}]
    ladder: [{name: digitalocean, provider: digitalocean, cluster_type: virtual, max_hosts: 2}]
"""


class Peak:
    """A context: the service runs, and is told the demand of `edge` ten times a second."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.service = Service(binary, folder, config=CONFIG)
        self.demand = 8.0
        self.ended = threading.Event()

    def __enter__(self):
        self.service.__enter__()
        self.url = self.service.http
        self.feeder = threading.Thread(target=self.feed, daemon=True)
        self.feeder.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.feeder.join()
        self.service.stop()

    def feed(self):
        import zmq
        with zmq.Context() as context, context.socket(zmq.PUSH) as sender:
            sender.linger = 0
            sender.connect(self.service.bus)
            while not self.ended.wait(0.1):
                sender.send_string(json.dumps(
                    {"cluster": "edge", "metric": "demand", "value": self.demand}))

    def token(self, role):
        """A new one, which the service knows already."""
        made = subprocess.run([self.binary, "tokens", "add", role, "--role", role, "--config",
                               self.service.config], env=self.service.environment,
                              capture_output=True, text=True, check=True).stdout.strip()
        # Seldom, for a token that is not known yet counts towards the lock-out.
        self.until("the token is known", lambda: self.ask("/v1/me", made) is not None, every=2)
        return made

    def ask(self, path, token):
        """The body; None for an error."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": "Bearer " + token})
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:
            return None

    def until(self, what, holds, every=0.1):
        end = time.monotonic() + DEADLINE_S
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain until {what}:\n{self.service.log}")
            self.ended.wait(every)
