// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
)

const (
	bearerModule = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
	oauthSecret  = "hunter 2/é"
)

func bearer(pairs ...string) map[string]string {
	props := map[string]string{"bootstrap.servers": "a:1", "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "OAUTHBEARER",
		"sasl.jaas.config": bearerModule + ` required clientId="me" clientSecret="` + oauthSecret + `" scope="a b" extension_logicalCluster="lc";`}
	for i := 0; i < len(pairs); i += 2 {
		props[pairs[i]] = pairs[i+1]
	}
	return props
}

// logIn is the first message of a login, by a client with these properties.
func logIn(t *testing.T, props map[string]string) (string, error) {
	t.Helper()
	return say(t, mechanismOf(t, props))
}

func mechanismOf(t *testing.T, props map[string]string) sasl.Mechanism {
	t.Helper()
	s, errs := Parse(Plain, props)
	require.Empty(t, errs)
	client, err := kgo.NewClient(s.Options(nil)...)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	mechanisms, ok := client.OptValue(kgo.SASL).([]sasl.Mechanism)
	require.True(t, ok)
	require.Len(t, mechanisms, 1)
	return mechanisms[0]
}

func say(t *testing.T, m sasl.Mechanism) (string, error) {
	t.Helper()
	_, first, err := m.Authenticate(t.Context(), "broker:9092")
	return string(first), err
}

// tokenServer is an authorization server that answers with what is queued, the last answer again and again, and notes who asks.
type tokenServer struct {
	*httptest.Server
	asked   []http.Header
	forms   []url.Values
	answers []func(http.ResponseWriter)
}

func serveTokens(t *testing.T, answers ...func(http.ResponseWriter)) *tokenServer {
	t.Helper()
	s := &tokenServer{answers: answers}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		s.asked, s.forms = append(s.asked, r.Header), append(s.forms, r.PostForm)
		answer := s.answers[0]
		if len(s.answers) > 1 {
			s.answers = s.answers[1:]
		}
		answer(w)
	}))
	t.Cleanup(s.Close)
	return s
}

func answer(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestATokenIsFetchedWithTheClientsCredentials(t *testing.T) {
	for name, c := range map[string]struct {
		props           []string
		id, secret, doc string
	}{
		"of the login module":    {nil, "me", oauthSecret, "a b"},
		"of properties, as 4.1":  {[]string{"sasl.oauthbearer.client.credentials.client.id", "you", "sasl.oauthbearer.client.credentials.client.secret", "s", "sasl.oauthbearer.scope", "c"}, "you", "s", "c"},
		"encoded for the header": {[]string{"sasl.oauthbearer.header.urlencode", "true"}, "me", url.QueryEscape(oauthSecret), "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			server := serveTokens(t, answer(200, `{"access_token":"abc","expires_in":600,"token_type":"Bearer"}`))
			mechanism := mechanismOf(t, bearer(append(c.props, tokenEndpoint, server.URL+"/token", loginHandler, oauthPackage+"OAuthBearerLoginCallbackHandler")...))
			for range 2 {
				said, err := say(t, mechanism)
				require.NoError(t, err)
				require.Equal(t, "n,,\x01auth=Bearer abc\x01logicalCluster=lc\x01\x01", said)
			}
			require.Len(t, server.asked, 1, "the token is kept while it is good")
			id, secret, ok := (&http.Request{Header: server.asked[0]}).BasicAuth()
			require.True(t, ok)
			assert.Equal(t, c.id, id)
			assert.Equal(t, c.secret, secret)
			assert.Equal(t, url.Values{"grant_type": {"client_credentials"}, "scope": {c.doc}}, server.forms[0])
		})
	}
}

