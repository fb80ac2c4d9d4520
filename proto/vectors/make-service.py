#!/usr/bin/env python3
"""Writes service.json: permutations, tables and flow keys of proto/service.md, by a reading of the page alone."""
import hashlib
import json
import pathlib


def prefix(octets: bytes, at: int) -> int:
    return int.from_bytes(octets[at : at + 4], "big")


def murmur3(octets: bytes, seed: int) -> int:
    mask = 0xFFFFFFFF

    def rotated(value: int, bits: int) -> int:
        return ((value << bits) | (value >> (32 - bits))) & mask

    value = seed
    whole = len(octets) // 4 * 4
    for at in range(0, whole, 4):
        block = int.from_bytes(octets[at : at + 4], "little") * 0xCC9E2D51 & mask
        value = (rotated(value ^ (rotated(block, 15) * 0x1B873593 & mask), 13) * 5 + 0xE6546B64) & mask
    tail = int.from_bytes(octets[whole:], "little") * 0xCC9E2D51 & mask
    value ^= rotated(tail, 15) * 0x1B873593 & mask
    value ^= len(octets)
    value = (value ^ (value >> 16)) * 0x85EBCA6B & mask
    value = (value ^ (value >> 13)) * 0xC2B2AE35 & mask
    return value ^ (value >> 16)


def table(name: str, backends: list[tuple[str, int]], size: int) -> list[int]:
    ordered = sorted(backends)
    largest = max(weight for _, weight in ordered)
    digests = [hashlib.sha256(f"{key}\0{name}".encode()).digest() for key, _ in ordered]
    places = [prefix(digest, 0) % size for digest in digests]
    skips = [prefix(digest, 4) % (size - 1) + 1 for digest in digests]
    credits = [0] * len(ordered)
    slots = [-1] * size
    filled = 0
    while filled < size:
        for index, (_, weight) in enumerate(ordered):
            credits[index] += weight
            if credits[index] < 0 or filled == size:
                continue
            credits[index] -= largest
            while slots[places[index]] >= 0:
                places[index] = (places[index] + skips[index]) % size
            slots[places[index]] = index
            filled += 1
    return slots


def key_of(letter: str, port: int) -> str:
    return f"{letter * 64}/{port}"


def numbered(count: int) -> list[tuple[str, int]]:
    return [(f"{index:064x}/5432", 100) for index in range(count)]


LETTERS = [(key_of(letter, 5432), 100) for letter in "abcd"]
# What changes, the table's size, who is there before, and who after.
CHANGES = [
    ("one of three leaves", 1021, LETTERS[:3], [LETTERS[0], LETTERS[2]]),
    ("a fourth comes", 1021, LETTERS[:3], LETTERS),
    ("one of three comes back", 1021, [LETTERS[0], LETTERS[2]], LETTERS[:3]),
    ("one of ten leaves", 4093, numbered(10), numbered(10)[:4] + numbered(10)[5:]),
    ("an eleventh comes", 4093, numbered(10), numbered(11)),
    ("weights 1, 2, 3 become 1, 2, 4", 1021, [(key, n + 1) for n, (key, _) in enumerate(LETTERS[:3])],
     [(LETTERS[0][0], 1), (LETTERS[1][0], 2), (LETTERS[2][0], 4)]),
]


def change(what: str, size: int, before: list[tuple[str, int]], after: list[tuple[str, int]]) -> dict:
    def owners(backends: list[tuple[str, int]]) -> list[str]:
        ordered = sorted(backends)
        return [ordered[index][0] for index in table("db.team", backends, size)]

    def digest(backends: list[tuple[str, int]]) -> str:
        return hashlib.sha256(bytes(table("db.team", backends, size))).hexdigest()

    stays = {key for key, _ in before} & {key for key, _ in after}
    pairs = [(one, other) for one, other in zip(owners(before), owners(after)) if one != other]
    return {
        "what": what,
        "size": size,
        "before": [{"key": key, "weight": weight} for key, weight in before],
        "after": [{"key": key, "weight": weight} for key, weight in after],
        "sha256": [digest(before), digest(after)],
        "moved": len(pairs),
        "between_staying": sum(1 for one, other in pairs if one in stays and other in stays),
    }


def main() -> None:
    cases = [
        ("db.team", [(key_of("a", 5432), 100), (key_of("b", 5432), 100), (key_of("c", 5432), 100)], 251),
        ("db.team", [(key_of("c", 5432), 3), (key_of("a", 5432), 1), (key_of("b", 5432), 2)], 251),
        ("dns.team/udp", [(key_of("1", 53), 100), (key_of("f", 5353), 50)], 251),
        ("db.team", [(key_of(f"{index:x}", 80), 100) for index in range(16)], 1021),
    ]
    tables = [
        {
            "name": name,
            "size": size,
            "backends": [{"key": key, "weight": weight} for key, weight in backends],
            "slots": table(name, backends, size) if size < 1000 else None,
            "sha256": hashlib.sha256(bytes(table(name, backends, size))).hexdigest(),
        }
        for name, backends, size in cases
    ]
    changes = [change(*case) for case in CHANGES]
    texts = ["", "a", "ab", "192.0.2.7 4711 5432", "user alice", "2001:db8::7", "ü"]
    flows = [
        {"name": name, "text": text, "hash": murmur3(text.encode("utf-16-le"), prefix(hashlib.sha256(name.encode()).digest(), 0))}
        for name in ("db.team", "dns.team/udp")
        for text in texts
    ]
    path = pathlib.Path(__file__).with_name("service.json")
    path.write_text(json.dumps({"tables": tables, "changes": changes, "flows": flows}, indent=2, ensure_ascii=False) + "\n")


main()
