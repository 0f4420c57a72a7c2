// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

func TestModesOfEncryption(t *testing.T) {
	ours, other := replicationtest.NewAuthority(t), replicationtest.NewAuthority(t)
	const right, wrong = "127.0.0.1", "192.0.2.1"
	const java = "org.postgresql.ssl.NonValidatingFactory"
	cases := []struct {
		mode, root, host string
		trust            bool
		plain, encrypted bool // whether it gets through to a server without TLS, and to one with nothing else
	}{
		{mode: "disable", host: right, plain: true},
		{mode: "allow", host: wrong, plain: true, encrypted: true},
		{mode: "prefer", host: wrong, plain: true, encrypted: true},
		{mode: "require", host: wrong, encrypted: true},
		{mode: "require", root: other.Root(), host: right},
		{mode: "verify-ca", root: ours.Root(), host: wrong, encrypted: true},
		{mode: "verify-ca", root: other.Root(), host: right},
		{mode: "verify-ca", root: other.Root(), host: right, trust: true, encrypted: true},
		{mode: "verify-full", root: ours.Root(), host: right, encrypted: true},
		{mode: "verify-full", root: ours.Root(), host: wrong},
		{mode: "verify-full", root: other.Root(), host: right},
		{mode: "verify-full", root: other.Root(), host: wrong, trust: true, encrypted: true},
	}
	for _, c := range cases {
		name := c.mode
		if c.trust {
			name += " with " + java
		}
		t.Run(name, func(t *testing.T) {
			without, only := replicationtest.New(t), replicationtest.New(t)
			only.TLS, only.Only = ours.Serves(c.host), true
			for _, server := range []*replicationtest.Server{without, only} {
				s := of(server)
				s.SSLMode, s.SSLRootCert, s.TrustAll = c.mode, c.root, c.trust
				conn, err := database(t, s).Replicate(t.Context())
				if err == nil {
					conn.Close()
				}
				want := c.plain
				if server == only {
					want = c.encrypted
				}
				require.Equal(t, want, err == nil, "encrypted: %t, %v", server == only, err)
			}
		})
	}
}

func TestClientsShowTheirCertificates(t *testing.T) {
	ours := replicationtest.NewAuthority(t)
	cert, key := ours.Sign("u")
	legacy, err := x509.EncryptPEMBlock(rand.Reader, "PRIVATE KEY", key, []byte(secret), x509.PEMCipherAES256) //nolint:staticcheck // keys of that form exist
	require.NoError(t, err)
	chain := ours.File("client.crt", replicationtest.Certificate, cert)
	old := filepath.Join(t.TempDir(), "old.key")
	require.NoError(t, os.WriteFile(old, pem.EncodeToMemory(legacy), 0o600))
	cases := map[string]struct {
		set  func(s *settings.Database)
		want string // of the error, "" for none
	}{
		"PEM":                     {func(s *settings.Database) { s.SSLKey = ours.File("client.key", replicationtest.Key, key) }, ""},
		"PKCS8 as Java has it":    {func(s *settings.Database) { s.SSLKey = ours.File("client.pk8", "", key) }, ""},
		"encrypted PEM":           {func(s *settings.Database) { s.SSLKey, s.SSLPassword = old, secret }, ""},
		"with another password":   {func(s *settings.Database) { s.SSLKey, s.SSLPassword = old, connect.Password("other") }, "could not be decrypted with database.sslpassword"},
		"a key without its chain": {func(s *settings.Database) { s.SSLCert, s.SSLKey = "", old }, "have to be set together"},
		"no file":                 {func(s *settings.Database) { s.SSLKey = "/no/such/file" }, "read database.sslkey"},
		"no key":                  {func(s *settings.Database) { s.SSLKey = chain }, "read database.sslcert and database.sslkey"},
		"not even text":           {func(s *settings.Database) { s.SSLKey = ours.File("x", "", []byte("x")) }, "it is neither PEM nor"},
		"a store of Java":         {func(s *settings.Database) { s.SSLKey = ours.File("x.p12", "", []byte("x")) }, "openssl pkcs12"},
		"none":                    {func(s *settings.Database) { s.SSLCert = "" }, "certificate required"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := replicationtest.New(t)
			server.TLS, server.Only = ours.Serves("127.0.0.1"), true
			server.TLS.ClientAuth = tls.RequireAndVerifyClientCert
			s := of(server)
			s.SSLMode, s.SSLRootCert, s.SSLCert = "verify-full", ours.Root(), chain
			c.set(&s)
			d, err := NewDatabase(s)
			if err == nil {
				var conn *Conn
				if conn, err = d.Replicate(t.Context()); err == nil {
					conn.Close()
				}
			}
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), secret)
		})
	}
}

// sealed is an encrypted PKCS8 key, made by openssl pkcs8 -topk8 -outform DER -v2 aes-256-cbc with the password "secret".
const sealed = `MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiFYogjhFq+/wICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEH6QNYL7631jLfL9rl5eyMgEgZBBr9ibQnI4D4gJnRR9bFWEOcCy1LKNccZofjK1kGWmOVRNOlSQ9D4OvyL6sajfqlQ9gGV/sCO1D/hKXHGUPzpRa6PSopiVCSkjlHvcoKFrQf6vd9IjW4w//5C5T+41fLvQVe/W0aQiv60ESGEfVkULus8nueaKURKGmnZ2zlCoPKMgq72sNzHzUnwSPSMCTTM=`

func TestEncryptedKeysAreOpenedWithTheirPassword(t *testing.T) {
	der, err := base64.StdEncoding.DecodeString(sealed)
	require.NoError(t, err)
	for name, key := range map[string][]byte{"client.pk8": der, "client.key": pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})} {
		text, err := keyPEM(name, key, "secret")
		require.NoError(t, err)
		block, _ := pem.Decode(text)
		_, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		require.NoError(t, err)
		_, err = keyPEM(name, key, "other")
		require.ErrorIs(t, err, errPassword)
	}
}
