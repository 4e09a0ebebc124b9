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
provision: {look_interval: 500ms, ready_look_interval: 1s}
providers:
  ocean: {type: simulated, profile: vultr, boot: {median: 1s}, deletion: 1s}
registrars:
  one: {type: simulated, enrol: 1s, evacuate: 1s}
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

    def ask(self, target, token=None, method="GET", body=None, headers=()):
        request = urllib.request.Request(self.url + target, method=method,
                                         data=None if body is None else body.encode())
        if token:
            request.add_header("Authorization", "Bearer " + token)
        if body is not None:
            request.add_header("Content-Type", "application/json")
        for name, value in dict(headers).items():
            request.add_header(name, value)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            answer = opener.open(request, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode()

    def beginning_of(self, target, token):
        """The first lines of an answer that does not end."""
        request = urllib.request.Request(self.url + target,
                                         headers={"Authorization": "Bearer " + token})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return answer.status, answer.headers.get("Content-Type", ""), answer.readline().decode()

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


def drive_reload(service, contract, admin):
    path = "/v1/config/reload"
    narrow = service.token("narrow", "--role", "admin", "--cluster", "edge")
    file = service.folder / "spillway.yaml"

    def post(status, target=path, token=admin, body=None, headers=()):
        answer = service.ask(target, token, "POST", body, headers)
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
    key = {"Idempotency-Key": "reload-1"}
    first = post(200, body='{"reason": "more room"}', headers=key)
    assert first["applied"] and len(first["changes"]) == 3, first
    assert post(200, body='{"reason": "more room"}', headers=key) == first, "it was done again"
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
    post(400, body='{"colour": "red"}')
    post(401, token=None)
    post(403, token=narrow)
    post(415, body="{}", headers={"Content-Type": "text/plain"})
    post(200)
    audit = json.loads(service.ask("/v1/audit", admin)[2])["items"]
    told = [(entry["outcome"], entry["reason"], entry["detail"].partition(":")[0])
            for entry in audit if entry["action"] == "reload" and entry["who"] == "admin"]
    assert ("done", "more room", "") in told, told
    assert {"config_wrong", "config_refused"} <= {detail for _, _, detail in told}, told


def drive(service, contract):
    service.wait_for("provision.host")
    viewer = service.token("viewer")
    scoped = service.token("scoped", "--cluster", "edge")
    admin = service.token("admin", "--role", "admin")
    contract.check("/readyz", "/readyz", service.ask("/readyz"))
    assert service.ask("/v1/clusters", scoped)[0] == 200, "a new token is not known at once"
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
                 "/v1/decisions", "/v1/policies", "/v1/providers", "/v1/offers", "/v1/config",
                 "/v1/me"):
        good(path)
    host = good("/v1/hosts")["items"][0]["id"]
    decision = good("/v1/decisions", "/v1/decisions?cluster=edge&limit=1")["items"][0]["id"]
    good("/v1/clusters/{cluster}", "/v1/clusters/edge")
    good("/v1/clusters/{cluster}/why_not", "/v1/clusters/edge/why_not")
    history = good("/v1/clusters/{cluster}/history", "/v1/clusters/edge/history")
    assert history["times"], "nothing was looked at"
    good("/v1/hosts/{host}", f"/v1/hosts/{host}")
    good("/v1/decisions/{decision}", f"/v1/decisions/{decision}")
    begun = service.beginning_of("/v1/events?after=long-ago", viewer)
    assert begun[2].startswith("id: "), begun
    contract.check("/v1/events", "/v1/events", begun)
    assert good("/v1/offers", "/v1/offers?cluster=edge")["items"], "a ladder without offers"
    good("/v1/policies", "/v1/policies?cluster=edge", scoped)

    drive_reload(service, contract, admin)

    targets = {path: path.replace("{cluster}", "edge").replace("{host}", host)
               .replace("{decision}", decision).replace("{policy}", "calm")
               for path in contract.tree["paths"]}
    for path, target in targets.items():
        responses = contract.tree["paths"][path].get("get", {}).get("responses", {})
        if "400" in responses:
            bad(400, path, target + "?colour=red", token=admin)
        if "401" in responses:
            bad(401, path, target, token=None)
        if "403" in responses:
            bad(403, path, target, token=scoped)
    bad(404, "/v1/clusters/{cluster}", "/v1/clusters/moon")
    bad(404, "/v1/clusters/{cluster}", "/v1/clusters/far", scoped)
    bad(404, "/v1/clusters/{cluster}/history", "/v1/clusters/moon/history")
    bad(404, "/v1/clusters/{cluster}/why_not", "/v1/clusters/edge/why_not?at=2001-01-01T00:00:00Z")
    bad(404, "/v1/hosts/{host}", "/v1/hosts/moon")
    bad(404, "/v1/decisions/{decision}", "/v1/decisions/moon")
    bad(404, "/v1/events", "/v1/events?cluster=moon")
    bad(404, "/v1/policies", "/v1/policies?cluster=moon")
    bad(404, "/v1/offers", "/v1/offers?provider=moon")
    assert service.ask("/v1/clusters", viewer, "HEAD")[2] == "", "HEAD has a body"

    act(service, contract, targets, (viewer, admin), host)

    for _ in range(10):
        service.ask("/v1/clusters", "spw_guess")
    for path, target in targets.items():
        for method in ("get", "post"):
            if "429" in contract.tree["paths"][path].get(method, {}).get("responses", {}):
                answer = service.ask(target, viewer, method.upper())
                contract.check(path, target, answer, method)


