#!/usr/bin/env python3
"""What operators work by: metrics, alert rules, the dashboard, what systemd is told, completion in real
shells, and the manual.

usage: operation_test.py metrics|rules|dashboard|notices|completion|manual SOURCES BINARY
"""
import importlib.util
import json
import os
import pathlib
import re
import shutil
import signal
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
    troubles |= {"spillway_adapter_requests_total"}  # nobody asks them here
    # Nothing is fetched from others here.
    troubles |= {"spillway_adapter_pulls_total", "spillway_adapter_last_success_timestamp_seconds"}
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
    """As systemd hears it: alive, ready when every cluster was decided on, reloading, stopping."""
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
                service.process.send_signal(signal.SIGHUP)
                while heard.count("READY=1") < 2:
                    heard.append(manager.recv(4096).decode())
                reloading = [notice for notice in heard if notice.startswith("RELOADING=1\n")]
                assert len(reloading) == 1 and "MONOTONIC_USEC=" in reloading[0], heard
                assert heard.index(reloading[0]) > heard.index("READY=1"), heard
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


# What is typed, the last word unfinished, and what it may become.
COMPLETIONS = [
    (["po"], {"policy", "policies"}),
    (["policy", ""], {"test", "check", "compare", "promote", "new"}),
    (["offers", "--config", "f", "--hypervisor", "k"], {"kvm"}),
    (["completion", ""], {"bash", "zsh", "fish"}),
    (["status", "-o", "y"], {"yaml"}),
    (["run", "--v"], {"--verbose"}),
    (["policy", "test", "--ju"], {"--junit"}),
]
BASH = '''source "$1"; shift
COMP_WORDS=(spillway "$@"); COMP_CWORD=$#; _spillway; printf "%s\\n" "${COMPREPLY[@]}"'''
# The widgets that only exist while a line is edited are ours: they print what they would offer.
ZSH = '''compdef() { : }; script=$1; shift
words=(spillway "$@"); CURRENT=$#words; prefix=$words[-1]
offer() { for w in "$@"; do [[ $w == $prefix* ]] && print -r -- "$w"; done; return 0 }
compadd() { shift; offer "$@" }
_describe() { offer "${(@)${(@P)2}%%:*}" }
_files() { print FILES }
source "$script"; _spillway'''
FISH = "source $argv[1]; complete -C \"spillway $argv[2..-1]\" | string replace -r '\\t.*' ''"


def test_completion(_, binary):
    missing = []
    for shell, arguments in {"bash": ["--norc", "-c", BASH, "-"], "zsh": ["-f", "-c", ZSH, "-"],
                             "fish": ["--no-config", "-c", FISH]}.items():
        if not shutil.which(shell):
            missing.append(shell)
            continue
        with tempfile.NamedTemporaryFile("w") as script:
            subprocess.run([binary, "completion", shell], stdout=script, check=True)
            for typed, expected in COMPLETIONS:
                run = subprocess.run([shell, *arguments, script.name, *typed], text=True,
                                     capture_output=True, timeout=DEADLINE_S, check=False)
                got = set(run.stdout.split())
                assert got == expected and not run.stderr, \
                    f"{shell}: {typed} became {got}, expected {expected}; {run.stderr}"
    if missing:
        print(f"SKIPPED: there is no {' and no '.join(missing)}")
        sys.exit(77)


def commands(binary, path=()):
    """Every command as --help lists them."""
    text = subprocess.run([binary, *path, "--help"], text=True, stdout=subprocess.PIPE,
                          check=True).stdout
    yield path
    if "\nSubcommands:\n" in text:
        listed = text.split("\nSubcommands:\n")[1].split("\n\n")[0]
        for name in re.findall(r"^  (\S+) ", listed, re.MULTILINE):
            yield from commands(binary, (*path, name))


def test_manual(_, binary):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([binary, "man", folder], check=True)
        pages = sorted(os.listdir(folder))
        told = sorted("-".join(("spillway", *path)) + ".1" for path in commands(binary))
        assert pages == told, f"--help and the manual differ: {set(pages) ^ set(told)}"
        for page in pages:
            path = os.path.join(folder, page)
            for judge in (["man", "--warnings", "-E", "UTF-8", "-l", path],
                          ["mandoc", "-Tlint", "-W", "error", path]):
                need(judge[0], {"man": "man-db"}.get(judge[0], judge[0]))
                run = subprocess.run(judge, text=True, capture_output=True, check=False,
                                     env={**os.environ, "LC_ALL": "C.UTF-8"}, timeout=DEADLINE_S)
                assert run.returncode == 0 and not run.stderr, f"{page}: {run.stdout[-500:]}{run.stderr}"
        print(f"{len(pages)} pages")


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
