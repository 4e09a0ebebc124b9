#!/usr/bin/env python3
"""Drives every path and error of scaler/serve/openapi.yaml against a running service.

usage: api_contract_test.py SPILLWAY SOURCE_FOLDER

Each answer must be of a status, a media type and a schema that the contract names for its path, and
each status that the contract names must have been seen. Needs pyyaml, jsonschema and
openapi-spec-validator: a venv named by SPILLWAY_CONTRACT_PYTHON. Exit code 77: skipped.
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

SKIPPED = 77

try:
    import jsonschema
    import openapi_spec_validator
    import yaml
except ImportError as missing:
    python = os.environ.get("SPILLWAY_CONTRACT_PYTHON")
    if python and pathlib.Path(python) != pathlib.Path(sys.executable):
        os.execv(python, [python, *sys.argv])
    print(f"skipped: {missing}; set SPILLWAY_CONTRACT_PYTHON (tests/contract/requirements.txt)")
    sys.exit(SKIPPED)

CONFIG = """
version: 1
name: contract
store: {type: sqlite, path: store.db}
bus: {inbound: [{socket: pull, bind: "tcp://127.0.0.1:*"}], outbound: {bind: ["tcp://127.0.0.1:*"]}}
serve: {address: 127.0.0.1, port: 0}
providers:
  ocean: {type: simulated, profile: vultr}
registrars:
  one: {type: simulated}
clusters:
  - name: edge
    workload: virtual_servers
    hypervisor: kvm
    registrar: one
    host_size: {vcpu: 8, memory: 32GiB}
    limits: {hosts: {min: 2, max: 4}}
    money: {per_hour: 50, per_month: 4000}
    jurisdiction: [EU]
    policies:
      - {name: load, type: target_tracking, kind: load, target: 1,
         signal: {metric: demand, function: last}}
      - {name: calm, shadow: true, type: target_tracking, kind: load, target: 2,
         signal: {metric: demand, function: last}}
    ladder:
      - {name: ocean, provider: ocean, cluster_type: metal, max_hosts: 4}
  - name: far
    workload: virtual_servers
    hypervisor: kvm
    registrar: one
    host_size: {vcpu: 8, memory: 32GiB}
    limits: {hosts: {min: 0, max: 4}}
    policies:
      - {name: by-hand, type: manual, hosts: 0}
    ladder:
      - {name: ocean, provider: ocean, cluster_type: metal, max_hosts: 4}
