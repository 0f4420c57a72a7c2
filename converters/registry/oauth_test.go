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
