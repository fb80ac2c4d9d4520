package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
)

const (
	bootstrapMax = 65_536
	secretOctets = 32
	mtuMin       = 576
	mtuMax       = bundleMax - tokenOctets
	mtuDefault   = 1472
)

// bootstrap is what the node tells a link at its start.
type bootstrap struct {
	Address    netip.AddrPort  `json:"address"`
	Secret     []byte          `json:"secret"`
	ParentPid  int             `json:"parent_pid"`
	DeadlineMs int             `json:"deadline_ms"`
	config     json.RawMessage // of the link, unread by the node
}

// readBootstrap reads the one line on standard input; what follows there is nothing but the lifeline.
func readBootstrap(stdin *bufio.Reader) (*bootstrap, error) {
	unsound := exit{exitUsage, "standard input did not begin with a bootstrap line: a node starts this link"}
	line, err := stdin.ReadSlice('\n')
	if err != nil {
		return nil, unsound
	}
	whole := struct {
		FlorIO bootstrap       `json:"flor_io"`
		Config json.RawMessage `json:"config"`
	}{FlorIO: bootstrap{DeadlineMs: 5000}}
	err = json.Unmarshal(line, &whole)
	boot := &whole.FlorIO
	if err != nil || boot.Address.Addr() != netip.AddrFrom4([4]byte{127, 0, 0, 1}) || len(boot.Secret) != secretOctets {
		return nil, unsound
	}
	boot.config = whole.Config
	return boot, nil
}

// config is the link's configuration.
type config struct {
	listen netip.AddrPort
	mtu    int
}

// parseConfig checks the configuration; what it returns otherwise names the key and what is allowed.
func parseConfig(octets json.RawMessage) (*config, error) {
	said := struct {
		Listen string `json:"listen"`
		MTU    int    `json:"mtu"`
	}{MTU: mtuDefault}
	decoder := json.NewDecoder(bytes.NewReader(octets))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&said); err != nil {
		return nil, exit{exitConfiguration, fmt.Sprintf("config is not {listen, mtu}: %v", err)}
	}
	listen, err := netip.ParseAddrPort(said.Listen)
	if err != nil {
		return nil, exit{exitConfiguration,
			fmt.Sprintf(`listen: %q is not ADDRESS:PORT such as "0.0.0.0:4600" or "[::]:4600"`, said.Listen)}
	}
	if said.MTU < mtuMin || said.MTU > mtuMax {
		return nil, exit{exitConfiguration, fmt.Sprintf("mtu: %d is not from %d to %d", said.MTU, mtuMin, mtuMax)}
	}
	return &config{listen, said.MTU}, nil
}
