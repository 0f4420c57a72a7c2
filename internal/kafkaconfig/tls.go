// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// tlsConfig reads ssl.* of a client. Without a trust store the roots of the system are trusted.
func (v *values) tlsConfig() *tls.Config {
	cfg := &tls.Config{RootCAs: v.trustedRoots(), Certificates: v.keyPairs()}
	v.negotiation(cfg)
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
		if err != nil {
			return &tls.CertificateVerificationError{UnverifiedCertificates: state.PeerCertificates, Err: err}
		}
		return nil
	}
}

// withTLS bounds a dial in time and puts TLS on the connection where cfg is given. Doing this here, not in franz-go, keeps one injected
// dialer in front of every kind of connection.
func withTLS(dial Dialer, cfg *tls.Config, timeout time.Duration) Dialer {
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
