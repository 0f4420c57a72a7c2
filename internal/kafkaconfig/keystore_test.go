// SPDX-License-Identifier: Apache-2.0

package kafkaconfig_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// The passwords of testdata/stores.
const (
	storePassword = "storesecret"
	keyPassword   = "keysecret"
)

func stored(name string) string { return filepath.Join("testdata", "stores", name) }

func storedText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(stored(name))
	require.NoError(t, err)
	return string(text)
}

// shake has a client that trusts ca.pem shake hands with a server, and returns what the client saw and both errors.
func shake(t *testing.T, server, client *tls.Config) (tls.ConnectionState, error, error) {
	t.Helper()
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM([]byte(storedText(t, "ca.pem"))))
	client.RootCAs, client.ServerName = roots, "localhost"
	here, there := net.Pipe()
	defer here.Close()
	ended := make(chan error, 1)
	go func() {
		defer there.Close()
		conn := tls.Server(there, server)
		err := conn.HandshakeContext(context.WithoutCancel(t.Context()))
		if err == nil {
			_, err = conn.Write([]byte("."))
		}
		ended <- err
	}()
	conn := tls.Client(here, client)
	err := conn.HandshakeContext(t.Context())
	if err == nil {
		_, err = conn.Read(make([]byte, 1)) // with TLS 1.3 a client hears only then that its certificate was refused
	}
	state := conn.ConnectionState()
	_ = here.Close()
	return state, err, <-ended
}

// serverTLS reads properties that are right.
func serverTLS(t *testing.T, prefix string, pairs ...string) *tls.Config {
	t.Helper()
	cfg, warnings, errs := kafkaconfig.ServerTLS(with(pairs...), prefix)
	require.Empty(t, errs)
	assert.Empty(t, warnings)
	return cfg
}

func TestKeyStoresOfEveryFormat(t *testing.T) {
	oneLine := func(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "\n", " ") }
	text := storedText(t, "server.pem")
	chain, key := text[:strings.Index(text, "-----BEGIN PRIVATE")], text[strings.Index(text, "-----BEGIN PRIVATE"):]
	tests := []struct {
		name  string
		props []string
	}{
		{"JKS, whose key has a password of its own", []string{"ssl.keystore.location", stored("server.jks"), "ssl.keystore.password", storePassword, "ssl.key.password", keyPassword}},
		{"PKCS12", []string{"ssl.keystore.type", "PKCS12", "ssl.keystore.location", stored("server.p12"), "ssl.keystore.password", storePassword}},
		{"PKCS12 though the type says JKS, as Java takes it", []string{"ssl.keystore.location", stored("server.p12"), "ssl.keystore.password", storePassword}},
		{"PKCS12 with a certificate beside the key", []string{"ssl.keystore.type", "pkcs12", "ssl.keystore.location", stored("mixed.p12"), "ssl.keystore.password", storePassword}},
		{"PKCS12 of OpenSSL", []string{"ssl.keystore.type", "PKCS12", "ssl.keystore.location", stored("openssl.p12"), "ssl.keystore.password", storePassword}},
		{"PEM", []string{"ssl.keystore.type", "PEM", "ssl.keystore.location", stored("server.pem")}},
		{"PEM with an encrypted key", []string{"ssl.keystore.type", "PEM", "ssl.keystore.location", stored("server-encrypted.pem"), "ssl.key.password", keyPassword}},
		{"inline PEM", []string{"ssl.keystore.type", "PEM", "ssl.keystore.certificate.chain", chain, "ssl.keystore.key", key}},
		{"inline PEM on one line", []string{"ssl.keystore.type", "PEM", "ssl.keystore.certificate.chain", oneLine(chain), "ssl.keystore.key", oneLine(key)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			state, err, serverErr := shake(t, serverTLS(t, "", tt.props...), &tls.Config{})
			require.NoError(t, err)
			require.NoError(t, serverErr)
			require.Len(t, state.PeerCertificates, 2, "the certificate of the authority is sent too")
			assert.Equal(t, "CN=localhost", state.PeerCertificates[0].Subject.String())
		})
	}
}

func TestTrustStoresOfEveryFormat(t *testing.T) {
	serverPair := serverTLS(t, "", "ssl.keystore.type", "PEM", "ssl.keystore.location", stored("server.pem")).Certificates
	tests := []struct {
		name  string
		props []string
	}{
		{"JKS", []string{"ssl.truststore.location", stored("trust.jks"), "ssl.truststore.password", storePassword}},
		{"JKS without the password, which only its checksum needs", []string{"ssl.truststore.location", stored("trust.jks")}},
		{"PKCS12", []string{"ssl.truststore.type", "PKCS12", "ssl.truststore.location", stored("trust.p12"), "ssl.truststore.password", storePassword}},
		{"the certificates of a JKS key store", []string{"ssl.truststore.location", stored("server.jks"), "ssl.truststore.password", storePassword}},
		{"the certificate of a PKCS12 key", []string{"ssl.truststore.location", stored("server.p12"), "ssl.truststore.password", storePassword}},
		{"PEM", []string{"ssl.truststore.type", "PEM", "ssl.truststore.location", stored("ca.pem")}},
		{"inline PEM on one line", []string{"ssl.truststore.type", "PEM", "ssl.truststore.certificates", strings.ReplaceAll(storedText(t, "ca.pem"), "\n", " ")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cluster := newCluster(t, kfake.TLS(&tls.Config{Certificates: serverPair}))
			require.NoError(t, ping(t, cluster.ListenAddrs()[0], with(append(tt.props, "security.protocol", "SSL")...)))
		})
	}
}

