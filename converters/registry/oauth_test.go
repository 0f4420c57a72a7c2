// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/converters/registry/registrytest"
)

func TestGetsATokenAndReplacesItBeforeItEnds(t *testing.T) {
	asked := 0
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		user, password, _ := r.BasicAuth()
		if user != "me" || password != "s%2Fecret" || r.FormValue("grant_type") != "client_credentials" || r.FormValue("scope") != "all" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprintf(w, `{"access_token":"t%d","expires_in":1000}`, asked)
	}))
	t.Cleanup(issuer.Close)
	now := time.Unix(0, 0)
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	tok := &tokens{http: c, endpoint: issuer.URL, id: "me", secret: "s/ecret", scope: "all", early: 300 * time.Second, now: func() time.Time { return now }}
	get := func() string {
		token, err := tok.get(t.Context())
		require.NoError(t, err)
		return token
	}
	assert.Equal(t, "t1", get())
	now = now.Add(699 * time.Second)
	assert.Equal(t, "t1", get())
	now = now.Add(time.Second)
	assert.Equal(t, "t2", get())

	tok.secret, now = "wrong", now.Add(time.Hour)
	_, err := tok.get(t.Context())
	require.EqualError(t, err, "get a token for the schema registry: the issuer answered 401 Unauthorized")
}

func TestTheIssuerOfTokensGetsNoneOfTheRegistrysHeaders(t *testing.T) {
	var header http.Header
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		fmt.Fprint(w, `{"access_token":"tok","expires_in":1000}`)
	}))
	t.Cleanup(issuer.Close)
	server := registrytest.Start(t)
	server.RequireToken("tok")
	r := open(t, server.URL, bearerSourceKey, oauthToken, bearerIssuerKey, issuer.URL, bearerClientKey, "me", bearerSecretKey, "secret", "request.header.X-Mine", "yes")
	_, err := r.ForWriting(ctx, "t", &Schema{Text: `"int"`}, never)
	require.NoError(t, err)
	assert.Empty(t, header.Get("X-Mine"))
	last := server.Requests()[len(server.Requests())-1]
	assert.Equal(t, "yes", last.Header.Get("X-Mine"))
}