func TestAnEndpointThatFailsIsAskedAgainUnlessItRefuses(t *testing.T) {
	good := answer(200, `{"id_token":"abc"}`)
	t.Run("a failure that passes", func(t *testing.T) {
		server := serveTokens(t, answer(503, "busy"), answer(429, ""), good)
		_, err := logIn(t, bearer(tokenEndpoint, server.URL, "sasl.login.retry.backoff.ms", "1"))
		require.NoError(t, err)
		require.Len(t, server.asked, 3)
	})
	t.Run("one that does not pass in time", func(t *testing.T) {
		server := serveTokens(t, answer(503, oauthSecret))
		_, err := logIn(t, bearer(tokenEndpoint, server.URL, "sasl.login.retry.backoff.ms", "1", "sasl.login.retry.backoff.max.ms", "20"))
		require.ErrorContains(t, err, "get a token for OAUTHBEARER: "+server.URL+" answers 503")
		require.NotContains(t, err.Error(), oauthSecret)
	})
	for name, c := range map[string]struct{ status, body, want string }{
		"wrong secret":  {"401", `{"error":"invalid_client","error_description":"who?"}`, "answers 401 invalid_client who?: check " + tokenEndpoint + ", clientId, clientSecret and scope"},
		"a redirection": {"302", ``, "answers 302: check"},
		"no JSON":       {"200", `<html>`, "answers with something that is no token"},
		"no token":      {"200", `{}`, "has no token"},
		"a bad token":   {"200", `{"access_token":"a\u0001b"}`, "has no token"},
	} {
		t.Run(name, func(t *testing.T) {
			status := map[string]int{"401": 401, "302": 302, "200": 200}[c.status]
			server := serveTokens(t, answer(status, c.body), good)
			_, err := logIn(t, bearer(tokenEndpoint, strings.Replace(server.URL, "http://", "http://u:hunter@", 1), "sasl.login.retry.backoff.ms", "1"))
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "hunter")
			require.Len(t, server.asked, 1)
			require.Contains(t, hint(err, Settings{}), "sasl.oauthbearer.*")
		})
	}
}

func TestAnEndpointWithTLSIsTrustedByTheOptionsOfTheLoginModule(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(200, `{"access_token":"abc"}`)(w) }))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	t.Cleanup(server.Close)
	_, err := logIn(t, bearer(tokenEndpoint, server.URL, "sasl.login.retry.backoff.max.ms", "1"))
	require.ErrorContains(t, err, "certificate")
	root := filepath.Join(t.TempDir(), "root.pem")
	require.NoError(t, os.WriteFile(root, pemOf(server.Certificate().Raw), 0o600))
	said, err := logIn(t, bearer(tokenEndpoint, server.URL, "sasl.jaas.config", bearerModule+` required clientId="me" clientSecret="x" ssl.truststore.type="PEM" ssl.truststore.location="`+root+`";`))
	require.NoError(t, err)
	require.Contains(t, said, "Bearer abc")
}

