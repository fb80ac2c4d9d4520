package main

import (
	"encoding/binary"
	"errors"
)

// Protobuf as far as Flor IO goes: varints, octets and nested messages (proto/flor_io.proto).

var errMalformed = errors.New("malformed")

func appendNumber(message []byte, field, value uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(message, field<<3|wireVarint), value)
}

func appendOctets[Octets string | []byte](message []byte, field uint64, octets Octets) []byte {
	message = binary.AppendUvarint(binary.AppendUvarint(message, field<<3|wireOctets), uint64(len(octets)))
	return append(message, octets...)
}

const (
	wireVarint = 0
	wireOctets = 2
)

// message holds the fields of a message by key: number << 3 | wire type. Unknown fields are there and do no harm.
type message map[uint64][]value

// value is a number, or octets of the buffer that was parsed: borrowed.
type value struct {
	number uint64
	octets []byte
}

func parseMessage(octets []byte) (message, error) {
	parsed := message{}
	for len(octets) > 0 {
		key, rest, err := readVarint(octets)
		if err != nil {
			return nil, err
		}
		var one value
		if one, octets, err = readValue(rest, key&7); err != nil {
			return nil, err
		}
		parsed[key] = append(parsed[key], one)
	}
	return parsed, nil
}

func readValue(octets []byte, wireType uint64) (one value, rest []byte, err error) {
	length := uint64(0)
	switch wireType {
	case wireVarint:
		one.number, rest, err = readVarint(octets)
		return one, rest, err
	case wireOctets:
		if length, octets, err = readVarint(octets); err != nil {
			return one, nil, err
		}
	case 1: // fixed width: not a field we know, but perhaps one of a later version
		length = 8
	case 5:
		length = 4
	default:
		return one, nil, errMalformed
	}
	if length > uint64(len(octets)) {
		return one, nil, errMalformed
	}
	one.octets = octets[:length]
	return one, octets[length:], nil
}

func readVarint(octets []byte) (uint64, []byte, error) {
	number, length := binary.Uvarint(octets)
	if length <= 0 {
		return 0, nil, errMalformed
	}
	return number, octets[length:], nil
}

// Of a field that has another wire type, nothing is seen.
func (m message) has(field uint64) bool { return len(m[field<<3|wireOctets]) > 0 }

// number is 0 when the field is absent.
func (m message) number(field uint64) uint64 { return m.last(field<<3 | wireVarint).number }

// octets is empty when the field is absent.
func (m message) octets(field uint64) []byte { return m.last(field<<3 | wireOctets).octets }

// nested parses the messages of a field, repeated or not.
func (m message) nested(field uint64) ([]message, error) {
	var all []message
	for _, one := range m[field<<3|wireOctets] {
		parsed, err := parseMessage(one.octets)
		if err != nil {
			return nil, err
		}
		all = append(all, parsed)
	}
	return all, nil
}

func (m message) last(key uint64) value {
	if len(m[key]) == 0 {
		return value{}
	}
	return m[key][len(m[key])-1]
}
