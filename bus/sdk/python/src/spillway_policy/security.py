"""Keys of CURVE, by which both ends of a connection know each other and encrypt what they say."""
from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Optional

import zmq
import zmq.auth


@dataclass(frozen=True)
class Security:
    """`key_file`: ours, of `spillway keys new`. `server_key`: the service's, of
    `spillway keys show`; who has another is not talked to."""

    key_file: str
    server_key: str

    @staticmethod
    def from_environment() -> Optional[Security]:
        """$SPILLWAY_KEY_FILE and $SPILLWAY_SERVER_KEY; None: plain text."""
        key_file = os.environ.get("SPILLWAY_KEY_FILE")
        server_key = os.environ.get("SPILLWAY_SERVER_KEY")
        if bool(key_file) != bool(server_key):
            raise ValueError("expected both SPILLWAY_KEY_FILE and SPILLWAY_SERVER_KEY, or neither")
        return Security(key_file, server_key) if key_file and server_key else None


def connect_socket(socket: zmq.Socket[Any], address: str, security: Optional[Security]) -> None:
    security = security or Security.from_environment()
    if security is not None:
        public_key, secret_key = zmq.auth.load_certificate(security.key_file)
        if secret_key is None:
            raise ValueError(f"{security.key_file}: expected a secret key")
        socket.curve_publickey = public_key
        socket.curve_secretkey = secret_key
        socket.curve_serverkey = security.server_key.encode()
    socket.connect(address)
