// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"time"
)

// trust is how this worker proves who it is, and whom it believes.
type trust struct {
	// own is the public key of presented, "" where the user's certificates are used.
	own string
	// presented proves this worker.
	presented tls.Certificate
	// accepted are the public keys of those that are believed.
	accepted map[string]bool
	// user are the user's own certificates; nil uses the above.
	user *tls.Config
}

// label makes keys that are good for nothing else; it is part of what workers have to agree on.
const label = "longshore gateway ed25519 1"

var errSecretsDiffer = errors.New("it has another cluster.secret: set the same on all workers of the group, and check that it belongs to this one")

func newTrust(o Options) (*trust, error) {
	if o.TLS == nil {
		return derive(o.Keys)
	}
	if len(o.TLS.Certificates) == 0 && o.TLS.GetCertificate == nil {
		return nil, errors.New("its TLS settings have no certificate to show to other workers")
	}
	return &trust{user: o.TLS}, nil
}

// derive makes a pair of Ed25519 keys of each secret, by HKDF with SHA-256.
func derive(secrets [][]byte) (*trust, error) {
	if len(secrets) == 0 {
		return nil, errors.New("it has neither a secret of the cluster nor certificates")
	}
	t := &trust{accepted: map[string]bool{}}
	for i, secret := range secrets {
		if len(secret) == 0 {
			return nil, errors.New("a secret of the cluster is empty")
		}
		seed, err := hkdf.Key(sha256.New, secret, nil, label, ed25519.SeedSize)
		if err != nil {
			return nil, fmt.Errorf("derive a key from the secret of the cluster: %w", err)
		}
		key := ed25519.NewKeyFromSeed(seed)
		public := string(key.Public().(ed25519.PublicKey))
		t.accepted[public] = true
		if i > 0 {
			continue
		}
		t.own = public
		if t.presented, err = selfSigned(key); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// selfSigned wraps a key in a certificate. Only its key is ever looked at: neither names nor dates.
func selfSigned(key ed25519.PrivateKey) (tls.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "longshore"},
		NotBefore:    time.Unix(0, 0),
		NotAfter:     time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
	}
	// Ed25519 signs without randomness.
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make the certificate of the gateway: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// serverConfig is for those who call. Whose key a caller has shown is looked at after the handshake, so that it can be told.
func (t *trust) serverConfig() *tls.Config {
	if t.user == nil {
		return t.derivedConfig()
	}
	config := t.user.Clone()
	config.ClientAuth = tls.RequireAndVerifyClientCert
	if config.ClientCAs == nil {
		config.ClientCAs = config.RootCAs
	}
	return config
}

// clientConfig is for those who are called.
func (t *trust) clientConfig(address string) *tls.Config {
	if t.user == nil {
		config := t.derivedConfig()
		config.InsecureSkipVerify = true // the key counts, instead of names and dates
		config.VerifyConnection = func(state tls.ConnectionState) error {
			if !t.accepted[publicKey(state)] {
				return errSecretsDiffer
			}
			return nil
		}
		return config
	}
	config := t.user.Clone()
	if host, _, err := net.SplitHostPort(address); config.ServerName == "" && err == nil {
		config.ServerName = host
	}
	return config
}

func (t *trust) derivedConfig() *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{t.presented},
		ClientAuth:             tls.RequireAnyClientCert,
		SessionTicketsDisabled: true,
	}
}

// believes says whether a connection that was proved so could be made now.
func (t *trust) believes(own, peer string) bool {
	return t.user != nil || t.accepted[own] && t.accepted[peer]
}

// publicKey is that which the other side has proved to have, "" for one of another kind.
func publicKey(state tls.ConnectionState) string {
	if len(state.PeerCertificates) == 0 {
		return ""
	}
	key, _ := state.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	return string(key)
}
