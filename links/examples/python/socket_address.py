"""Addresses as people write them, ADDRESS:PORT, and as sockets take them."""

import re
import socket


def text_of(source):
    return f"[{source[0]}]:{source[1]}" if ":" in source[0] else f"{source[0]}:{source[1]}"


def parse_address(text, family=0):
    """(family, socket address) of "1.2.3.4:5" or "[::1]:5"; None when it is not one."""
    match = re.fullmatch(r"(?:\[([^]]+)\]|([^]:[]+)):(\d{1,5})", text)
    if match is None or int(match[3]) > 65_535:
        return None
    flags = socket.AI_NUMERICHOST | (socket.AI_V4MAPPED if family == socket.AF_INET6 else 0)
    try:
        found = socket.getaddrinfo(match[1] or match[2], int(match[3]), family, socket.SOCK_DGRAM, 0, flags)
    except socket.gaierror:
        return None
    return found[0][0], found[0][4]
