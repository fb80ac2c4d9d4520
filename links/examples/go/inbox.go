package main

import (
	"net"
	"net/netip"
)

// datagram is what a socket received; err is set when it could not.
type datagram struct {
	octets []byte
	source netip.AddrPort
	err    error
}

// inbox receives from a socket in a goroutine of its own, a few datagrams ahead of who takes them; the rest wait in the
// kernel, or are dropped by it.
type inbox struct {
	datagrams chan datagram
	free      chan []byte
}

func openInbox(conn *net.UDPConn, datagramMax, ahead int) *inbox {
	in := &inbox{make(chan datagram, ahead), make(chan []byte, ahead)}
	for range ahead {
		in.free <- make([]byte, datagramMax)
	}
	go in.receive(conn)
	return in
}

func (in *inbox) receive(conn *net.UDPConn) {
	for buffer := range in.free {
		length, source, err := conn.ReadFromUDPAddrPort(buffer)
		source = netip.AddrPortFrom(source.Addr().Unmap(), source.Port())
		in.datagrams <- datagram{buffer[:length], source, err}
	}
}

// release gives a datagram's octets back.
func (in *inbox) release(taken datagram) { in.free <- taken.octets[:cap(taken.octets)] }
