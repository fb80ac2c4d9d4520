"""The frame: sixteen octets of header, then content. Frames stand back to back behind a datagram's session token."""

import struct

HEADER = struct.Struct(">BBHHHQ")  # type, flags, octets of content, port, reserved, token
DATA, CONTROL, FLAG_MAC = 0x10, 0x20, 0x01
TOKEN_OCTETS = 8
NO_TOKEN = bytes(TOKEN_OCTETS)


def control_frame(content, flags=0):
    return HEADER.pack(CONTROL, flags, len(content), 0, 0, 0) + content


def frames(datagram):
    """Yields (type, whole frame) of a datagram's frames; raises ValueError at the first that is cut off."""
    at = TOKEN_OCTETS
    while at < len(datagram) or at == TOKEN_OCTETS:
        if at + HEADER.size > len(datagram):
            raise ValueError("a header is cut off")
        kind, _, octets, *_ = HEADER.unpack_from(datagram, at)
        end = at + HEADER.size + octets
        if end > len(datagram):
            raise ValueError("a frame is cut off")
        yield kind, datagram[at:end]
        at = end
