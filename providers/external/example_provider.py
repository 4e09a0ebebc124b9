#!/usr/bin/env python3
"""An external provider for Spillway, as an example: the protocol of README.md over a toy cloud.

usage: example_provider.py FILE

The cloud is a JSON file, because machines outlive the programs that ask for them: Spillway runs
several of these at a time, and ends them when it likes. Put calls of your cloud's API in the place
of the class Cloud; keep the rest.
"""
import datetime
import fcntl
import json
import os
import sys

PROTOCOL = 1
BOOT_S = 5
PLANS = {  # name: vCPU, MiB, price per hour
    "small": (2, 4096, 0.03),
    "large": (8, 16384, 0.12),
}
LOCATION = {"name": "north", "country": "DE", "latitude": 50.1, "longitude": 8.7}


class Refusal(Exception):
    """What Spillway decides by: `kind` is one of the error kinds of README.md."""

    def __init__(self, kind, code, text):
        super().__init__(text)
        self.answer = {"kind": kind, "code": code, "text": text}


class Cloud:
    """Machines in a file, by their tokens; used by one program at a time."""

    def __init__(self, path):
        self.path = path
        self.lock = open(path + ".lock", "w")
        self.state = None

    def __enter__(self):
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        try:
            with open(self.path) as file:
                self.state = json.load(file)
        except FileNotFoundError:
            self.state = {"now": None, "machines": []}
        return self

    def __exit__(self, *_):
        with open(self.path + ".new", "w") as file:
            json.dump(self.state, file)
        os.replace(self.path + ".new", self.path)
        fcntl.flock(self.lock, fcntl.LOCK_UN)

    def now(self):
        if self.state["now"] is not None:  # a test drives the time
            return self.state["now"]
        return datetime.datetime.now(datetime.timezone.utc).timestamp()

    def offers(self):
        return [{
            "location": LOCATION["name"],
            "plan": plan,
            "country": LOCATION["country"],
            "coordinates": {key: LOCATION[key] for key in ("latitude", "longitude")},
            "cluster_type": "virtual",
            "hypervisors": ["lxc"],
            "vcpu": vcpu,
            "memory_mib": memory_mib,
            "price_per_hour": price,
            "billing": {"step_s": 1, "minimum_s": 60},
            "time_to_ready_s": 60,
            "stock": None,
            "quota": None,
            "group": None,
        } for plan, (vcpu, memory_mib, price) in PLANS.items()]

    def create(self, spec):
        # Not only when `is_repeated` is said: the token decides, and nothing else does it as well.
        known = self.find(spec["token"])
        if known:
            return known
        if spec["location"] != LOCATION["name"] or spec["plan"] not in PLANS:
            raise Refusal("invalid", "NoSuchPlan", "there is no such plan at this location")
        machines = self.state["machines"]
        machine = {
            "id": "m-%d" % (len(machines) + 1),
            "address": "192.0.2.%d" % (len(machines) % 250 + 1),
            "state": "starting",
            "launched_at": self.now(),
        }
        for key in ("token", "owner", "location", "plan"):
            machine[key] = spec[key]
        machines.append(machine)
        return machine

    def find(self, token):
        found = [m for m in self.state["machines"] if m["token"] == token]
        return self.settled(found[-1]) if found else None

    def with_owner(self, owner):
        own = [m for m in self.state["machines"] if m["owner"] == owner]
        return [m for m in map(self.settled, own) if m["state"] != "gone"]

    def delete(self, machine_id):
        for machine in self.state["machines"]:
            if machine["id"] == machine_id:
                machine["state"] = "gone"
                return
        raise Refusal("not_found", "NoSuchMachine", "there is no machine " + machine_id)

    def settled(self, machine):
        if machine["state"] == "starting" and self.now() >= machine["launched_at"] + BOOT_S:
            machine["state"] = "running"
        return machine


def machine_answer(machine):
    """Every member is there; what there is not is null."""
    launched_at = datetime.datetime.fromtimestamp(machine["launched_at"], datetime.timezone.utc)
    return {
        "id": machine["id"],
        "token": machine["token"],
        "owner": machine["owner"],
        "address": None if machine["state"] == "starting" else machine["address"],
        "location": machine["location"],
        "plan": machine["plan"],
        "state": machine["state"],
        "state_text": None,
        "start_failure": None,
        "launched_at": launched_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


class Provider:
    """One method for each call of the protocol: the question in, the result out."""

    page_size = 100

    def __init__(self, cloud):
        self.cloud = cloud

    def hello(self, question):
        if question["protocol"] != PROTOCOL:
            raise Refusal("invalid", "Protocol", "this program speaks version %d" % PROTOCOL)
        return {
            "protocol": PROTOCOL,
            "name": "example",
            "version": "1",
            "hosts": {"metal": [], "virtual": ["lxc"]},
            "time_limits_s": {"offers": 10, "create": 10, "find": 10, "list": 10, "delete": 10},
        }

    def offers(self, _):
        return {"offers": self.cloud.offers(), "quotas": [], "remarks": []}

    def create(self, question):
        return {"machine": machine_answer(self.cloud.create(question["spec"]))}

    def find(self, question):
        machine = self.cloud.find(question["token"])
        if not machine:
            raise Refusal("not_found", "NoSuchMachine", "no machine has this token")
        return {"machine": machine_answer(machine)}

    def list(self, question):
        first = int(question["cursor"] or 0)
        machines = self.cloud.with_owner(question["owner"])
        last = first + self.page_size
        return {
            "machines": [machine_answer(machine) for machine in machines[first:last]],
            "next": str(last) if last < len(machines) else None,
        }

    def delete(self, question):
        self.cloud.delete(question["machine_id"])
        return {}


CALLS = ("hello", "offers", "create", "find", "list", "delete")


def answer(provider, question):
    """The answer to one question."""
    try:
        if question["call"] not in CALLS:
            raise Refusal("invalid", "NoSuchCall", "there is no call " + question["call"])
        with provider.cloud:
            result = getattr(provider, question["call"])(question)
        return {"id": question["id"], "result": result}
    except Refusal as refusal:
        return {"id": question["id"], "error": refusal.answer}


def serve(answer_to, questions=sys.stdin, answers=sys.stdout):
    """A question a line, an answer a line, until there are no more."""
    for line in questions:
        print(json.dumps(answer_to(json.loads(line))), file=answers, flush=True)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    provider = Provider(Cloud(sys.argv[1]))
    serve(lambda question: answer(provider, question))


if __name__ == "__main__":
    main()