"""


class Service:
    """The real binary, in a folder of its own."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        (folder / "spillway.yaml").write_text(CONFIG)
        self.log = []
        self.lives = 0
        self.start()

    def start(self):
        self.lives += 1
        # To it the service says when it is ready, as to systemd.
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(self.folder / f"notify-{self.lives}"))
        self.manager.settimeout(60)
        environment = {**os.environ, "NOTIFY_SOCKET": self.manager.getsockname()}
        self.process = subprocess.Popen([self.program, "run", "--config", "spillway.yaml"],
                                        cwd=self.folder, env=environment, stderr=subprocess.PIPE,
                                        text=True)
        port = re.search(r"port=\"?(\d+)", self.wait_for("serve.listening")).group(1)
        self.url = f"http://127.0.0.1:{port}"

    def wait_for(self, event):
        for line in self.process.stderr:
            self.log.append(line)
            if event in line:
                return line
        raise RuntimeError("the service ended:\n" + "".join(self.log))

    def token(self, name, *arguments):
        made = subprocess.run([self.program, "tokens", "add", name, "--config", "spillway.yaml",
                               *arguments], cwd=self.folder, capture_output=True, text=True)
        if made.returncode != 0:
            raise RuntimeError(made.stderr)
        return made.stdout.strip()

    def ask(self, target, token=None, method="GET", body=None):
        request = urllib.request.Request(self.url + target, method=method, data=body)
        if token:
            request.add_header("Authorization", "Bearer " + token)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            answer = opener.open(request, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode()

    def wait_until_ready(self):
        while b"READY=1" not in self.manager.recv(4096):
            pass

    def stop(self):
        self.process.terminate()
        self.process.communicate()
        self.manager.close()


class Contract:
    def __init__(self, text):
        self.tree = yaml.safe_load(text)
        openapi_spec_validator.validate(self.tree)
        self.seen = set()
        self.errors = []

    def resolve(self, node):
        while "$ref" in node:
            target = self.tree
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def check(self, path, target, answer, method="get"):
        status, media_type, body = answer
        self.seen.add((path, method, str(status)))
        response = self.tree["paths"][path][method]["responses"].get(str(status))
        if response is None:
            self.errors.append(f"{target}: status {status} is not in the contract: {body[:300]}")
            return None
        content = self.resolve(response)["content"]
        plain_type = media_type.partition(";")[0]
        if plain_type not in content:
            self.errors.append(f"{target}: {plain_type} is not one of {list(content)}")
            return None
        if "json" not in plain_type:
            return body
        value = json.loads(body)
        schema = {**content[plain_type]["schema"], "components": self.tree["components"]}
        checker = jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.FormatChecker())
        for error in checker.iter_errors(value):
            self.errors.append(f"{target}: {error.json_path}: {error.message[:300]}")
        return value

    def unseen(self):
        named = {(path, method, status) for path, item in self.tree["paths"].items()
                 for method in ("get", "post", "put", "patch", "delete") if method in item
                 for status in item[method]["responses"]}
        return sorted(named - self.seen)


def drive_reload(service, contract):
    path = "/v1/config/reload"
    admin = service.token("admin", "--role", "admin")
    narrow = service.token("narrow", "--role", "admin", "--cluster", "edge")
    service.wait_until("the token", lambda: service.ask("/v1/config", admin)[0] == 200, every=2)
    file = service.folder / "spillway.yaml"

    def post(status, target=path, token=admin, body=None):
        answer = service.ask(target, token, "POST", body)
        if answer[0] != status:
            contract.errors.append(f"{target}: expected {status}, got {answer}")
        return contract.check(path, target, answer, "post")

    file.write_text(CONFIG.replace("max: 4}", "max: 5}").replace("port: 0", "port: 1"))
    dry = post(200, path + "?dry_run=true")
    changes = {change["path"]: (change["before"], change["after"], change["effect"])
               for change in dry["changes"]}
    assert changes == {"clusters[edge].limits.hosts.max": (4, 5, "at_once"),
                       "clusters[far].limits.hosts.max": (4, 5, "at_once"),
                       "serve.port": (0, 1, "restart")}, changes
    assert (dry["applied"], dry["needs_restart"]) == (False, True)
    assert "max: 5" not in service.ask("/v1/config", admin)[2].replace('"max":', "max: ")
    assert post(200, body=b'{"reason": "more room"}')["applied"]
    assert [change["effect"] for change in post(200)["changes"]] == ["restart"]
    config = json.loads(service.ask("/v1/config", admin)[2])["config"]
    assert config["clusters"][0]["limits"]["hosts"]["max"] == 5, config
    assert config["serve"]["port"] == 0, "it waits for the restart"

    file.write_text(CONFIG.replace("max: 4}}", "max: 4}, colour: red}"))
    places = [error["path"] for error in post(422)["errors"]]
    assert len(places) == 2 and places[0] == "file.clusters[0].limits.colour", places
    file.write_text(CONFIG.replace("name: edge", "name: other"))
    assert post(409)["errors"][0]["path"] == "file.clusters[edge]"
    file.write_text(CONFIG)
    post(400, path + "?colour=red")
    post(400, body=b'{"colour": "red"}')
    post(401, token=None)
    post(403, token=narrow)
    post(200)


