#!/usr/bin/env python3
"""What operators watch Spillway by: metrics, alert rules, the dashboard, and what it tells systemd.

usage: operation_test.py metrics|rules|dashboard|notices SOURCES BINARY
"""
import importlib.util
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from service import DEADLINE_S, Service  # noqa: E402

ROW = re.compile(r"^\| `(spillway_\w+)` \| (\w+) \|[^|]*\|[^|]*\|[^|]*\|$", re.MULTILINE)
TYPE = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)
NAME = re.compile(r'"(spillway_[a-z_]+)"')
SUFFIXES = ("_bucket", "_count", "_sum")


def need(program, package):
    if not shutil.which(program):
        print(f"SKIPPED: there is no {program}; Debian has it in the package {package}")
        sys.exit(77)


def documented(sources):
    """{name: type} of docs/metrics.md."""
    rows = ROW.findall((sources / "docs/metrics.md").read_text())
    assert len(rows) == len({name for name, _ in rows}), "docs/metrics.md lists a metric twice"
    return dict(rows)


def in_sources(sources):
    text = "".join(path.read_text() for top in ("bus", "policies", "providers", "scaler")
                   for path in (sources / top).rglob("*.cc"))
    return set(NAME.findall(text))


def used(expressions, known):
    """Names in PromQL that no metric has."""
    names = set(re.findall(r"\bspillway_\w+", " ".join(expressions)))
    assert names, "no metric is used"
    bare = {next((n[:-len(s)] for s in SUFFIXES if n.endswith(s)), n) for n in names}
    return {name for name in bare if name not in known} - {n for n in names if n in known}


def test_metrics(sources, binary):
    need("promtool", "prometheus")
    table = documented(sources)
    by_code = in_sources(sources)
    assert by_code == set(table), f"docs/metrics.md and the sources differ: {by_code ^ set(table)}"

    # Those that tell of trouble are not there in a test without any.
    troubles = {"spillway_provision_failures_total", "spillway_policies_remote_refused_total"}
    expected = set(table) - troubles
    with tempfile.TemporaryDirectory() as folder, Service(binary, folder) as service:
        text = service.metrics_when(lambda now: expected <= {n for n, _ in TYPE.findall(now)})
        exposed = dict(TYPE.findall(text))
    assert exposed.items() <= table.items(), f"other types: {exposed.items() - table.items()}"
    check = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                           capture_output=True, timeout=DEADLINE_S, check=False)
    assert check.returncode == 0 and not check.stdout + check.stderr, check.stdout + check.stderr
    print(f"{len(exposed)} of {len(table)} metrics seen, promtool has nothing to say")


def test_rules(sources, _):
    need("promtool", "prometheus")
    for arguments in (["check", "rules", "config/alerts.yaml"],
                      ["test", "rules", "config/alerts_test.yaml"]):
        subprocess.run(["promtool", *arguments], cwd=sources, check=True, timeout=DEADLINE_S)
    text = (sources / "config/alerts.yaml").read_text()
    alerts = set(re.findall(r"- alert: (\w+)", text))
    proved = (sources / "config/alerts_test.yaml").read_text().split("- name:")[2:]
    fired = set(re.findall(r"alertname: (\w+)\n +exp_alerts", "".join(proved)))
    assert alerts == fired, f"no test lets these fire: {alerts - fired}"
    expressions = re.findall(r"expr: (?:>\n((?: {10}.*\n)+)|(.*))", text)
    unknown = used([" ".join(pair) for pair in expressions], documented(sources))
    assert not unknown, f"no such metrics: {unknown}"


def test_dashboard(sources, _):
    dashboard = json.loads((sources / "config/dashboard.json").read_text())
    panels = dashboard["panels"]
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels]
    assert len(set(places)) == len(places), "panels lie over each other"
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    expressions += [v["query"]["query"] for v in dashboard["templating"]["list"]
                    if v["type"] == "query"]
    unknown = used(expressions, documented(sources))
    assert not unknown, f"no such metrics: {unknown}"
    if shutil.which("promtool"):
        rules = {"groups": [{"name": "g", "rules": [
            {"record": f"panel:{i}", "expr": re.sub(r"\$__rate_interval", "5m", e)}
            for i, e in enumerate(expressions) if not e.startswith("label_values")]}]}
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(json.dumps(rules))
            file.flush()
            subprocess.run(["promtool", "check", "rules", file.name], check=True,
                           stdout=subprocess.DEVNULL, timeout=DEADLINE_S)
    print(f"{len(panels)} panels, {len(expressions)} expressions")


def test_notices(_, binary):
    """As systemd hears it: alive, ready when every cluster was decided on, stopping."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(DEADLINE_S)
            with Service(binary, folder, {"NOTIFY_SOCKET": path}) as service:
                heard = []
                while "READY=1" not in heard or heard.count("WATCHDOG=1") < 3:
                    heard.append(manager.recv(4096).decode())
                assert heard.count("READY=1") == 1, heard
                assert "spillway_control_ready 1" in service.metrics_when(
                    lambda now: "spillway_control_ready 1" in now)
                assert service.stop() == 0, service.log
                while "STOPPING=1" not in heard:
                    heard.append(manager.recv(4096).decode())
    # A name that is no file, as systemd may choose one, and a manager that is not there.
    with tempfile.TemporaryDirectory() as folder, \
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        name = f"spillway-test-{os.getpid()}"
        manager.bind("\0" + name)
        manager.settimeout(DEADLINE_S)
        with Service(binary, folder, {"NOTIFY_SOCKET": "@" + name}):
            while manager.recv(4096) != b"READY=1":
                pass
    with tempfile.TemporaryDirectory() as folder:
        with Service(binary, folder, {"NOTIFY_SOCKET": folder + "/nobody"}) as service:
            service.metrics_when(lambda now: "spillway_control_ready 1" in now)


def with_zmq():
    """Goes on in Debian's interpreter, whose pyzmq .ci/packages.txt installs, if this has none."""
    debian = "/usr/bin/python3"
    if importlib.util.find_spec("zmq"):
        return
    if os.path.realpath(sys.executable) == os.path.realpath(debian) or not os.path.exists(debian):
        print("SKIPPED: no python3 with pyzmq here (Debian: python3-zmq)")
        sys.exit(77)
    os.execv(debian, [debian, *sys.argv])


if __name__ == "__main__":
    with_zmq()
    globals()[f"test_{sys.argv[1]}"](pathlib.Path(sys.argv[2]), sys.argv[3])
