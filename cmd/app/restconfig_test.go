// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
	"github.com/longshore-io/connect/rest"
)

// stores has key stores, whose passwords its README tells.
var stores = filepath.Join("..", "..", "internal", "kafkaconfig", "testdata", "stores")

// standaloneConfig is the configuration of a worker on its own with further properties.
func standaloneConfig(t *testing.T, pairs ...string) actors.Config {
	t.Helper()
	props := map[string]string{"bootstrap.servers": "127.0.0.1:1", "key.converter": "StringConverter", "value.converter": "StringConverter",
		"offset.storage.file.filename": "unused"}
	for i := 0; i < len(pairs); i += 2 {
		props[pairs[i]] = pairs[i+1]
	}
	config, errs := actors.StandaloneConfigFrom(props)
	require.Empty(t, errs)
	return config
}

// shown makes a connection and returns the name in the certificate that the listener shows.
func shown(t *testing.T, listener connect.Listener, roots *x509.CertPool) string {
	t.Helper()
	conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: roots, ServerName: "localhost"}}).DialContext(t.Context(), "tcp", listener.Address())
	require.NoError(t, err)
	defer conn.Close()
	secured, ok := conn.(*tls.Conn)
	require.True(t, ok)
	return secured.ConnectionState().PeerCertificates[0].Subject.CommonName
}

func TestHTTPSListenersFromPropertiesOfJavaWorkers(t *testing.T) {
	pem, err := os.ReadFile(filepath.Join(stores, "ca.pem"))
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(pem))
	config := standaloneConfig(t, "listeners", "https://127.0.0.1:0", "admin.listeners", "HTTPS://127.0.0.1:0",
		"listeners.https.ssl.keystore.location", filepath.Join(stores, "server.jks"), "listeners.https.ssl.keystore.password", "storesecret", "listeners.https.ssl.key.password", "keysecret",
		"admin.listeners.https.ssl.keystore.location", filepath.Join(stores, "server.p12"), "admin.listeners.https.ssl.keystore.password", "storesecret",
		"admin.listeners.https.ssl.provider", "SunJSSE")
	c := newCommand("connect-standalone")
	server, err := listen(t.Context(), config, newLog(c.err, connect.LogInfo, false))
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(nil) }() // no request is made
	require.Equal(t, "localhost", shown(t, server.Bound()[0], roots))
	require.Equal(t, "localhost", shown(t, server.AdminBound()[0], roots))
	assert.Equal(t, "https", rest.AdvertisedURL(server.Bound(), rest.Advertised{}, "").Scheme)
	assert.Contains(t, c.err.String(), "admin.listeners.https.ssl.provider has no effect: it names a Java class")
	assert.Contains(t, c.err.String(), server.AdminBound()[0].String())
	require.NoError(t, server.Shutdown(context.WithoutCancel(t.Context())))
	require.NoError(t, <-served)
}

func TestEverythingWrongWithTheRESTAPIIsALineOfTheFile(t *testing.T) {
	path := writeFile(t, t.TempDir(), "worker.properties", strings.Replace(standaloneProps, "http://localhost:0", "https://localhost:0", 1)+
		"offset.storage.file.filename=unused\naccess.control.allow.origin=*.foo.com\nresponse.http.headers.config=bad X:y\n"+
		"listeners.https.ssl.keystore.location="+filepath.ToSlash(filepath.Join(stores, "server.jks"))+"\nlisteners.https.ssl.keystore.password=guess1\n"+
		"admin.listeners=https://localhost:0\n")
	c := newCommand("connect-standalone", path)
	require.Equal(t, exitWrong, c.standalone())
	lines := strings.Split(strings.TrimSpace(c.err.String()), "\n")
	wants := []string{
		"configuration access.control.allow.origin: error parsing regexp: missing argument to repetition operator",
		"configuration response.http.headers.config: Invalid header config action: 'bad'. Expected one of [set, add, setDate, addDate]",
		"Invalid value [hidden] for configuration listeners.https.ssl.keystore.password: it does not open the key store, or the file is damaged",
		"Invalid value null for configuration ssl.keystore.location: an https listener needs a key store",
	}
	require.Len(t, lines, len(wants), c.err.String())
	for i, want := range wants {
		assert.Contains(t, lines[i], want)
		assert.NotContains(t, lines[i], "guess1")
	}
}

func TestKeyStoresAreReadForHTTPSOnly(t *testing.T) {
	cfg, warnings, errs := restConfig(standaloneConfig(t, "listeners", "http://localhost:0", "ssl.keystore.location", "/nowhere", "ssl.provider", "x"))
	require.NoError(t, errors.Join(errs...))
	assert.Empty(t, warnings)
	assert.Nil(t, cfg.TLS)
	assert.Nil(t, cfg.AdminTLS)
}