def drive(service, contract):
    service.wait_for("provision.host")
    viewer = service.token("viewer")
    scoped = service.token("scoped", "--cluster", "edge")
    # A running service sees new tokens within seconds, one that starts at once.
    service.stop()
    service.start()
    contract.check("/readyz", "/readyz", service.ask("/readyz"))
    service.wait_until_ready()

    def good(path, target=None, token=viewer):
        answer = service.ask(target or path, token)
        if answer[0] != 200:
            contract.errors.append(f"{target or path}: expected 200, got {answer}")
        return contract.check(path, target or path, answer)

    def bad(status, path, target, token=viewer):
        answer = service.ask(target, token)
        if answer[0] != status:
            contract.errors.append(f"{target}: expected {status}, got {answer}")
        contract.check(path, target, answer)

    for path in ("/healthz", "/readyz", "/metrics", "/v1/openapi.yaml", "/v1/clusters", "/v1/hosts",
                 "/v1/decisions", "/v1/policies", "/v1/providers", "/v1/offers", "/v1/config"):
        good(path)
    host = good("/v1/hosts")["items"][0]["id"]
    decision = good("/v1/decisions", "/v1/decisions?cluster=edge&limit=1")["items"][0]["id"]
    good("/v1/clusters/{cluster}", "/v1/clusters/edge")
    good("/v1/clusters/{cluster}/why_not", "/v1/clusters/edge/why_not")
    good("/v1/hosts/{host}", f"/v1/hosts/{host}")
    good("/v1/decisions/{decision}", f"/v1/decisions/{decision}")
    assert good("/v1/offers", "/v1/offers?cluster=edge")["items"], "a ladder without offers"
    good("/v1/policies", "/v1/policies?cluster=edge", scoped)

    drive_reload(service, contract)

    targets = {path: path.replace("{cluster}", "edge").replace("{host}", host)
               .replace("{decision}", decision)
               for path, item in contract.tree["paths"].items() if "get" in item}
    for path, target in targets.items():
        responses = contract.tree["paths"][path]["get"]["responses"]
        if "400" in responses:
            bad(400, path, target + "?colour=red")
        if "401" in responses:
            bad(401, path, target, token=None)
        if "403" in responses:
            bad(403, path, target, token=scoped)
    bad(404, "/v1/clusters/{cluster}", "/v1/clusters/moon")
    bad(404, "/v1/clusters/{cluster}", "/v1/clusters/far", scoped)
    bad(404, "/v1/clusters/{cluster}/why_not", "/v1/clusters/edge/why_not?at=2001-01-01T00:00:00Z")
    bad(404, "/v1/hosts/{host}", "/v1/hosts/moon")
    bad(404, "/v1/decisions/{decision}", "/v1/decisions/moon")
    bad(404, "/v1/policies", "/v1/policies?cluster=moon")
    bad(404, "/v1/offers", "/v1/offers?provider=moon")
    assert service.ask("/v1/clusters", viewer, "HEAD")[2] == "", "HEAD has a body"

    for _ in range(10):
        service.ask("/v1/clusters", "spw_guess")
    for path, target in targets.items():
        if "429" in contract.tree["paths"][path]["get"]["responses"]:
            bad(429, path, target)
    locked = service.ask("/v1/config/reload", viewer, "POST")
    contract.check("/v1/config/reload", "/v1/config/reload", locked, "post")


def main():
    program, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    contract = Contract((source / "scaler/serve/openapi.yaml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        service = Service(program, pathlib.Path(folder))
        try:
            drive(service, contract)
        finally:
            service.stop()
    # Right after the start, and when its store fails: the unit tests see to it.
    unseen = [one for one in contract.unseen()
              if one not in (("/readyz", "get", "503"), ("/v1/config/reload", "post", "503"))]
    for path, method, status in unseen:
        contract.errors.append(f"{method} {path}: {status} was never seen")
    print("\n".join(contract.errors))
    print(f"{len(contract.seen)} kinds of answers, {len(contract.errors)} against the contract")
    return 1 if contract.errors or not contract.seen else 0


if __name__ == "__main__":
    sys.exit(main())
