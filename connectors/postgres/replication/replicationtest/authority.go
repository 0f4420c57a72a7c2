// SPDX-License-Identifier: Apache-2.0

package replicationtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Types of PEM blocks.
const (
	Certificate = "CERTIFICATE"
	Key         = "PRIVATE KEY"
)

// Authority signs certificates that are good for an hour.
type Authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewAuthority makes one that nobody trusts yet.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	a := &Authority{t: t, cert: &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign}}
	a.key = a.makeKey()
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, a.key.Public(), a.key)
	require.NoError(t, err)
	a.cert, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	return a
}

func (a *Authority) makeKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	return key
}

// Sign makes a certificate for a name and addresses, and its key, as DER.
func (a *Authority) Sign(name string, ips ...net.IP) (cert, key []byte) {
	made := a.makeKey()
	cert, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, IPAddresses: ips,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}},
		a.cert, made.Public(), a.key)
	require.NoError(a.t, err)
	key, err = x509.MarshalPKCS8PrivateKey(made)
	require.NoError(a.t, err)
	return cert, key
}

// Serves is the configuration of a server with a certificate for an address.
func (a *Authority) Serves(ip string) *tls.Config {
	cert, der := a.Sign("server", net.ParseIP(ip))
	key, err := x509.ParsePKCS8PrivateKey(der)
	require.NoError(a.t, err)
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: key}}, ClientCAs: pool}
}

// Root is a file with the authority's own certificate.
func (a *Authority) Root() string { return a.File("root.crt", Certificate, a.cert.Raw) }

// File writes a file that ends with the test: a block of PEM, or the bytes themselves where it has no type.
func (a *Authority) File(name, block string, der []byte) string {
	path := filepath.Join(a.t.TempDir(), name)
	if block != "" {
		der = pem.EncodeToMemory(&pem.Block{Type: block, Bytes: der})
	}
	require.NoError(a.t, os.WriteFile(path, der, 0o600))
	return path
}
