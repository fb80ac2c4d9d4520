package main

import "encoding/binary"

// The frame: sixteen octets of header, then content. Frames stand back to back behind a datagram's session token.
//
//	| type 1 | flags 1 | length 2 | port 2 | reserved 2 | token 8 | content (length) |

const (
	headerOctets = 16
	tokenOctets  = 8
	bundleMax    = 61_440

	frameData    = 0x10
	frameControl = 0x20
	flagMAC      = 0x01
)

var noToken token

type token [tokenOctets]byte

func tokenOf(octets []byte) (one token) {
	copy(one[:], octets)
	return one
}

// frame is one whole frame, header included.
type frame []byte

// cutFrame splits the first frame from octets; nil when it is not there whole.
func cutFrame(octets []byte) (first frame, rest []byte) {
	if len(octets) < headerOctets {
		return nil, nil
	}
	end := headerOctets + int(binary.BigEndian.Uint16(octets[2:]))
	if end > len(octets) {
		return nil, nil
	}
	return octets[:end], octets[end:]
}

func (f frame) kind() byte          { return f[0] }
func (f frame) port() uint16        { return binary.BigEndian.Uint16(f[4:]) }
func (f frame) setPort(port uint16) { binary.BigEndian.PutUint16(f[4:], port) }
func (f frame) token() token        { return tokenOf(f[8:headerOctets]) }
func (f frame) content() []byte     { return f[headerOctets:] }

// controlDatagram is a datagram with one control frame, whose content may come in parts.
func controlDatagram(session token, flags byte, content ...[]byte) []byte {
	datagram := append(session[:], frameControl, flags, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	for _, part := range content {
		datagram = append(datagram, part...)
	}
	binary.BigEndian.PutUint16(datagram[tokenOctets+2:], uint16(len(datagram)-tokenOctets-headerOctets))
	return datagram
}
