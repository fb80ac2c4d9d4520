package main

import (
	"fmt"
	"net"
	"net/netip"
	"time"
)

const (
	// As many as fit one list with keys as long as node ids.
	portsMax     = 256
	strangersMax = 64
	// Strangers admitted a second.
	strangersRate = 32
	// A port that the node did not adopt goes after this.
	strangerMax = 10 * time.Second
	// While a neighbour is heard, its token from elsewhere may be a replay: answers stay where they went.
	roamSilence   = 500 * time.Millisecond
	redialSilence = 30 * time.Second
	tooBigRate    = 10 // a second and port
)

// port is one neighbour.
type port struct {
	number        uint16
	key           string
	address       string         // as configured; empty: the neighbour comes to us
	source        netip.AddrPort // where it is, once known
	token         token
	isProvisional bool
	heardAt       time.Time
	tooBigs       int // in this second
}

// star is the wire: neighbours over one UDP socket. One goroutine uses it.
type star struct {
	conn       *net.UDPConn
	session    *session
	mtuWanted  int
	ports      map[uint16]*port
	bySource   map[netip.AddrPort]*port
	nextNumber uint16
	strangers  int // that may still come in this second
}

func newStar(conn *net.UDPConn, session *session, mtu int) *star {
	return &star{
		conn: conn, session: session, mtuWanted: mtu, strangers: strangersMax,
		ports: map[uint16]*port{}, bySource: map[netip.AddrPort]*port{}, nextNumber: 1,
	}
}

// mtu is the largest frame carried whole, header included.
func (s *star) mtu() int { return min(s.mtuWanted, s.session.frameMax) }

// send passes a frame from the node to the wire.
func (s *star) send(one frame) {
	to := s.ports[one.port()]
	switch {
	case to == nil:
		s.session.count("drop.no-port")
	case !to.source.IsValid():
		s.session.count("drop.no-address")
	case len(one) > s.mtu():
		s.session.count("drop.too-big")
		if to.tooBigs++; to.tooBigs <= tooBigRate {
			s.session.tooBig(to.number, s.mtu(), len(one))
		}
	default:
		one.setPort(0) // the port is between node and link alone
		if _, err := s.conn.WriteToUDPAddrPort(one, to.source); err != nil {
			s.session.count("drop.send-failed")
		}
	}
}

// receive passes a datagram from the wire to the node, which can take it.
func (s *star) receive(octets []byte, source netip.AddrPort) {
	one, rest := cutFrame(octets)
	switch {
	case len(octets) > s.mtu():
		s.session.count("drop.too-big")
	case one == nil || len(rest) > 0:
		s.session.count("drop.malformed")
	case one.kind() != frameData:
		s.session.count("drop.unknown-type")
	default:
		if from := s.find(source, one.token()); from != nil {
			from.heardAt = time.Now()
			one.setPort(from.number)
			s.session.take(one)
		}
	}
}

// find says whose frame it is: known by address, or by token wherever it comes from, or a stranger's first.
func (s *star) find(source netip.AddrPort, bears token) *port {
	known := s.bySource[source]
	if known != nil && (bears == noToken || bears == known.token) {
		return known
	}
	if bears == noToken {
		return s.admit(source)
	}
	for _, bearer := range s.ports {
		if bearer.token != bears {
			continue
		}
		if !bearer.source.IsValid() || time.Since(bearer.heardAt) > roamSilence {
			s.move(bearer, source)
			s.announce()
		}
		return bearer
	}
	if known == nil {
		s.session.count("drop.stranger")
	}
	return known
}

// admit makes a provisional port for a stranger, in place of the one silent for longest when there are too many.
func (s *star) admit(source netip.AddrPort) *port {
	if s.strangers == 0 {
		s.session.count("drop.strangers")
		return nil
	}
	s.strangers--
	var oldest *port
	count := 0
	for _, one := range s.ports {
		if !one.isProvisional {
			continue
		}
		count++
		if oldest == nil || one.heardAt.Before(oldest.heardAt) {
			oldest = one
		}
	}
	if count >= strangersMax {
		s.remove(oldest)
	}
	one := s.create(fmt.Sprintf("udp:%v", source))
	if one != nil {
		one.isProvisional = true
		s.move(one, source)
		s.announce()
	}
	return one
}

