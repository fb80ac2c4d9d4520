package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/quic-go/quic-go"
)

const connectWithin = 250 * time.Second

func request(port int, node bool, action string, amount int) error {
	connections := 1
	if action == "connections" {
		connections, action, amount = amount, "get", 32
	}
	security := &tls.Config{InsecureSkipVerify: true, NextProtos: []string{protocol}, ServerName: "localhost"}
	if node {
		certificate, err := makeCertificate(false, true)
		if err != nil {
			return err
		}
		security.Certificates = []tls.Certificate{certificate}
	}
	for range connections {
		if err := connect(port, security, action, amount); err != nil {
			return err
		}
	}
	return nil
}

func connect(port int, security *tls.Config, action string, amount int) error {
	socket, err := listen(0)
	if err != nil {
		return err
	}
	defer socket.Close()
	transport := &quic.Transport{Conn: socket}
	defer transport.Close()
	within, cancel := timeout(connectWithin)
	defer cancel()
	server := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
	connection, err := transport.Dial(within, server, security, settings)
	if err != nil {
		return err
	}
	defer connection.CloseWithError(0, "done")
	return act(connection, action, amount)
}

func act(connection *quic.Conn, action string, amount int) error {
	switch action {
	case "get":
		return get(connection, amount)
	case "put":
		return put(connection, amount)
	case "streams":
		return streams(connection, amount)
	case "datagrams":
		return datagrams(connection, amount)
	case "key-update":
		// quic-go updates its keys by itself: after 100 packets, and from then on after 100,000.
		return get(connection, 1_000_000)
	case "until-reset":
		return untilReset(connection)
	}
	return fmt.Errorf("quic-go has no action %s", action)
}

func get(connection *quic.Conn, octets int) error {
	answer, err := ask(connection, fmt.Sprintf("get %d\n", octets), nil)
	if err == nil && !bytes.Equal(answer, content(octets)) {
		err = fmt.Errorf("got %d octets that are not the first %d of the content", len(answer), octets)
	}
	return err
}

func put(connection *quic.Conn, octets int) error {
	sent := content(octets)
	answer, err := ask(connection, fmt.Sprintf("put %d\n", octets), sent)
	if err == nil && string(answer) != hashOf(sent) {
		err = errors.New("the server hashed other octets")
	}
	return err
}

func ask(connection *quic.Conn, line string, octets []byte) ([]byte, error) {
	stream, err := connection.OpenStreamSync(connection.Context())
	if err != nil {
		return nil, err
	}
	if _, err := stream.Write(append([]byte(line), octets...)); err != nil {
		return nil, err
	}
	if err := stream.Close(); err != nil {
		return nil, err
	}
	return io.ReadAll(stream)
}

func streams(connection *quic.Conn, count int) error {
	results := make(chan error, count)
	for range count {
		go func() { results <- get(connection, 32) }()
	}
	var failed error
	for range count {
		if err := <-results; err != nil {
			failed = err
		}
	}
	return failed
}

func datagrams(connection *quic.Conn, count int) error {
	for number := range count {
		sent := append([]byte(fmt.Sprintf("datagram %d ", number)), make([]byte, 900)...)
		if err := connection.SendDatagram(sent); err != nil {
			return err
		}
		within, cancel := timeout(100 * time.Second)
		answer, err := connection.ReceiveDatagram(within)
		cancel()
		if err != nil {
			return fmt.Errorf("datagram %d: %w", number, err)
		}
		if !bytes.Equal(answer, sent) {
			return fmt.Errorf("datagram %d came back changed", number)
		}
	}
	return nil
}

func untilReset(connection *quic.Conn) error {
	for {
		if err := get(connection, 32); err != nil {
			var reset *quic.StatelessResetError
			if errors.As(err, &reset) {
				return nil
			}
			return fmt.Errorf("ended otherwise: %w", err)
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-context.Background().Done():
		}
	}
}
