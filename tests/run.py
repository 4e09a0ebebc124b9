#!/usr/bin/env python3
"""Runs all tests of a build folder and closes with one line that counts them.

usage: run.py BUILD_FOLDER [CTEST_ARGUMENT…]

What was skipped is listed with its reason: a skipped test proves nothing, and nobody should
have to look for it.
"""
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree


def skip_reason(case):
    """The line that the test printed where it skipped."""
    text = case.findtext("system-out") or ""
    match = re.search(r"Skipped\n(.*)|SKIPPED: (.*)", text)
    return next((group for group in match.groups() if group), "") if match else "no reason printed"


def main():
    folder, arguments = sys.argv[1], sys.argv[2:]
    suppressions = os.path.join(os.path.dirname(os.path.abspath(__file__)), "support/tsan.supp")
    # A race ends the program: one that is killed later, as tests do, would not tell it otherwise.
    os.environ.setdefault("TSAN_OPTIONS", f"suppressions={suppressions}:halt_on_error=1")
    with tempfile.TemporaryDirectory() as scratch:
        report = os.path.join(scratch, "report.xml")
        command = ["ctest", "--test-dir", folder, "--output-on-failure", "--no-tests=error",
                   "--progress", "-j", str(os.cpu_count()), "--output-junit", report, *arguments]
        code = subprocess.call(command)
        if not os.path.exists(report):
            print("run.py: ctest wrote no report", file=sys.stderr)
            return code or 1
        cases = ElementTree.parse(report).getroot().findall("testcase")
    skipped = [c for c in cases if c.get("status") in ("notrun", "disabled")
               or c.find("skipped") is not None]
    failed = [c for c in cases if c.get("status") == "fail"]
    for case in skipped:
        print(f"SKIPPED {case.get('name')}: {skip_reason(case).strip()}")
    for case in failed:
        print(f"FAILED {case.get('name')}")
    passed = len(cases) - len(skipped) - len(failed)
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return code


if __name__ == "__main__":
    sys.exit(main())