# What a good body of each action is, where it may not be empty, and one that is not.
BODIES = {"scale": '{"hosts": 3, "for_s": 600, "reason": "a match"}'}
WRONG = '{"reason": 7}'


def act(service, contract, targets, tokens, host):
    """Every action: done, foreseen, and refused in each way that the contract names."""
    viewer, admin = tokens
    line = service.wait_for("state=ready")
    ready = re.search(r" host=(\S+) cluster=edge state=ready", line).group(1)
    operator = service.token("operator", "--role", "operator")
    elsewhere = service.token("elsewhere", "--role", "admin", "--cluster", "far")
    actions = {path: target for path, target in targets.items()
               if "post" in contract.tree["paths"][path]}

    def post(status, path, target=None, token=admin, body=None, headers=()):
        target = target or actions[path]
        answer = service.ask(target, token, "POST", body, headers)
        if answer[0] != status:
            contract.errors.append(f"POST {target}: expected {status}, got {answer}")
        return contract.check(path, target, answer, "post")

    for path, target in actions.items():
        body = BODIES.get(path.rpartition("/")[2], "{}")
        is_of_host = path.startswith("/v1/hosts/")
        post(400, path, body=WRONG)
        post(400, path, target + "?colour=red", body=body)
        post(401, path, token=None, body=body)
        post(403, path, token=viewer, body=body)
        if not path.startswith("/v1/config"):
            post(404, path, token=elsewhere, body=body)
        if "412" in contract.tree["paths"][path]["post"]["responses"]:
            post(412, path, body=body, headers={"If-Match": '"moon"'})
        post(413, path, body=" " * (64 * 1024 + 1))
        post(415, path, body=body, headers={"Content-Type": "text/plain"})
        key = {"Idempotency-Key": "used"}
        if is_of_host:
            service.ask(f"/v1/hosts/{host}/unprotect", admin, "POST", "{}", key)
        else:
            service.ask("/v1/clusters/edge/resume", admin, "POST", "{}", key)
        post(422, path, body=body.replace("}", ' }'), headers=key)

    cluster = "/v1/clusters/{cluster}/"
    for name in ("pause", "resume", "scale", "unscale"):
        body = BODIES.get(name)
        post(200, cluster + name, actions[cluster + name] + "?dry_run=true", operator, body)
        shown = post(200, cluster + name, None, operator, body)
        assert (shown["paused"] is None) == (name != "pause"), shown
        assert (shown["manual_scale"] is None) == (name != "scale"), shown
    promote = cluster + "policies/{policy}/promote"
    post(404, promote, "/v1/clusters/edge/policies/moon/promote")
    post(200, promote, "/v1/clusters/edge/policies/calm/promote?dry_run=true")
    post(200, promote)

    # Kept steady, so that no decision comes between.
    post(200, cluster + "pause")
    hosts = "/v1/hosts/{host}/"

    def of_host(status, name, *arguments, query="", **others):
        return post(status, hosts + name, f"/v1/hosts/{ready}/{name}{query}", *arguments, **others)

    assert of_host(200, "protect", operator)["is_protected"]
    of_host(409, "retire")
    assert not of_host(200, "unprotect")["is_protected"]
    of_host(409, "retry")
    assert of_host(200, "drain", query="?dry_run=true")["host"]["goal"] == "drained"
    assert of_host(200, "drain")["goal"] == "drained"
    of_host(200, "retry")
    assert of_host(200, "undrain")["goal"] == "serve"
    foreseen = of_host(200, "retire", query="?dry_run=true", body='{"now": true}')
    assert foreseen["host"]["leaves_guests"]
    assert of_host(200, "retire")["goal"] == "retire"
    of_host(409, "protect")
    of_host(409, "drain")
    service.wait_for(f" host={ready} cluster=edge state=gone")
    of_host(409, "unprotect")
    of_host(409, "undrain")

    page = contract.check("/v1/audit", "/v1/audit", service.ask("/v1/audit?limit=5", admin))
    assert page["items"][0]["action"] == "undrain" and page["next_cursor"], page


def main():
    program, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    contract = Contract((source / "scaler/serve/openapi.yaml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        service = Service(program, pathlib.Path(folder))
        try:
            drive(service, contract)
        finally:
            service.stop()
    # Right after the start, when its store fails, and with many readers: the unit tests see to it.
    unseen = [one for one in contract.unseen() if one[2] != "503"]
    for path, method, status in unseen:
        contract.errors.append(f"{method} {path}: {status} was never seen")
    print("\n".join(contract.errors))
    print(f"{len(contract.seen)} kinds of answers, {len(contract.errors)} against the contract")
    return 1 if contract.errors or not contract.seen else 0


if __name__ == "__main__":
    sys.exit(main())
