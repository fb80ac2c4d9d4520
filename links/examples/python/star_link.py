#!/usr/bin/env python3
"""A link of flor in Python's standard library: a star of neighbours over one UDP socket.

    wire ─▶ Star.receive ─▶ bundle ─▶ node
    node ─▶ FlorIo.receive ─▶ Star.send ─▶ wire

Configuration: {"listen": "ADDRESS:PORT", "mtu": 1472}. `mtu` counts a frame with its header and is the same at every
end. Addresses are literal, of one family. One thread, and no queue but the kernel's.
"""

import sys

from flor_io import FlorIo
from link_process import CONFIGURATION, Exit, run
from socket_address import parse_address
from star import Star

MTU_MIN, MTU_MAX, MTU_DEFAULT = 576, 61_432, 1472
CONFIG_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["listen"],
    "properties": {
        "listen": {"type": "string", "description": "ADDRESS:PORT or [ADDRESS]:PORT; port 0 takes a free one"},
        "mtu": {"type": "integer", "minimum": MTU_MIN, "maximum": MTU_MAX, "default": MTU_DEFAULT},
    },
}
DESCRIPTION = {
    "name": "star-python",
    "version": "1.0.0",
    "flor_io": [1],
    "caps": ["stats", "roaming"],
    "config_schema": CONFIG_SCHEMA,
}


def parse_config(config):
    """Checks the configuration; the message of the Exit names the key and what is allowed."""
    if not isinstance(config, dict):
        raise Exit(CONFIGURATION, 'config is not an object such as {"listen": "0.0.0.0:4600"}')
    for key in config.keys() - {"listen", "mtu"}:
        raise Exit(CONFIGURATION, f"{key!r} is not a key of this link: listen and mtu are")
    listen, mtu = config.get("listen"), config.get("mtu", MTU_DEFAULT)
    parsed = parse_address(listen) if isinstance(listen, str) else None
    if parsed is None:
        raise Exit(CONFIGURATION, f'listen: {listen!r} is not ADDRESS:PORT such as "0.0.0.0:4600" or "[::]:4600"')
    if type(mtu) is not int or not MTU_MIN <= mtu <= MTU_MAX:
        raise Exit(CONFIGURATION, f"mtu: {mtu!r} is not a whole number from {MTU_MIN} to {MTU_MAX}")
    return {"listen": parsed, "mtu": mtu}


def open_link(bootstrap, config, timers):
    checked = parse_config(config)
    node = FlorIo(bootstrap, DESCRIPTION, timers)
    return node, Star(checked, node, timers)


if __name__ == "__main__":
    sys.exit(run(DESCRIPTION, open_link))
