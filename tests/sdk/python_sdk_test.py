#!/usr/bin/env python3
"""Runs the tests of the Python SDK, or its type check, by an interpreter that has what they need.

usage: python_sdk_test.py tests|types SDK_FOLDER

Ends with 77, which means skipped, where there is none.
"""
import os
import shutil
import subprocess
import sys

SKIPPED = 77


def run(command, folder):
    source = os.path.join(folder, "src")
    return subprocess.call(command, cwd=folder, env={**os.environ, "PYTHONPATH": source,
                                                     "PYTHONDONTWRITEBYTECODE": "1"})


def tests(folder):
    for python in (sys.executable, "python3", "/usr/bin/python3"):
        if subprocess.call([python, "-c", "import zmq"], stderr=subprocess.DEVNULL) == 0:
            return run([python, "-W", "error", "-m", "unittest", "discover", "-s", "tests", "-v"],
                       folder)
    print("SKIPPED: no python3 with pyzmq here (Debian: python3-zmq)")
    return SKIPPED


def types(folder):
    if shutil.which("mypy") is None:
        print("SKIPPED: no mypy here (Debian: mypy)")
        return SKIPPED
    return run(["mypy", "--cache-dir", os.devnull], folder)


if __name__ == "__main__":
    sys.exit({"tests": tests, "types": types}[sys.argv[1]](os.path.abspath(sys.argv[2])))
