package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"os"
	"time"
)

const (
	greetDelay    = 100 * time.Millisecond // doubling to delayMax
	portsDelay    = 50 * time.Millisecond  // likewise
	delayMax      = 800 * time.Millisecond
	creditDelay   = 5 * time.Millisecond
	creditAsk     = 200 * time.Millisecond
	silenceMax    = 5 * time.Second // the node counts as dead after this
	stoppedBeyond = 2 * time.Second // a Ping so late: this process was stopped, and the node is not to blame
)

// wire is what a session hands on what the node sends.
type wire interface {
	// send takes a frame for a neighbour, borrowed.
	send(frame)
	// setNeighbours takes every neighbour that the node wants.
	setNeighbours([]message)
}

// session is the link's end of Flor IO: bundles within credit, control, liveness. One goroutine uses it.
//
//	node ─▶ receive ─▶ wire.send
//	wire ─▶ canTake, take ─▶ bundle ─▶ flush ─▶ node
type session struct {
	conn      *net.UDPConn
	wire      wire
	handshake *handshake
	counts    map[string]uint64 // every drop of the link has its reason here
	timers    timers
	credit    credit
	token     token // opens the node's datagrams
	isReady   bool

	bundle      []byte // opens with the token of the node's choice
	bundleLimit int
	frameMax    int // the longest frame that the node takes

	resendDelay       time.Duration
	interval          time.Duration
	heardAt, pingedAt time.Time
	pings             uint64

	seq            uint64
	ports          []byte
	portsDelay     time.Duration
	seenGeneration uint64
}

func newSession(conn *net.UDPConn, bufferOctets uint64, boot *bootstrap) *session {
	s := &session{conn: conn, counts: map[string]uint64{}, credit: newCredit(bufferOctets), resendDelay: greetDelay}
	s.bundle = make([]byte, tokenOctets, bundleMax)
	s.frameMax = bundleMax - tokenOctets
	rand.Read(s.token[:])
	s.token[0] |= 1 // never all zero
	said := appendNumber(nil, 1, 1)
	said = appendOctets(said, 3, linkName)
	said = appendOctets(said, 4, linkVersion)
	said = appendNumber(said, 5, uint64(os.Getpid()))
	said = appendOctets(said, 6, s.token[:])
	said = appendNumber(said, 7, s.credit.window.datagrams)
	said = appendNumber(said, 8, s.credit.window.octets)
	said = appendNumber(said, 9, bundleMax)
	said = appendOctets(said, 10, "stats")
	said = appendOctets(said, 10, "roaming")
	s.handshake = newHandshake(boot.Secret, said)
	s.timers.set(timerGreet, 0)
	s.timers.set(timerDeadline, time.Duration(boot.DeadlineMs)*time.Millisecond)
	return s
}

func (s *session) count(name string) { s.counts[name]++ }

// receive takes a datagram of the node, borrowed. It returns an exit when the session is over.
func (s *session) receive(datagram []byte) error {
	var err error
	switch opening := tokenOf(datagram); {
	case len(datagram) < tokenOctets+headerOctets:
		err = errMalformed
	case opening == noToken:
		err = s.receiveHandshake(datagram[tokenOctets:])
	case opening == s.token && s.isReady:
		err = s.receiveFrames(datagram)
	default:
		s.count("drop.bad-token")
	}
	return s.countMalformed(err)
}

// countMalformed counts what is malformed, which is no reason to end.
func (s *session) countMalformed(err error) error {
	if errors.Is(err, errMalformed) {
		s.count("drop.malformed")
		return nil
	}
	return err
}

func (s *session) receiveHandshake(octets []byte) error {
	first, _ := cutFrame(octets)
	if first == nil || first.kind() != frameControl {
		return errMalformed
	}
	welcome, err := s.handshake.receive(first.content())
	if err != nil {
		return err
	}
	if welcome == nil {
		s.count("drop.bad-mac")
		return nil
	}
	s.resendDelay = greetDelay
	s.timers.set(timerGreet, 0) // Ready, once more if it was lost
	if !s.isReady {
		s.establish(welcome)
	}
	return nil
}

func (s *session) establish(welcome message) {
	s.isReady = true
	copy(s.bundle, welcome.octets(3))
	s.credit.raise(welcome.number(4), welcome.number(5))
	datagramMax := min(bundleMax, s.credit.limit.octets)
	if said := welcome.number(6); said > 0 {
		datagramMax = min(datagramMax, said)
	}
	s.frameMax = int(datagramMax) - tokenOctets
	// A quarter of the window: the node empties its buffer while the next bundle fills.
	s.bundleLimit = int(min(datagramMax, s.credit.limit.octets/4))
	s.interval = time.Duration(min(2500, max(100, welcome.number(8)))) * time.Millisecond
	s.heardAt, s.pingedAt = time.Now(), time.Now()
	s.timers.cancel(timerDeadline)
	s.timers.set(timerPing, s.interval)
}

