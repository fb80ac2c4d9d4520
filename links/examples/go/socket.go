package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

const receiveBufferOctets = 4 << 20

// openNodeSocket opens a socket on loopback that only the node's datagrams reach, and says what the kernel charges
// them against.
func openNodeSocket(node netip.AddrPort) (conn *net.UDPConn, bufferOctets uint64, err error) {
	loopback := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}
	if conn, err = net.DialUDP("udp4", loopback, net.UDPAddrFromAddrPort(node)); err != nil {
		return nil, 0, err
	}
	if err = conn.SetReadBuffer(receiveBufferOctets); err != nil {
		return nil, 0, err
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, 0, err
	}
	var size int
	var failed error
	err = raw.Control(func(fd uintptr) {
		size, failed = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF)
	})
	return conn, uint64(size), errors.Join(err, failed)
}

// openWireSocket listens without SO_REUSEADDR: nobody else may have this port too.
func openWireSocket(listen netip.AddrPort) (*net.UDPConn, error) {
	network := "udp"
	if listen.Addr().Is4() {
		network = "udp4"
	}
	conn, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(listen))
	if err != nil {
		return nil, exit{exitTemporary, fmt.Sprintf("cannot listen on %v: %v", listen, err)}
	}
	return conn, conn.SetReadBuffer(receiveBufferOctets)
}
