// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

const usePEM = "Java key stores cannot be read. Export the certificates with keytool -exportcert -rfc (keys with openssl pkcs12 -nodes) " +
	"into a PEM file and set %s=PEM"

// tlsConfig reads ssl.*. Without a trust store the roots of the system are trusted.
func (v *values) tlsConfig() *tls.Config {
	lowest, highest := v.tlsVersions()
	cfg := &tls.Config{MinVersion: lowest, MaxVersion: highest, RootCAs: v.trusted()}
	if cert := v.keyPair(); cert != nil {
		cfg.Certificates = []tls.Certificate{*cert}
	}
	switch strings.ToLower(v.text("ssl.endpoint.identification.algorithm")) {
	case "https":
	case "":
		verifyChainOnly(cfg)
	default:
		v.fail("ssl.endpoint.identification.algorithm", "use https, or an empty value to accept any host name")
	}
	return cfg
}

// verifyChainOnly keeps the check of the certificate chain and drops that of the host name, which is what Java does with an empty
// ssl.endpoint.identification.algorithm.
func verifyChainOnly(cfg *tls.Config) {
	cfg.InsecureSkipVerify = true
	cfg.VerifyConnection = func(state tls.ConnectionState) error {
		intermediates := x509.NewCertPool()
		for _, cert := range state.PeerCertificates[1:] {
			intermediates.AddCert(cert)
		}
		_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: cfg.RootCAs, Intermediates: intermediates})
		return err
	}
}

// tlsVersions follows ssl.enabled.protocols; versions before 1.2 are off in Go and in Kafka.
func (v *values) tlsVersions() (lowest, highest uint16) {
	known := map[string]uint16{"TLSv1.2": tls.VersionTLS12, "TLSv1.3": tls.VersionTLS13}
	for _, name := range v.list("ssl.enabled.protocols") {
		version, ok := known[name]
		if !ok {
			v.fail("ssl.enabled.protocols", "only TLSv1.2 and TLSv1.3 are supported")
			return 0, 0
		}
		if lowest == 0 || version < lowest {
			lowest = version
		}
		highest = max(highest, version)
	}
	return lowest, highest
}

func (v *values) trusted() *x509.CertPool {
	text := v.pemText("ssl.truststore", "ssl.truststore.certificates")
	if text == nil {
		return nil
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		v.fail(v.pemKey("ssl.truststore", "ssl.truststore.certificates"), "no PEM certificate found")
	}
	return roots
}

// keyPair is the client's own certificate: one PEM file with the chain and the key, or the two inline properties.
func (v *values) keyPair() *tls.Certificate {
	chain := v.pemText("ssl.keystore", "ssl.keystore.certificate.chain")
	if chain == nil {
		return nil
	}
	from := v.pemKey("ssl.keystore", "ssl.keystore.certificate.chain")
	key := chain
	if inline := v.text("ssl.keystore.key"); inline != "" {
		key = []byte(inline)
	}
	if bytes.Contains(key, []byte("ENCRYPTED")) {
		v.fail(from, "encrypted private keys cannot be read. Decrypt it with openssl pkcs8 -in key.pem -out plain.pem and protect the file by its permissions")
		return nil
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		v.fail(from, "no usable PEM certificate chain and private key: "+err.Error())
		return nil
	}
	return &pair
}

// pemText returns the content of a store: the inline property, or the file at <store>.location. Which of the two a file is shows in
// its first bytes, so that a PEM file is taken also where <store>.type was left at JKS.
func (v *values) pemText(store, inline string) []byte {
	if text := v.text(inline); text != "" {
		return []byte(text)
	}
	location := v.text(store + ".location")
	if location == "" {
		return nil
	}
	text, err := os.ReadFile(location)
	if err != nil {
		v.fail(store+".location", "cannot read it: "+withoutPath(err))
		return nil
	}
	if block, _ := pem.Decode(text); block != nil {
		return text
	}
	if v.text(store+".type") == "PEM" {
		v.fail(store+".location", "no PEM block found")
	} else {
		v.fail(store+".location", fmt.Sprintf(usePEM, store+".type"))
	}
	return nil
}

func (v *values) pemKey(store, inline string) string {
	if v.text(inline) != "" {
		return inline
	}
	return store + ".location"
}

// withoutPath drops the path, which the error text already shows as the value.
func withoutPath(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// withTLS bounds a dial in time and puts TLS on the connection where cfg is given. Doing this here, not in franz-go, keeps one injected
// dialer in front of every kind of connection.
func withTLS(dial Dialer, cfg *tls.Config, timeout time.Duration) Dialer {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return func(ctx context.Context, network, host string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		conn, err := dial(ctx, network, host)
		if err != nil || cfg == nil {
			return conn, err
		}
		return handshake(ctx, conn, cfg, host)
	}
}

func handshake(ctx context.Context, conn net.Conn, cfg *tls.Config, host string) (net.Conn, error) {
	cfg = cfg.Clone()
	cfg.ServerName = host
	if name, _, err := net.SplitHostPort(host); err == nil {
		cfg.ServerName = name
	}
	secured := tls.Client(conn, cfg)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("TLS handshake with %s: %w", host, err), conn.Close())
	}
	return secured, nil
}
