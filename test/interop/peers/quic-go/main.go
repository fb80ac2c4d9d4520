// quic-go as client and server of the interoperability tests; peers/README.md says what its arguments do.
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/quic-go/quic-go"
)

const protocol = "flor-interop"

var settings = &quic.Config{
	EnableDatagrams:                true,
	HandshakeIdleTimeout:           250 * time.Second,
	MaxIdleTimeout:                 250 * time.Second,
	InitialStreamReceiveWindow:     8 << 20,
	InitialConnectionReceiveWindow: 16 << 20,
	MaxIncomingStreams:             100,
}

func main() {
	server := flag.NewFlagSet("server", flag.ExitOnError)
	servedPort := server.Int("port", 0, "where to listen, 0: a free one")
	retry := server.Bool("retry", false, "validate every address by a Retry")
	large := server.Bool("large-certificate", false, "show a certificate of more than 6,000 octets")
	resetKey := server.String("reset-key", "", "key of stateless resets, 32 octets in hexadecimal")
	client := flag.NewFlagSet("client", flag.ExitOnError)
	port := client.Int("port", 0, "the server's")
	node := client.Bool("node-certificate", false, "show a certificate with an Ed25519 key, as nodes do")

	var err error
	switch {
	case len(os.Args) > 1 && os.Args[1] == "server":
		_ = server.Parse(os.Args[2:])
		err = serve(*servedPort, *retry, *large, *resetKey)
	case len(os.Args) > 1 && os.Args[1] == "client":
		_ = client.Parse(os.Args[2:])
		amount, _ := strconv.Atoi(client.Arg(1))
		err = request(*port, *node, client.Arg(0), amount)
	default:
		err = errors.New("say server or client")
	}
	if err == nil {
		fmt.Println(`{"ok":true}`)
		return
	}
	report, _ := json.Marshal(map[string]any{"ok": false, "error": err.Error()})
	fmt.Println(string(report))
	os.Exit(1)
}

func makeCertificate(large, node bool) (tls.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "quic-go"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
	if large {
		id := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 1}
		template.ExtraExtensions = []pkix.Extension{{Id: id, Value: content(6000)}}
	}
	var public, private any
	if node {
		publicKey, privateKey, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return tls.Certificate{}, err
		}
		public, private = publicKey, privateKey
	} else {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return tls.Certificate{}, err
		}
		public, private = &key.PublicKey, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, err
}

const period = 65521

// content gives the first octets of what servers answer.
func content(octets int) []byte {
	out := make([]byte, octets)
	for i := range out[:min(octets, period)] {
		out[i] = byte(i*167 + (i>>8)*13)
	}
	for at := period; at < octets; at *= 2 {
		copy(out[at:], out[:at])
	}
	return out
}

func hashOf(octets []byte) string {
	sum := sha256.Sum256(octets)
	return hex.EncodeToString(sum[:])
}

func listen(port int) (*net.UDPConn, error) {
	return net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
}

func timeout(after time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), after)
}
