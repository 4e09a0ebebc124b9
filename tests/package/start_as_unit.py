#!/usr/bin/env python3
"""Starts a service as systemd would by its unit file, waits until it says that it is ready, and ends
it.

usage: start_as_unit.py UNIT_FILE
"""
import configparser
import os
import pathlib
import pwd
import shlex
import socket
import subprocess
import sys
import tempfile

DEADLINE_S = 60


def main():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(sys.argv[1])
    service = unit["Service"]
    user = pwd.getpwnam(service["User"])
    folder = pathlib.Path("/var/lib") / service["StateDirectory"]
    with tempfile.TemporaryDirectory() as scratch, \
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        os.chmod(scratch, 0o755)
        manager.bind(scratch + "/notify")
        os.chmod(scratch + "/notify", 0o666)
        manager.settimeout(DEADLINE_S)
        with subprocess.Popen(shlex.split(service["ExecStart"]), cwd=folder,
                              user=user.pw_uid, group=user.pw_gid, extra_groups=[],
                              umask=int(service["UMask"], 8),
                              env={"HOME": str(folder), "PATH": "/usr/bin:/bin",
                                   "NOTIFY_SOCKET": scratch + "/notify"}) as process:
            try:
                while manager.recv(4096) != b"READY=1":
                    pass
            finally:
                process.terminate()
            code = process.wait(DEADLINE_S)
    assert code == 0, f"it ended with {code}"
    print("ready, and ended as it was told")


if __name__ == "__main__":
    main()
