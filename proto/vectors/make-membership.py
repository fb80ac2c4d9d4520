"""Makes membership.json with an implementation that shares nothing with flor's: python3 make-membership.py"""
import hashlib
import json
import struct
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def key(n):
    private = Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)
    return private, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def text(value):
    return bytes([len(value)]) + value.encode()


def record(kind, network, signer, issued, body, version=1):
    private, public = signer
    unsigned = struct.pack(">BBH", kind, version, 76 + len(body) + 64) + network[1] + public + struct.pack(">Q", issued) + body
    return unsigned + private.sign(b"flor membership 1" + unsigned)


def membership(network, signer, member, issued, since, until, name, roles, **more):
    body = member[1] + struct.pack(">QQ", since, until) + text(name) + bytes([len(roles)]) + b"".join(map(text, roles))
    return record(1, network, signer, issued, body, **more)


root, issuer, anna, new = key(1), key(2), key(3), key(4)
T, S = 1800000000123, 1800000000
YEAR = 365 * 86400
head = lambda signer, issued: {"network": root[1].hex(), "signer": signer[1].hex(), "issued": issued}
good = [
    ("the membership of an issuer, by the root",
     membership(root, root, issuer, T, S, S + YEAR, "home", ["issuer"]),
     {"kind": "membership", **head(root, T), "key": issuer[1].hex(), "name": "home", "roles": ["issuer"], "notBefore": S, "notAfter": S + YEAR}),
    ("a membership without roles, by an issuer",
     membership(root, issuer, anna, T + 1, S, S + YEAR, "anna", []),
     {"kind": "membership", **head(issuer, T + 1), "key": anna[1].hex(), "name": "anna", "roles": [], "notBefore": S, "notAfter": S + YEAR}),
    ("a membership with two roles, renewed a year later",
     membership(root, issuer, anna, T + YEAR * 1000, S, S + 2 * YEAR, "anna", ["dev", "ops"]),
     {"kind": "membership", **head(issuer, T + YEAR * 1000), "key": anna[1].hex(), "name": "anna", "roles": ["dev", "ops"], "notBefore": S, "notAfter": S + 2 * YEAR}),
    ("a revocation",
     record(2, root, issuer, T + 5, anna[1] + text("laptop was stolen")),
     {"kind": "revocation", **head(issuer, T + 5), "key": anna[1].hex(), "reason": "laptop was stolen"}),
]
consent = new[0].sign(b"flor rotation 1" + root[1] + anna[1] + new[1] + struct.pack(">Q", T + 7))
good.append(("a rotation", record(3, root, anna, T + 7, new[1] + consent),
             {"kind": "rotation", **head(anna, T + 7), "key": new[1].hex(), "consent": consent.hex()}))
malformed = [
    ("version 2", membership(root, root, anna, T, S, S + YEAR, "anna", [], version=2)),
    ("a kind that there is not", record(4, root, root, T, anna[1])),
    ("roles out of order", membership(root, root, anna, T, S, S + YEAR, "anna", ["ops", "dev"])),
    ("a role twice", membership(root, root, anna, T, S, S + YEAR, "anna", ["dev", "dev"])),
    ("a name in upper case", membership(root, root, anna, T, S, S + YEAR, "Anna", [])),
    ("an end before the beginning", membership(root, root, anna, T, S, S, "anna", [])),
    ("issued in 2^53", membership(root, root, anna, 2**53, S, S + YEAR, "anna", [])),
    ("something behind the roles", record(1, root, root, T, anna[1] + struct.pack(">QQ", S, S + 1) + text("anna") + b"\0\0")),
    ("a key not below the field's prime", record(2, root, root, T, b"\xed" + b"\xff" * 30 + b"\x7f" + text(""))),
    ("a rotation to the same key", record(3, root, anna, T, anna[1] + consent)),
]
out = {
    "records": [{"title": title, "octets": octets.hex(), "id": hashlib.sha256(octets).hexdigest()[:16], "record": value}
                for title, octets, value in good],
    "malformed": [{"title": title, "octets": octets.hex()} for title, octets in malformed],
}
with open("membership.json", "w") as file:
    file.write(json.dumps(out, indent=2) + "\n")
