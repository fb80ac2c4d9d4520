package main

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// link is the process at work.
type link struct {
	session    *session
	star       *star
	node, wire *inbox
	terminated <-chan os.Signal
	stdinEnded chan struct{}
	parentPid  int
}

// serve runs until there is a reason to end, an exit as a rule.
func (l *link) serve() error {
	second := time.NewTicker(time.Second)
	isChild := os.Getppid() == l.parentPid
	timer := time.NewTimer(0)
	for {
		wait, err := l.session.runTimers()
		if err != nil {
			return err
		}
		timer.Reset(wait)
		if len(l.wire.datagrams) == 0 {
			l.session.flush()
		}
		// Without credit the frames of the wire wait in the kernel's buffer, which drops what is too much.
		var wire <-chan datagram
		if l.session.canTake(l.star.mtu()) {
			wire = l.wire.datagrams
		}
		select {
		case received := <-l.node.datagrams:
			err = l.receiveNode(received)
		case received := <-wire:
			err = l.receiveWire(received)
		case <-second.C:
			l.star.tick()
			// The second lifeline: a process that inherited the other end of standard input may keep it open.
			if isChild && os.Getppid() != l.parentPid {
				err = exit{exitOK, "the node is gone"}
			}
		case <-l.stdinEnded:
			err = exit{exitOK, "the node is gone"}
		case <-l.terminated:
			err = exit{exitOK, "SIGTERM"}
		case <-timer.C:
		}
		if err != nil {
			return err
		}
	}
}

func (l *link) receiveNode(received datagram) error {
	defer l.node.release(received)
	if errors.Is(received.err, syscall.ECONNREFUSED) {
		if l.session.isReady {
			return exit{exitOK, "the node closed its socket"}
		}
		return nil
	}
	if received.err != nil {
		return received.err
	}
	return l.session.receive(received.octets)
}

func (l *link) receiveWire(received datagram) error {
	defer l.wire.release(received)
	if received.err != nil {
		return received.err
	}
	l.star.receive(received.octets, received.source)
	return nil
}
