package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
)

const (
	macOctets   = sha256.Size
	nonceOctets = 32
	rejectBusy  = 3 // a code of Reject
)

// Fields of Envelope that belong to the handshake.
const (
	fieldHello   = 10
	fieldWelcome = 11
	fieldReady   = 12
	fieldReject  = 13
)

// handshake is the link's part: Hello until Welcome, then Ready until the node speaks within the session. HMACs prove
// the secret.
type handshake struct {
	secret []byte
	hello  []byte
	// greeting is the datagram to repeat until the node answers.
	greeting []byte
}

// newHandshake takes the encoded fields of Hello except its nonce.
func newHandshake(secret, said []byte) *handshake {
	nonce := make([]byte, nonceOctets)
	rand.Read(nonce) // never fails
	h := &handshake{secret: secret, hello: appendOctets(nil, fieldHello, appendOctets(said, 2, nonce))}
	h.greeting = h.withMAC("hello", h.hello)
	return h
}

// receive returns the Welcome of a handshake frame's content, after which Ready is the greeting; nil: not authentic.
// It returns an exit when the node refuses the link.
func (h *handshake) receive(content []byte) (message, error) {
	if len(content) < macOctets {
		return nil, errMalformed
	}
	envelope, mac := content[:len(content)-macOctets], content[len(content)-macOctets:]
	whole, err := parseMessage(envelope)
	if err != nil {
		return nil, err
	}
	kind, field := "welcome", uint64(fieldWelcome)
	if whole.has(fieldReject) {
		kind, field = "reject", fieldReject
	}
	if !hmac.Equal(mac, h.mac(kind, envelope, h.hello)) {
		return nil, nil
	}
	answer, err := parseMessage(whole.octets(field))
	if err != nil {
		return nil, err
	}
	if field == fieldReject {
		code := exitConfiguration
		if answer.number(1) == rejectBusy {
			code = exitTemporary
		}
		return nil, exit{code, "the node refused this link: " + string(answer.octets(2))}
	}
	if answer.number(1) != 1 || len(answer.octets(3)) != tokenOctets || tokenOf(answer.octets(3)) == noToken {
		return nil, errMalformed
	}
	h.greeting = h.withMAC("ready", appendOctets(nil, fieldReady, ""), h.hello, envelope)
	return answer, nil
}

func (h *handshake) withMAC(kind string, envelope []byte, before ...[]byte) []byte {
	return controlDatagram(noToken, flagMAC, envelope, h.mac(kind, envelope, before...))
}

func (h *handshake) mac(kind string, envelope []byte, before ...[]byte) []byte {
	mac := hmac.New(sha256.New, h.secret)
	mac.Write([]byte("flor-io/1 " + kind))
	for _, earlier := range before {
		hash := sha256.Sum256(earlier)
		mac.Write(hash[:])
	}
	mac.Write(envelope)
	return mac.Sum(nil)
}
