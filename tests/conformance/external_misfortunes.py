#!/usr/bin/env python3
"""The example provider, with the misfortunes of the conformance kit.

usage: external_misfortunes.py EXAMPLE WORLD

EXAMPLE is providers/external/example_provider.py. WORLD is its cloud, a JSON file that the kit's
subject reads and writes between the calls: beside `now` and `machines` it holds

  misfortunes   a list of {call, what, after, times}: what happens to calls to come
  hidden_looks  how many looks do not see a new machine
  page_size     of a list
  repeats_pages whether every page names itself as the next
"""
import importlib.util
import json
import os
import sys
import time


def load(path):
    spec = importlib.util.spec_from_file_location("example_provider", path)
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module


example = load(sys.argv[1])

REFUSALS = {
    "throttled": ("throttled", "SlowDown", "too many requests"),
    "denied": ("denied", "Forbidden", "the token is not valid"),
    "no_capacity": ("no_capacity", "SoldOut", "none left"),
    "quota": ("quota", "LimitReached", "the account may have no more"),
    "indiscreet": ("invalid", "Bad", "bad request with token " + os.environ["EXAMPLE_TOKEN"]),
}


class World(example.Cloud):
    def next_misfortune(self, call):
        for misfortune in self.state["misfortunes"]:
            if misfortune["call"] != call or misfortune["times"] == 0:
                continue
            if misfortune["after"] > 0:
                misfortune["after"] -= 1
                return None
            misfortune["times"] -= 1
            return misfortune["what"]
        return None

    def create(self, spec):
        machine = super().create(spec)
        machine.setdefault("hidden_looks", self.state["hidden_looks"])
        return machine

    def find(self, token):
        machine = super().find(token)
        return machine if machine and not self.hides(machine) else None

    def with_owner(self, owner):
        return [machine for machine in super().with_owner(owner) if not self.hides(machine)]

    def delete(self, machine_id):
        for machine in self.state["machines"]:
            if machine["id"] == machine_id and machine.get("hidden_looks", 0) > 0:
                raise example.Refusal("not_found", "NoSuchMachine", "there is none " + machine_id)
        super().delete(machine_id)

    @staticmethod
    def hides(machine):
        hidden = machine.get("hidden_looks", 0)
        machine["hidden_looks"] = max(hidden - 1, 0)
        return hidden > 0


class Provider(example.Provider):
    def create(self, question):
        # The cloud knows its tokens, also those that a look does not see yet.
        known = example.Cloud.find(self.cloud, question["spec"]["token"])
        if known:
            return {"machine": example.machine_answer(known)}
        return super().create(question)

    def list(self, question):
        self.page_size = self.cloud.state["page_size"]
        result = super().list(question)
        if self.cloud.state["repeats_pages"]:
            result["next"] = question["cursor"] or "0"
        return result


def answer(provider, question):
    with provider.cloud:
        what = provider.cloud.next_misfortune(question["call"])
    if what == "lost_request":
        sys.exit(7)
    if what in REFUSALS:
        kind, code, text = REFUSALS[what]
        print("refusing with token " + os.environ["EXAMPLE_TOKEN"], file=sys.stderr, flush=True)
        return {"id": question["id"], "error": {"kind": kind, "code": code, "text": text}}
    given = example.answer(provider, question)
    if what == "lost_answer":
        os.abort()
    if what == "hang":
        time.sleep(1000)
    if what == "cut_answer":
        line = json.dumps(given)
        print(line[:len(line) // 2], end="", flush=True)
        sys.exit(0)
    if what == "garbled_answer":
        return {"id": question["id"], "result": ["what is this?"]}
    return given


def main():
    provider = Provider(World(sys.argv[2]))
    example.serve(lambda question: answer(provider, question))


main()