func (s *session) receiveFrames(datagram []byte) error {
	s.heardAt = time.Now()
	s.timers.cancel(timerGreet)
	hasData := false
	for rest := datagram[tokenOctets:]; len(rest) > 0; {
		var one frame
		if one, rest = cutFrame(rest); one == nil {
			s.count("drop.malformed")
			break
		}
		switch one.kind() {
		case frameData:
			hasData = true
			s.wire.send(one)
		case frameControl:
			if err := s.countMalformed(s.receiveControl(one.content())); err != nil {
				return err
			}
		default:
			s.count("drop.unknown-type")
		}
	}
	if hasData { // control goes outside the credit
		s.grantCredit(len(datagram))
	}
	return nil
}

func (s *session) grantCredit(octets int) {
	s.credit.received = s.credit.received.plus(amount{1, uint64(octets)})
	if s.credit.isDue() {
		s.reportCredit()
	} else {
		s.timers.sooner(timerCredit, creditDelay)
	}
}

func (s *session) reportCredit() {
	s.timers.cancel(timerCredit)
	s.sendControl(appendOctets(nil, fieldCredit, s.credit.report()))
}

// canTake says whether the node takes a frame of so many octets, frameMax at most. The bundle goes when it is full.
func (s *session) canTake(octets int) bool {
	if !s.isReady {
		return false
	}
	if len(s.bundle)+octets > s.bundleLimit {
		s.flush()
	}
	if s.credit.allows(len(s.bundle) + octets) {
		return true
	}
	s.flush()
	s.timers.sooner(timerPing, creditAsk) // a Ping settles what was lost, and credit returns
	return false
}

// take adds a frame, copied, to the open bundle; canTake was true for it.
func (s *session) take(one frame) { s.bundle = append(s.bundle, one...) }

// flush sends the open bundle.
func (s *session) flush() {
	if len(s.bundle) == tokenOctets {
		return
	}
	s.credit.sent = s.credit.sent.plus(amount{1, uint64(len(s.bundle))})
	s.transmit(s.bundle)
	s.bundle = s.bundle[:tokenOctets]
}

// close says goodbye.
func (s *session) close(reason string) {
	if s.isReady {
		s.flush()
		s.sendControl(appendOctets(nil, fieldBye, appendOctets(nil, 1, reason)))
	}
}

func (s *session) sendControl(envelope []byte) {
	s.transmit(controlDatagram(tokenOf(s.bundle), 0, envelope))
}

func (s *session) transmit(datagram []byte) {
	if _, err := s.conn.Write(datagram); err != nil { // lost, as on any wire: the next Ping settles it
		s.count("error.send")
	}
}

// runTimers does what is due and returns how long nothing else will be.
func (s *session) runTimers() (time.Duration, error) {
	for {
		due, wait := s.timers.next()
		if wait > 0 {
			return wait, nil
		}
		s.timers.cancel(due)
		if err := s.fire(due); err != nil {
			return 0, err
		}
	}
}

func (s *session) fire(due timer) error {
	switch due {
	case timerGreet:
		s.transmit(s.handshake.greeting)
		s.timers.set(timerGreet, s.resendDelay)
		s.resendDelay = min(delayMax, s.resendDelay*2)
	case timerDeadline:
		return exit{exitTemporary, "the node did not answer the handshake in time"}
	case timerPing:
		return s.ping(time.Now())
	case timerCredit:
		s.reportCredit()
	case timerPorts:
		s.sendControl(s.ports)
		s.timers.set(timerPorts, s.portsDelay)
		s.portsDelay = min(delayMax, s.portsDelay*2)
	}
	return nil
}

func (s *session) ping(now time.Time) error {
	if now.Sub(s.pingedAt) > s.interval+stoppedBeyond {
		s.heardAt = now
	}
	if now.Sub(s.heardAt) > silenceMax {
		return exit{exitTemporary, fmt.Sprintf("the node was silent for %v", silenceMax)}
	}
	s.pingedAt = now
	s.pings++
	ping := appendNumber(appendNumber(nil, 1, s.pings), 2, s.credit.sent.datagrams)
	s.sendControl(appendOctets(nil, fieldPing, appendNumber(ping, 3, s.credit.sent.octets)))
	s.timers.set(timerPing, time.Duration(float64(s.interval)*(0.75+mathrand.Float64()/4)))
	return nil
}
