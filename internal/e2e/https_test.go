// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestHTTPSIsServedAsKafkaConnectServesIt(t *testing.T) {
	secure, theirs := "https://"+kafkatest.FreeAddress(t), "https://"+kafkatest.FreeAddress(t)
	props := map[string]string{
		"listeners.https.ssl.keystore.location": absolute(t, "server.jks"), "listeners.https.ssl.keystore.password": "storesecret",
		"listeners.https.ssl.key.password":        "keysecret",
		"listeners.https.ssl.truststore.location": absolute(t, "trust.p12"), "listeners.https.ssl.truststore.password": "storesecret",
		"listeners.https.ssl.client.auth": "required",
	}
	broker := kafkatest.SharedBroker(t)
	w := distributed(t, broker.Addr(), props)
	plain := w.props["listeners"]
	w = distributed(t, broker.Addr(), merged(props, map[string]string{"listeners": plain + "," + secure}))
	w.url = plain
	w.start()
	file := distributed(t, broker.Addr(), props).args[0] // a group of its own
	java := kafkatest.StartConnect(t, kafkatest.ConnectConfig{File: file, Listeners: []string{theirs}})

	for name, at := range map[string][2]string{"ours": {w.url, secure}, "theirs": {java.URL(), theirs}} {
		t.Run(name, func(t *testing.T) {
			client := httpsClient(t, true)
			status, header, body := call(t, client, http.MethodGet, at[1]+"/connectors", "")
			require.Equal(t, http.StatusOK, status)
			require.Equal(t, "application/json", header.Get("Content-Type"))
			require.Equal(t, "[]", body)

			connector := `{"name":"c d","config":{"connector.class":"FileStreamSource","topic":"t","file":"/nowhere"},"initial_state":"STOPPED"}`
			status, header, _ = call(t, client, http.MethodPost, at[1]+"/connectors", connector)
			require.Equal(t, http.StatusCreated, status)
			require.Equal(t, at[1]+"/connectors/c%20d", header.Get("Location"))

			var reported struct{ Connector map[string]string }
			eventually(t, settleLimit, func() error {
				status, _, body = call(t, client, http.MethodGet, at[1]+"/connectors/c%20d/status", "")
				if status != http.StatusOK {
					return errors.New(body)
				}
				return json.Unmarshal([]byte(body), &reported)
			})
			require.Equal(t, at[0], "http://"+reported.Connector["worker_id"], "http is advertised where there is any")

			_, err := httpsClient(t, false).Get(at[1] + "/connectors") //nolint:bodyclose // there is none
			require.ErrorContains(t, err, "remote error: tls: ")       // in whichever words
		})
	}
	w.terminate()
}

// httpsClient trusts the authority of the key stores, and shows a certificate of it where it is known.
func httpsClient(t *testing.T, known bool) *http.Client {
	t.Helper()
	authority, err := os.ReadFile(absolute(t, "ca.pem"))
	require.NoError(t, err)
	config := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}
	require.True(t, config.RootCAs.AppendCertsFromPEM(authority))
	if known {
		pair, err := tls.LoadX509KeyPair(absolute(t, "server.pem"), absolute(t, "server.pem"))
		require.NoError(t, err)
		config.Certificates = []tls.Certificate{pair}
	}
	return &http.Client{Timeout: callLimit, Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
}

func call(t *testing.T, client *http.Client, method, url, body string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewBufferString(body))
	require.NoError(t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, response.Header, string(answer)
}