func TestATokenOfAFileIsReadWhenItIsDue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(path, []byte(" first\n"), 0o600))
	mechanism := mechanismOf(t, bearer(tokenEndpoint, "file://"+path))
	said, err := say(t, mechanism)
	require.NoError(t, err)
	require.Contains(t, said, "Bearer first\x01")
	require.NoError(t, os.WriteFile(path, []byte("second"), 0o600))
	said, err = say(t, mechanism)
	require.NoError(t, err)
	require.Contains(t, said, "Bearer second\x01", "nobody knows how long an opaque token is good")
	_, err = logIn(t, bearer(tokenEndpoint, "file:///nowhere/token"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestATokenThatNobodySignsIsMadeOfTheOptions(t *testing.T) {
	said, err := logIn(t, bearer("sasl.jaas.config", bearerModule+` required unsecuredLoginStringClaim_sub="alice" unsecuredLoginNumberClaim_n="1.5"`+
		` unsecuredLoginListClaim_scope="|a|b" unsecuredLoginLifetimeSeconds="60" unsecuredLoginExtension_trace="t1";`))
	require.NoError(t, err)
	require.Contains(t, said, "\x01trace=t1\x01")
	parts := strings.Split(strings.TrimPrefix(strings.Split(said, "\x01")[1], "auth=Bearer "), ".")
	require.Len(t, parts, 3)
	require.Empty(t, parts[2])
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	require.NoError(t, err)
	require.JSONEq(t, `{"alg":"none"}`, string(header))
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var claims map[string]any
	require.NoError(t, json.Unmarshal(body, &claims))
	require.InDelta(t, 60, claims["exp"].(float64)-claims["iat"].(float64), 0.001)
	delete(claims, "exp")
	delete(claims, "iat")
	require.Equal(t, map[string]any{"sub": "alice", "n": 1.5, "scope": []any{"a", "b"}}, claims)
}

func TestWrongPropertiesOfOAuthAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		props     map[string]string
		key, want string
	}{
		"nothing that gives a token": {bearer(), "sasl.jaas.config", "OAUTHBEARER needs a token: set " + tokenEndpoint},
		"no URL":                     {bearer(tokenEndpoint, "here"), tokenEndpoint, "expected https://host/path"},
		"no file":                    {bearer(tokenEndpoint, "file:"), tokenEndpoint, "expected file:///path"},
		"the handler without a URL":  {bearer(loginHandler, oauthPackage+"OAuthBearerLoginCallbackHandler"), tokenEndpoint, "expected https://host/path"},
		"a handler of others":        {bearer(loginHandler, "com.acme.Handler", tokenEndpoint, "http://a"), loginHandler, "Java classes cannot be loaded"},
		"a retriever of others":      {bearer(tokenRetriever, oauthPackage+"JwtBearerJwtRetriever", tokenEndpoint, "http://a"), tokenRetriever, "use " + oauthPackage + "DefaultJwtRetriever"},
		"no secret":                  {bearer(tokenEndpoint, "http://a", "sasl.jaas.config", bearerModule+" required clientId=hunter2;"), "sasl.jaas.config", "clientId and clientSecret are needed"},
		"another module":             {bearer("sasl.jaas.config", "a.PlainLoginModule required;"), "sasl.jaas.config", "needs the login module " + bearerModule},
		"a reserved claim":           {bearer("sasl.jaas.config", bearerModule+` required unsecuredLoginStringClaim_exp="hunter2";`), "sasl.jaas.config", "the claim exp cannot be set"},
		"a claim that is no number":  {bearer("sasl.jaas.config", bearerModule+` required unsecuredLoginNumberClaim_x="hunter2";`), "sasl.jaas.config", "is no number"},
		"an extension's name":        {bearer("sasl.jaas.config", bearerModule+` required unsecuredLoginStringClaim_sub=a unsecuredLoginExtension_auth="hunter2";`), "sasl.jaas.config", "names no SASL extension"},
		"a factor":                   {bearer("sasl.login.refresh.window.factor", "0.4", "sasl.jaas.config", bearerModule+" required unsecuredLoginStringClaim_sub=a;"), "sasl.login.refresh.window.factor", "Value must be at least 0.5"},
		"a trust store of the options": {bearer(tokenEndpoint, "https://a", "sasl.jaas.config", bearerModule+` required clientId=a clientSecret=hunter2 ssl.truststore.location="/nowhere";`),
			"sasl.jaas.config", "configuration ssl.truststore.location: cannot read it"},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := Parse(Producer, c.props)
			require.Len(t, errs, 1)
			var wrong *Error
			require.ErrorAs(t, errs[0], &wrong)
			assert.Equal(t, c.key, wrong.Key)
			assert.Contains(t, wrong.Reason, c.want)
			assert.NotContains(t, errs[0].Error(), "hunter2")
			assert.NotContains(t, errs[0].Error(), oauthSecret)
		})
	}
}

func TestWhenATokenIsRenewed(t *testing.T) {
	v := readValues(Plain, map[string]string{"sasl.login.refresh.window.jitter": "0"})
	require.Empty(t, v.errs)
	renew, now := v.renewal(), time.Unix(1_000_000, 0)
	until := func(lifetime time.Duration) time.Duration {
		return renew(now, token{text: "a", until: now.Add(lifetime)}).Sub(now)
	}
	assert.Equal(t, 8*time.Hour, until(10*time.Hour), "four fifths of its life")
	assert.Equal(t, 700*time.Second, until(1000*time.Second), "five minutes before its end")
	assert.Equal(t, 80*time.Second, until(100*time.Second), "too short for both bounds")
	old := token{text: "a", from: now.Add(-10 * time.Hour), until: now.Add(time.Hour)}
	assert.Equal(t, time.Minute, renew(now, old).Sub(now), "not at once again")
}

func TestATokenThatHasNotEndedIsGoodWhereNoneCanBeHad(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	broken := errors.New("the server is down")
	var err error
	kept := &keptToken{now: func() time.Time { return now }, renew: func(got time.Time, _ token) time.Time { return got.Add(time.Minute) },
		retrieve: func(context.Context) (token, error) {
			return token{text: "a" + now.Format("4"), until: now.Add(time.Hour)}, err
		}}
	first, gotErr := kept.get(t.Context())
	require.NoError(t, gotErr)
	now, err = now.Add(2*time.Minute), broken
	again, gotErr := kept.get(t.Context())
	require.NoError(t, gotErr)
	require.Equal(t, first, again)
	now = now.Add(time.Hour)
	_, gotErr = kept.get(t.Context())
	require.ErrorIs(t, gotErr, broken)
	err = nil
	newer, gotErr := kept.get(t.Context())
	require.NoError(t, gotErr)
	require.NotEqual(t, first, newer)
}

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: der})
}
