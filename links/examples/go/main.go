// Star-link is a link of flor in Go's standard library: a star of neighbours over one UDP socket. The contract is
// proto/flor-io.md.
//
//	wire ─▶ star.receive ─▶ session.take ─▶ bundle ─▶ node
//	node ─▶ session.receive ─▶ star.send ─▶ wire
//
// Configuration: {"listen": "ADDRESS:PORT", "mtu": 1472}. mtu counts a frame with its header and is the same at every
// end. Addresses are literal. Goroutines read sockets and standard input; one, in serve, has all the state.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

const (
	linkName    = "star-go"
	linkVersion = "1.0.0"

	exitOK            = 0
	exitUsage         = 64
	exitTemporary     = 75 // asks the node to start the link again
	exitConfiguration = 78 // asks it not to

	nodeAhead   = 4 // datagrams
	wireAhead   = 64
	datagramMax = 65_536
)

// exit ends the process with a code, for a reason.
type exit struct {
	code   int
	reason string
}

func (e exit) Error() string { return e.reason }

func main() {
	if slices.Contains(os.Args[1:], "--flor-io-describe") {
		describe()
		return
	}
	if os.Getenv("FLOR_IO") != "1" {
		explain()
		os.Exit(exitUsage)
	}
	// A terminal's Ctrl-C goes to the node, which says what to do; a log that nobody reads is no reason to end.
	signal.Ignore(syscall.SIGINT, syscall.SIGPIPE)
	var reason exit
	if err := run(); !errors.As(err, &reason) {
		reason = exit{exitTemporary, err.Error()}
	}
	if reason.code != exitOK {
		log("error", reason.reason)
	}
	os.Exit(reason.code)
}

func run() error {
	stdin := bufio.NewReaderSize(os.Stdin, bootstrapMax)
	boot, err := readBootstrap(stdin)
	if err != nil {
		return err
	}
	config, err := parseConfig(boot.config)
	if err != nil {
		return err
	}
	wireConn, err := openWireSocket(config.listen)
	if err != nil {
		return err
	}
	nodeConn, bufferOctets, err := openNodeSocket(boot.Address)
	if err != nil {
		return err
	}
	session := newSession(nodeConn, bufferOctets, boot)
	star := newStar(wireConn, session, config.mtu)
	session.wire = star
	log("info", fmt.Sprintf("listening on %v", wireConn.LocalAddr()))
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	link := &link{
		session:    session,
		star:       star,
		node:       openInbox(nodeConn, datagramMax, nodeAhead),
		wire:       openInbox(wireConn, config.mtu+1, wireAhead), // one octet more shows what is too long
		terminated: terminated,
		stdinEnded: make(chan struct{}),
		parentPid:  boot.ParentPid,
	}
	go func() {
		io.Copy(io.Discard, stdin)
		close(link.stdinEnded)
	}()
	err = link.serve()
	session.close(err.Error())
	return err
}

func describe() {
	fmt.Printf(`{"name":%q,"version":%q,"flor_io":[1],"caps":["stats","roaming"],"config_schema":{"type":"object",`+
		`"additionalProperties":false,"required":["listen"],"properties":{"listen":{"type":"string"},`+
		`"mtu":{"type":"integer","minimum":%d,"maximum":%d,"default":%d}}}}`+"\n",
		linkName, linkVersion, mtuMin, mtuMax, mtuDefault)
}

func explain() {
	fmt.Fprintf(os.Stderr, "%s is a link of flor: a node starts it. List it in flor.yaml:\n\n  links:\n    - "+
		"{ name: star, kind: process, command: [%s], config: { listen: \"0.0.0.0:4600\" } }\n\n"+
		"With --flor-io-describe it says what it can.\n", linkName, os.Args[0])
}

// log writes one structured line for the node.
func log(level, text string) {
	json.NewEncoder(os.Stderr).Encode(map[string]string{"level": level, "msg": text})
}
