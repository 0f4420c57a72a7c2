// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// selfSigned is a certificate for localhost, and who trusts it.
func selfSigned(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

// serving starts a server with any configuration and stops it at the end of the test.
func serving(t *testing.T, cfg Config) *Server {
	t.Helper()
	server, err := Listen(t.Context(), cfg)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(&fakeHerder{names: []string{"a"}}) }()
	t.Cleanup(func() {
		require.NoError(t, server.Shutdown(context.WithoutCancel(t.Context())))
		require.NoError(t, <-ended)
	})
	return server
}

// call makes one request over a connection of its own.
func call(t *testing.T, roots *x509.CertPool, method, url, body string) answered {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := (&http.Client{Transport: transport}).Do(r)
	require.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return answered{resp.StatusCode, resp.Header, resp.Proto, string(text)}
}

func TestHTTPSBesideHTTP(t *testing.T) {
	secured, roots := selfSigned(t)
	server := serving(t, Config{Listeners: []string{"http://localhost:0", "https://localhost:0"}, TLS: secured})
	for _, bound := range server.Bound() {
		resp := call(t, roots, http.MethodGet, bound.String()+"/connectors", "")
		assert.Equal(t, `["a"]`, resp.body)
		assert.Equal(t, "HTTP/1.1", resp.proto, "also for a client that knows HTTP/2")

		resp = call(t, roots, http.MethodPost, bound.String()+"/connectors", `{"name":"b","config":{}}`)
		assert.Equal(t, http.StatusCreated, resp.status)
		assert.True(t, strings.HasPrefix(resp.header.Get("Location"), bound.String()+"/"), resp.header.Get("Location"))
	}
	assert.Equal(t, server.Bound()[1].Address(), AdvertisedURL(server.Bound(), Advertised{Scheme: "https"}, "").Host)
}

func TestAnHTTPSListenerTakesNoPlainRequests(t *testing.T) {
	secured, _ := selfSigned(t)
	server := serving(t, Config{Listeners: []string{"https://localhost:0"}, TLS: secured})
	resp := call(t, nil, http.MethodGet, strings.Replace(server.Bound()[0].String(), "https:", "http:", 1)+"/connectors", "")
	assert.Equal(t, http.StatusBadRequest, resp.status)
}

func TestWhereAdminIsServed(t *testing.T) {
	const admin = "/admin/loggers"
	t.Run("with the rest where nothing is said", func(t *testing.T) {
		server := serving(t, Config{Listeners: []string{"http://localhost:0"}})
		resp := call(t, nil, http.MethodGet, server.Bound()[0].String()+admin, "")
		assert.Equal(t, http.StatusOK, resp.status)
		assert.Empty(t, server.AdminBound())
	})
	t.Run("nowhere where it is empty", func(t *testing.T) {
		server := serving(t, Config{Listeners: []string{"http://localhost:0"}, AdminListeners: []string{}})
		resp := call(t, nil, http.MethodGet, server.Bound()[0].String()+admin, "")
		assert.Equal(t, notFound, resp.body)
		resp = call(t, nil, http.MethodGet, server.Bound()[0].String()+"/connectors", "")
		assert.Equal(t, `["a"]`, resp.body)
	})
	t.Run("on listeners of its own, which serve nothing else and have no rules", func(t *testing.T) {
		secured, roots := selfSigned(t)
		server := serving(t, Config{Listeners: []string{"http://localhost:0"}, AdminListeners: []string{"http://localhost:0", "https://localhost:0"}, AdminTLS: secured,
			AllowOrigin: "*", ResponseHeaders: "set X-Rule:1", Metrics: someMetrics})
		require.Len(t, server.Bound(), 1)
		resp := call(t, nil, http.MethodGet, server.Bound()[0].String()+admin, "")
		assert.Equal(t, notFound, resp.body)
		assert.Equal(t, "1", resp.header.Get("X-Rule"))
		require.Len(t, server.AdminBound(), 2)
		for _, bound := range server.AdminBound() {
			for path, status := range map[string]int{admin: 200, "/": 404, "/connectors": 404, "/health": 404, "/metrics": 404, "/connector-plugins": 404} {
				resp := call(t, roots, http.MethodGet, bound.String()+path, "")
				assert.Equal(t, status, resp.status, path)
				assert.Empty(t, resp.header.Get("X-Rule"))
				assert.Empty(t, resp.header.Get("Vary"))
				if status == 404 {
					assert.Equal(t, notFound, resp.body)
				}
			}
		}
	})
}

func TestWrongAdminListenersOpenNothing(t *testing.T) {
	_, err := Listen(t.Context(), Config{Listeners: []string{"http://localhost:0"}, AdminListeners: []string{"foo", "https://localhost:0"}})
	require.EqualError(t, err, "Invalid value foo for configuration admin.listeners: Listener doesn't have the right format (protocol://hostname:port).\n"+
		"Invalid value https://localhost:0 for configuration admin.listeners: an https listener needs a TLS configuration")

	taken, err := Listen(t.Context(), Config{Listeners: []string{"http://127.0.0.1:0"}})
	require.NoError(t, err)
	defer func() { require.NoError(t, taken.Shutdown(context.WithoutCancel(t.Context()))) }()
	_, err = Listen(t.Context(), Config{Listeners: []string{"http://127.0.0.1:0"}, AdminListeners: []string{taken.Bound()[0].String()}})
	require.ErrorContains(t, err, "set another one in admin.listeners")
}

func TestHeadersThatAreTooLargeAreRefused(t *testing.T) {
	server := serving(t, Config{Listeners: []string{"http://127.0.0.1:0"}})
	for size, want := range map[int]string{maxHeaders - 200: "HTTP/1.1 200 OK", maxHeaders + 8<<10: "HTTP/1.1 431 Request Header Fields Too Large"} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Bound()[0].Address())
		require.NoError(t, err)
		_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: "+strings.Repeat("x", size)+"\r\n\r\n")
		require.NoError(t, err)
		line, err := bufio.NewReader(conn).ReadString('\n')
		require.NoError(t, err)
		assert.Equal(t, want, strings.TrimSpace(line))
		require.NoError(t, conn.Close())
	}
}

func TestListenersHaveLimitsForSlowClients(t *testing.T) {
	server, err := Listen(t.Context(), Config{Listeners: []string{"http://127.0.0.1:0"}, AdminListeners: []string{"http://127.0.0.1:0"}, OperationTimeout: time.Hour})
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Shutdown(context.WithoutCancel(t.Context()))) }()
	for _, s := range []*http.Server{&server.regular, &server.admin} {
		assert.Equal(t, headerTimeout, s.ReadHeaderTimeout)
		assert.Equal(t, bodyTimeout, s.ReadTimeout)
		assert.Equal(t, idleTimeout, s.IdleTimeout)
		assert.Greater(t, s.WriteTimeout, time.Hour, "an answer may take as long as its operation")
	}
}

func TestOnlyHTTPSListenersAreAdvertisedAsSuch(t *testing.T) {
	url := AdvertisedURL([]connect.Listener{{Scheme: "https", Port: 8443}}, Advertised{}, "10.0.0.7")
	assert.Equal(t, "https://10.0.0.7:8443/", url.String())
}