func TestAClientShowsTheKeyOfItsStore(t *testing.T) {
	serverSide := serverTLS(t, "", "ssl.keystore.location", stored("server.p12"), "ssl.keystore.password", storePassword, "ssl.client.auth", "required",
		"ssl.truststore.location", stored("trust.p12"), "ssl.truststore.password", storePassword)
	cluster := newCluster(t, kfake.TLS(serverSide))
	require.NoError(t, ping(t, cluster.ListenAddrs()[0], with("security.protocol", "SSL",
		"ssl.truststore.location", stored("trust.jks"), "ssl.truststore.password", storePassword,
		"ssl.keystore.location", stored("server.jks"), "ssl.keystore.password", storePassword, "ssl.key.password", keyPassword)))
}

func TestKeyStoresThatCannotBeRead(t *testing.T) {
	text := storedText(t, "server-encrypted.pem")
	damaged := storedText(t, "trust.jks")
	tests := []struct {
		name  string
		props []string
		want  string
	}{
		{"none", nil, "Invalid value null for configuration ssl.keystore.location: an https listener needs a key store with a private key and its certificate"},
		{"no such file", []string{"ssl.keystore.location", "/nowhere/a.jks"}, "Invalid value /nowhere/a.jks for configuration ssl.keystore.location: cannot read it: "},
		{"a folder", []string{"ssl.keystore.location", "testdata"}, "Invalid value testdata for configuration ssl.keystore.location: cannot read it: "},
		{"no password", []string{"ssl.keystore.location", stored("server.jks")}, "configuration ssl.keystore.location: SSL key store is specified, but key store password is not specified."},
		{"a wrong password of JKS", []string{"ssl.keystore.location", stored("server.jks"), "ssl.keystore.password", "guess1"},
			"Invalid value [hidden] for configuration ssl.keystore.password: it does not open the key store, or the file is damaged"},
		{"a wrong password of PKCS12", []string{"ssl.keystore.location", stored("server.p12"), "ssl.keystore.password", "guess1"},
			"Invalid value [hidden] for configuration ssl.keystore.password: it does not open the key store, or the file is damaged"},
		{"a wrong password of a JKS key", []string{"ssl.keystore.location", stored("server.jks"), "ssl.keystore.password", storePassword, "ssl.key.password", "guess1"},
			"Invalid value [hidden] for configuration ssl.key.password: it does not open the private key"},
		{"a wrong password of a PEM key", []string{"ssl.keystore.type", "PEM", "ssl.keystore.location", stored("server-encrypted.pem"), "ssl.key.password", "guess1"},
			"Invalid value [hidden] for configuration ssl.key.password: it does not open the private key"},
		{"no password of a PEM key", []string{"ssl.keystore.type", "PEM", "ssl.keystore.certificate.chain", text, "ssl.keystore.key", text},
			"Invalid value [hidden] for configuration ssl.keystore.certificate.chain: the private key is encrypted: its password belongs into ssl.key.password"},
		{"no key", []string{"ssl.keystore.location", stored("trust.jks"), "ssl.keystore.password", storePassword}, "configuration ssl.keystore.location: the key store has no private key"},
		{"no key in PKCS12", []string{"ssl.keystore.location", stored("trust.p12"), "ssl.keystore.password", storePassword}, "configuration ssl.keystore.location: read the PKCS12 file: "},
		{"JKS where the type is PEM", []string{"ssl.keystore.type", "PEM", "ssl.keystore.location", stored("server.jks")}, "configuration ssl.keystore.location: no PEM block found"},
		{"another type", []string{"ssl.keystore.type", "BCFKS", "ssl.keystore.location", stored("server.jks")}, "Invalid value BCFKS for configuration ssl.keystore.type: use JKS, PKCS12 or PEM"},
		{"no key store at all", []string{"ssl.keystore.location", "keystore_test.go"}, "configuration ssl.keystore.location: this is no JKS, PKCS12 or PEM file"},
		{"a damaged file", []string{"ssl.keystore.location", stored("server.pem"), "ssl.client.auth", "required", "ssl.truststore.location", file(t, []byte(damaged[:len(damaged)-60]))},
			"configuration ssl.truststore.location: the key store is damaged: "},
		{"a file of four bytes", []string{"ssl.keystore.location", file(t, []byte(damaged[:4])), "ssl.keystore.password", storePassword}, "configuration ssl.keystore.location: the key store ends early"},
		{"no ASN.1", []string{"ssl.keystore.location", file(t, []byte("0 what")), "ssl.keystore.password", storePassword}, "configuration ssl.keystore.location: read the PKCS12 file: "},
		{"a wrong password of a trust store", []string{"ssl.keystore.location", stored("server.pem"), "ssl.client.auth", "required",
			"ssl.truststore.location", stored("trust.p12"), "ssl.truststore.password", "guess1"}, "Invalid value [hidden] for configuration ssl.truststore.password: it does not open"},
		{"a client authentication that there is not", []string{"ssl.keystore.location", stored("server.pem"), "ssl.client.auth", "maybe"},
			"Invalid value maybe for configuration ssl.client.auth: String must be one of: required, requested, none"},
	}
	for _, tt := range tests {
		for _, prefix := range []string{"", "listeners.https."} {
			t.Run(prefix+tt.name, func(t *testing.T) {
				props := with()
				for i := 0; i < len(tt.props); i += 2 {
					props[prefix+tt.props[i]] = tt.props[i+1]
				}
				_, _, errs := kafkaconfig.ServerTLS(props, "listeners.https.")
				require.Len(t, errs, 1)
				want := tt.want
				if len(tt.props) > 0 {
					want = strings.ReplaceAll(want, "configuration ", "configuration "+prefix)
				}
				require.ErrorContains(t, errs[0], want)
				for _, secret := range []string{"guess1", storePassword, keyPassword} {
					assert.NotContains(t, errs[0].Error(), secret)
				}
			})
		}
	}
}
