package main

import "errors"

const (
	envelopeMax   = 32_768
	neighboursMax = 256
	keyMax        = 255
)

// Fields of Envelope.
const (
	fieldSeq        = 1
	fieldAck        = 2
	fieldPing       = 20
	fieldPong       = 21
	fieldCredit     = 22
	fieldBye        = 24
	fieldError      = 25
	fieldPorts      = 30
	fieldNeighbours = 31
	fieldTooBig     = 40
)

// errBound: a message breaks a bound of the contract, and changes nothing.
var errBound = errors.New("beyond a bound")

func (s *session) receiveControl(content []byte) error {
	if len(content) > envelopeMax {
		return errMalformed
	}
	envelope, err := parseMessage(content)
	if err != nil {
		return err
	}
	if envelope.number(fieldAck) == s.seq {
		s.timers.cancel(timerPorts)
	}
	refusal := ""
	if err := s.receiveMessage(envelope); errors.Is(err, errBound) {
		refusal = "malformed"
		s.count("drop.malformed")
	} else if err != nil {
		return err
	}
	if isUnknown(envelope) {
		refusal = "unimplemented"
		s.count("drop.unknown-message")
	}
	if seq := envelope.number(fieldSeq); seq != 0 {
		s.acknowledge(seq, refusal)
	}
	return nil
}

// receiveMessage heeds the message of an envelope; some that the node may send mean nothing to a link.
func (s *session) receiveMessage(envelope message) error {
	receivers := map[uint64]func(message) error{
		fieldPing:       s.receivePing,
		fieldCredit:     s.receiveCredit,
		fieldBye:        s.receiveBye,
		fieldNeighbours: s.receiveNeighbours,
	}
	for field, receive := range receivers {
		if !envelope.has(field) {
			continue
		}
		nested, err := parseMessage(envelope.octets(field))
		if err != nil {
			return err
		}
		if err := receive(nested); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) receiveCredit(credit message) error {
	s.credit.raise(credit.number(3), credit.number(4))
	return nil
}

func (s *session) receivePing(ping message) error {
	if lost := s.credit.settle(amount{ping.number(2), ping.number(3)}); lost > 0 {
		s.counts["lost"] += lost
	}
	pong := appendNumber(nil, 1, ping.number(1))
	for name, value := range s.counts {
		pong = appendOctets(pong, 2, appendNumber(appendOctets(nil, 1, name), 2, value))
	}
	s.sendControl(appendOctets(nil, fieldPong, pong))
	s.reportCredit()
	return nil
}

func (s *session) receiveBye(bye message) error {
	return exit{exitOK, "the node said goodbye: " + string(bye.octets(1))}
}

func (s *session) receiveNeighbours(neighbours message) error {
	list, err := neighbours.nested(2)
	if err != nil {
		return err
	}
	if !areSound(list) {
		return errBound
	}
	if generation := neighbours.number(1); generation > s.seenGeneration { // else it was overtaken, or came before
		s.seenGeneration = generation
		s.wire.setNeighbours(list)
	}
	return nil
}

func areSound(neighbours []message) bool {
	keys := map[string]bool{}
	for _, neighbour := range neighbours {
		key, token := string(neighbour.octets(1)), neighbour.octets(3)
		if key == "" || len(key) > keyMax || keys[key] || (len(token) != 0 && len(token) != tokenOctets) {
			return false
		}
		keys[key] = true
	}
	return len(neighbours) <= neighboursMax
}

// isUnknown says whether an envelope carries a message, but none that this version of Flor IO has.
func isUnknown(envelope message) bool {
	hasUnknown := false
	for key := range envelope {
		field := key >> 3
		switch {
		case field >= fieldHello && field <= fieldReject, field >= fieldPing && field <= fieldError,
			field == fieldPorts, field == fieldNeighbours, field == fieldTooBig:
			return false
		case field != fieldSeq && field != fieldAck:
			hasUnknown = true
		}
	}
	return hasUnknown
}

// acknowledge ends the repetition of a message, also of one that is refused: repeating would not mend it.
func (s *session) acknowledge(seq uint64, refusal string) {
	envelope := appendNumber(nil, fieldAck, seq)
	if refusal != "" {
		envelope = appendOctets(envelope, fieldError, appendOctets(appendNumber(nil, 1, seq), 2, refusal))
	}
	s.sendControl(envelope)
}

// announce tells the node every port there is, as encoded Port messages, until it acknowledges them.
func (s *session) announce(ports [][]byte) {
	s.seq++
	list := appendNumber(nil, 1, s.seq)
	for _, port := range ports {
		list = appendOctets(list, 2, port)
	}
	s.ports = appendOctets(appendNumber(nil, fieldSeq, s.seq), fieldPorts, list)
	s.portsDelay = portsDelay
	s.timers.set(timerPorts, 0)
}

func (s *session) tooBig(port uint16, mtu, octets int) {
	said := appendNumber(appendNumber(nil, 1, uint64(port)), 2, uint64(mtu))
	s.sendControl(appendOctets(nil, fieldTooBig, appendNumber(said, 3, uint64(octets))))
}