func (s *star) setNeighbours(neighbours []message) {
	wanted := map[string]bool{}
	for _, neighbour := range neighbours {
		wanted[string(neighbour.octets(1))] = true
	}
	for _, one := range s.ports {
		if !one.isProvisional && !wanted[one.key] {
			s.remove(one)
		}
	}
	for _, neighbour := range neighbours {
		s.setNeighbour(neighbour)
	}
	s.announce()
}

func (s *star) setNeighbour(neighbour message) {
	key, address := string(neighbour.octets(1)), string(neighbour.octets(2))
	one := s.adopt(key, uint16(neighbour.number(4)))
	if one == nil {
		one = s.byKey(key)
	}
	if one == nil {
		one = s.create(key)
	}
	if one == nil {
		return
	}
	one.isProvisional = false
	one.token = tokenOf(neighbour.octets(3))
	if one.address != address {
		one.address = address
		s.dial(one)
	}
}

// adopt gives the port of a stranger, who turned out to be this neighbour, the neighbour's key; its number stays.
func (s *star) adopt(key string, number uint16) *port {
	one := s.ports[number]
	if one == nil || !one.isProvisional {
		return nil
	}
	if former := s.byKey(key); former != nil && former != one {
		s.remove(former)
	}
	one.key = key
	return one
}

func (s *star) byKey(key string) *port {
	for _, one := range s.ports {
		if one.key == key {
			return one
		}
	}
	return nil
}

func (s *star) create(key string) *port {
	if len(s.ports) >= portsMax {
		s.session.count("drop.ports-full")
		return nil
	}
	for s.nextNumber == 0 || s.ports[s.nextNumber] != nil {
		s.nextNumber++
	}
	one := &port{number: s.nextNumber, key: key, heardAt: time.Now()}
	s.ports[one.number] = one
	// A freed number rests until all others had their turn: late frames must not reach another neighbour.
	s.nextNumber++
	return one
}

func (s *star) remove(one *port) {
	s.move(one, netip.AddrPort{})
	delete(s.ports, one.number)
}

func (s *star) dial(one *port) {
	if one.address == "" {
		return
	}
	source, err := netip.ParseAddrPort(one.address)
	if err != nil {
		log("warn", fmt.Sprintf("%q is not ADDRESS:PORT", one.address))
		return
	}
	s.move(one, source)
}

func (s *star) move(one *port, source netip.AddrPort) {
	if s.bySource[one.source] == one {
		delete(s.bySource, one.source)
	}
	one.source = source
	if source.IsValid() {
		s.bySource[source] = one
	}
}

func (s *star) announce() {
	var ports [][]byte
	for _, one := range s.ports {
		ports = append(ports, one.encode(s.mtu()))
	}
	s.session.announce(ports)
}

func (p *port) encode(mtu int) []byte {
	said := appendOctets(appendNumber(nil, 1, uint64(p.number)), 2, p.key)
	address := p.address
	if p.source.IsValid() {
		said = appendNumber(said, 3, 1)
		address = p.source.String()
	}
	said = appendOctets(appendNumber(said, 4, uint64(mtu)), 9, address)
	if p.isProvisional {
		said = appendNumber(said, 10, 1)
	}
	return said
}

// tick is called every second.
func (s *star) tick() {
	s.strangers = min(strangersMax, s.strangers+strangersRate)
	isChanged := false
	for _, one := range s.ports {
		one.tooBigs = 0
		silence := time.Since(one.heardAt)
		switch {
		case one.isProvisional && silence > strangerMax:
			s.remove(one)
			isChanged = true
		case one.address != "" && silence > redialSilence: // it may have roamed and returned without our hearing it
			one.heardAt = time.Now()
			s.dial(one)
			isChanged = true
		}
	}
	if isChanged {
		s.announce()
	}
}
