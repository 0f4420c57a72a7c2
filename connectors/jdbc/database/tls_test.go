// SPDX-License-Identifier: Apache-2.0

package database

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pavlo-v-chernykh/keystore-go/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"
)

// identity is a certificate that vouches for itself, with its key.
type identity struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	// pkcs8 is the key in DER.
	pkcs8 []byte
}

func newIdentity(t *testing.T) identity {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"db"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return identity{cert, key, pkcs8}
}

func (i identity) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.cert.Raw})
}

const storePassword = "changeit"

func (i identity) javaStore(t *testing.T) []byte {
	own := keystore.Certificate{Type: "X509", Content: i.cert.Raw}
	store := keystore.New()
	require.NoError(t, store.SetTrustedCertificateEntry("ca", keystore.TrustedCertificateEntry{CreationTime: time.Now(), Certificate: own}))
	require.NoError(t, store.SetPrivateKeyEntry("own", keystore.PrivateKeyEntry{CreationTime: time.Now(), PrivateKey: i.pkcs8, CertificateChain: []keystore.Certificate{own}}, []byte(storePassword)))
	var b bytes.Buffer
	require.NoError(t, store.Store(&b, []byte(storePassword)))
	return b.Bytes()
}

func fileOf(t *testing.T, data []byte) string {
	path := filepath.Join(t.TempDir(), "a file")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

func TestAuthoritiesAreReadFromAnyForm(t *testing.T) {
	i := newIdentity(t)
	trust, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{i.cert}, storePassword)
	require.NoError(t, err)
	path := fileOf(t, i.pem())
	for form, file := range map[string]string{
		"PEM": path, "a URL": "file://" + (&url.URL{Path: path}).EscapedPath(), "PEM in place of a name": string(i.pem()),
		"DER": fileOf(t, i.cert.Raw), "PKCS-12": fileOf(t, trust), "JKS": fileOf(t, i.javaStore(t)),
	} {
		roots, err := rootsOf(file, storePassword)
		require.NoError(t, err, form)
		assert.NoError(t, chainOnly(roots).VerifyConnection(tls.ConnectionState{PeerCertificates: []*x509.Certificate{i.cert}}), form)
		assert.Error(t, chainOnly(roots).VerifyConnection(tls.ConnectionState{PeerCertificates: []*x509.Certificate{newIdentity(t).cert}}), form)
	}
	_, err = rootsOf(fileOf(t, trust), "not the password")
	assert.ErrorContains(t, err, "neither PEM")
}

func TestCertificateAndKeyAreReadFromAnyForm(t *testing.T) {
	i := newIdentity(t)
	certificate := fileOf(t, i.pem())
	both, err := pkcs12.Modern.Encode(i.key, i.cert, nil, storePassword)
	require.NoError(t, err)
	sec1, err := x509.MarshalECPrivateKey(i.key)
	require.NoError(t, err)
	for form, key := range map[string][]byte{
		"PKCS-8 in DER": i.pkcs8, "PKCS-8 in PEM": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: i.pkcs8}),
		"SEC 1": pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}), "PKCS-12": both, "JKS": i.javaStore(t),
	} {
		pair, err := keyPair(certificate, fileOf(t, key), storePassword)
		require.NoError(t, err, form)
		assert.Equal(t, i.cert.Raw, pair.Certificate[0], form)
		assert.True(t, i.key.Equal(pair.PrivateKey), form)
	}
	_, err = keyPair(certificate, fileOf(t, both), "not the password")
	assert.ErrorContains(t, err, "encrypted keys")
}
