"""Protobuf as far as Flor IO goes: varints, octets and nested messages (proto/flor_io.proto)."""


def field(number, value):
    """Encodes one field: an int as a varint; str and bytes with their length before them."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    octets = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(octets)) + octets


def varint(value):
    octets = bytearray()
    while value > 127:
        octets.append(value & 127 | 128)
        value >>= 7
    return bytes([*octets, value])


class Message(dict):
    """The fields of a message: values in order by field number. Unknown fields are there and do no harm."""

    def __init__(self, octets):
        """Raises ValueError when octets are not a message."""
        at = 0
        while at < len(octets):
            key, at = read_varint(octets, at)
            value, at = read_value(octets, at, key & 7)
            self.setdefault(key >> 3, []).append(value)

    def number(self, field_number):
        """The value of a number field, which is 0 when it is absent."""
        value = self.get(field_number, [0])[-1]
        return value if isinstance(value, int) else 0

    def octets(self, field_number):
        """The value of a bytes or string field, which is empty when it is absent."""
        value = self.get(field_number, [b""])[-1]
        return value if isinstance(value, bytes) else b""

    def nested(self, field_number):
        """The messages of a field, repeated or not."""
        return [Message(value) for value in self.get(field_number, []) if isinstance(value, bytes)]


def read_value(octets, at, wire_type):
    if wire_type == 0:
        return read_varint(octets, at)
    if wire_type == 2:
        length, at = read_varint(octets, at)
    elif wire_type in (1, 5):  # fixed width: not a field we know, but perhaps one of a later version
        length = 8 if wire_type == 1 else 4
    else:
        raise ValueError(f"wire type {wire_type}")
    if at + length > len(octets):
        raise ValueError("a field is cut off")
    return octets[at : at + length], at + length


def read_varint(octets, at):
    value = 0
    for index, octet in enumerate(octets[at : at + 10]):
        value |= (octet & 127) << 7 * index
        if octet < 128:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at + index + 1
    raise ValueError("a varint without an end")
