package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"net"

	"github.com/quic-go/quic-go"
)

func serve(port int, retry, large bool, resetKey string) error {
	certificate, err := makeCertificate(large, false)
	if err != nil {
		return err
	}
	socket, err := listen(port)
	if err != nil {
		return err
	}
	transport := &quic.Transport{Conn: socket, VerifySourceAddress: func(net.Addr) bool { return retry }}
	if resetKey != "" {
		key, err := hex.DecodeString(resetKey)
		if err != nil || len(key) != len(quic.StatelessResetKey{}) {
			return fmt.Errorf("--reset-key %s is not 32 octets in hexadecimal", resetKey)
		}
		transport.StatelessResetKey = (*quic.StatelessResetKey)(key)
	}
	security := &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{protocol}}
	listener, err := transport.Listen(security, settings)
	if err != nil {
		return err
	}
	fmt.Println("listening", socket.LocalAddr().(*net.UDPAddr).Port)
	for {
		connection, err := listener.Accept(context.Background())
		if err != nil {
			return err
		}
		go echo(connection)
		go answerStreams(connection)
	}
}

func echo(connection *quic.Conn) {
	for {
		octets, err := connection.ReceiveDatagram(context.Background())
		if err != nil {
			return
		}
		_ = connection.SendDatagram(octets)
	}
}

func answerStreams(connection *quic.Conn) {
	for {
		stream, err := connection.AcceptStream(context.Background())
		if err != nil {
			return
		}
		go answer(stream)
	}
}

func answer(stream *quic.Stream) {
	defer stream.Close()
	reader := bufio.NewReader(stream)
	var verb string
	var octets int
	if _, err := fmt.Fscanf(reader, "%s %d\n", &verb, &octets); err != nil {
		stream.CancelWrite(1)
		return
	}
	if verb == "get" {
		_, _ = stream.Write(content(octets))
		return
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, reader); err != nil {
		stream.CancelWrite(2)
		return
	}
	_, _ = stream.Write([]byte(hex.EncodeToString(hash.Sum(nil))))
}
