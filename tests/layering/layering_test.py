#!/usr/bin/env python3
"""Checks every #include of the product against the arrows of the architecture.

usage: layering_test.py SOURCE_FOLDER

A folder may include itself and what its row names; a heavy library has one door.
"""
import pathlib
import re
import sys

# Folder -> what it may include besides itself: folders, or single headers.
ARROWS = {
    "scaler/model": [],
    "scaler/runtime": ["scaler/model"],
    "bus": ["scaler/model", "scaler/runtime", "bus/adapters/opennebula/opennebula.h"],
    # The adapter asks the same front-end as the registrar.
    "bus/adapters/opennebula": ["scaler/model", "scaler/runtime", "bus",
                                "providers/opennebula/client"],
    "policies": ["scaler/model", "scaler/runtime/config_node.h", "policies/remote/remote.h"],
    # The out-of-process policy.
    "policies/remote": ["scaler/model", "scaler/runtime/config_node.h", "policies", "bus"],
    "providers": ["scaler/model", "scaler/runtime", "providers/opennebula/client"],
    "providers/opennebula/client": ["scaler/model", "scaler/runtime"],
    "scaler/observe": ["scaler/model"],
    "scaler/decide": ["scaler/model"],
    "scaler/plan": ["scaler/model"],
    "scaler/store": ["scaler/model", "scaler/runtime"],
    "scaler/notify": ["scaler/model", "scaler/runtime", "scaler/store"],
    "scaler/provision": ["scaler/model", "scaler/runtime", "scaler/store",
                         "providers/provider.h", "providers/registrar.h"],
    "scaler/control": ["scaler/model", "scaler/runtime", "scaler/store", "scaler/observe",
                       "scaler/decide", "scaler/plan", "scaler/provision", "policies/policy.h",
                       "providers/provider.h", "providers/registrar.h"],
    "scaler/rehearsal": ["scaler/model", "scaler/observe", "scaler/control", "policies/policy.h"],
    "scaler/record": ["scaler/model", "scaler/runtime", "scaler/observe", "scaler/store",
                      "scaler/control", "scaler/rehearsal", "policies/policy.h"],
    "scaler/serve": ["scaler/model", "scaler/runtime", "scaler/control"],
    "scaler/trace": ["scaler/model", "scaler/runtime", "scaler/control"],
    "scaler/backtest": ["scaler/model", "scaler/runtime", "scaler/observe", "scaler/control",
                        "scaler/store", "policies", "providers/simulated",
                        "providers/provider.h", "providers/registrar.h"],
    "scaler/app": ["bus", "policies", "providers", "scaler"],
    "scaler/cli": ["bus", "policies", "providers", "scaler"],
}
NOBODY_INCLUDES = ["scaler/app", "scaler/cli"]

# Library header prefix -> the only places that may see it.
DOORS = {
    "boost/": ["scaler/runtime/asio_loop.cc", "scaler/runtime/datagram_receiver.cc",
               "scaler/runtime/http_server.cc", "scaler/runtime/tls.cc"],
    "curl/": ["scaler/runtime/http_client.cc"],
    "openssl/": ["providers/google/crypto.cc", "scaler/runtime/digest.cc"],
    "zmq": ["bus/"],
    "simdjson": ["bus/sample_reader.cc"],
    "zlib": ["scaler/record/compressed_file.cc", "bus/adapters/unpack.cc"],
    "snappy": ["bus/adapters/unpack.cc"],
    "yaml-cpp/": ["scaler/runtime/yaml.cc"],
    "prometheus/": ["scaler/runtime/metrics.cc"],
    "spdlog/": ["scaler/runtime/log.cc"],
    "sqlite3": ["scaler/store/"],
    "pugixml": ["providers/aws/", "providers/opennebula/", "scaler/cli/junit.cc"],
    "CLI/": ["scaler/cli/line/", "scaler/cli/command_tree.cc"],
    "date/": ["policies/schedule/"],
    "lua.": ["policies/script/"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')


def folder_of(path):
    return max((f for f in ARROWS if path.startswith(f + "/")), key=len, default=None)


def allowed(folder, target):
    if folder_of(target) == folder:
        return True
    if any(target.startswith(f + "/") for f in NOBODY_INCLUDES) and folder not in NOBODY_INCLUDES:
        return False
    return any(target == row or target.startswith(row + "/") for row in ARROWS[folder])


def check(root):
    files = [p for top in ("bus", "policies", "providers", "scaler")
             for p in sorted((root / top).rglob("*")) if p.suffix in (".h", ".cc")]
    errors = []
    for path in files:
        name = path.relative_to(root).as_posix()
        folder = folder_of(name)
        if folder is None:
            errors.append(f"{name}: lies in no folder of the architecture")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            target = match.group(1)
            if folder_of(target) and not allowed(folder, target):
                errors.append(f"{name}:{number}: {folder} may not include {target}")
            for library, doors in DOORS.items():
                if target.startswith(library) and not name.startswith(tuple(doors)):
                    errors.append(f"{name}:{number}: {target} is seen only by {', '.join(doors)}")
    return len(files), errors


def self_test():
    """The rules must be able to fail."""
    assert allowed("scaler/plan", "scaler/model/plan.h")
    assert not allowed("scaler/plan", "scaler/store/store.h")
    assert not allowed("scaler/control", "scaler/app/service.h")
    assert not allowed("policies", "scaler/runtime/log.h")
    assert folder_of("scaler/model/plan.h") == "scaler/model"


def main():
    self_test()
    count, errors = check(pathlib.Path(sys.argv[1]))
    print("\n".join(errors))
    print(f"{count} files, {len(errors)} includes against the arrows")
    return 1 if errors or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
