// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	// largestAnswer bounds what is read of an endpoint's answer.
	largestAnswer = 1 << 20
	// answerLimit bounds one call where sasl.login.read.timeout.ms says nothing: Java would wait for ever.
	answerLimit = 30 * time.Second
)

// fileTokens reads the token from a file anew each time that one is needed: something else keeps it fresh.
func (v *values) fileTokens() retriever {
	u, err := url.Parse(v.text(tokenEndpoint))
	if err != nil || u.Path == "" {
		v.fail(tokenEndpoint, "expected file:///path/of/a/token")
		return nil
	}
	path := filePath(u.Path)
	return func(context.Context) (token, error) {
		content, err := os.ReadFile(path)
		if err != nil {
			return token{}, fmt.Errorf("read the file of %s: %w", tokenEndpoint, err)
		}
		return tokenOf(string(bytes.TrimSpace(content)), 0, "the file of "+tokenEndpoint)
	}
}

// filePath takes the slash from before the drive of a Windows path.
func filePath(path string) string {
	if len(path) > 2 && path[0] == '/' && path[2] == ':' {
		return path[1:]
	}
	return path
}

// endpoint asks an authorization server for tokens by the client credentials grant (RFC 6749, 4.4).
type endpoint struct {
	url                   string
	name                  string // the URL without a password
	authorization         string
	body                  string
	client                *http.Client
	backoff, longestRetry time.Duration
}

func (v *values) endpointTokens(login *jaasLogin) retriever {
	u, err := url.Parse(v.text(tokenEndpoint))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		v.fail(tokenEndpoint, "expected https://host/path, http://host/path or file:///path")
		return nil
	}
	id, secret := v.either("sasl.oauthbearer.client.credentials.client.id", login, "clientId"),
		v.either("sasl.oauthbearer.client.credentials.client.secret", login, "clientSecret")
	if id == "" || secret == "" {
		v.fail("sasl.jaas.config", "the options clientId and clientSecret are needed, or sasl.oauthbearer.client.credentials.client.id and .secret")
		return nil
	}
	if v.flag("sasl.oauthbearer.header.urlencode") {
		id, secret = url.QueryEscape(id), url.QueryEscape(secret)
	}
	form := url.Values{"grant_type": {"client_credentials"}}
	if scope := strings.TrimSpace(v.either("sasl.oauthbearer.scope", login, "scope")); scope != "" {
		form.Set("scope", scope)
	}
	e := &endpoint{url: u.String(), name: u.Redacted(), authorization: "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret)), body: form.Encode(),
		backoff: v.ms("sasl.login.retry.backoff.ms"), longestRetry: v.ms("sasl.login.retry.backoff.max.ms"), client: v.tokenClient(login)}
	return e.retrieve
}

// either is a property, or else the option of older versions.
func (v *values) either(key string, login *jaasLogin, option string) string {
	return cmp.Or(v.text(key), login.options[option])
}

// tokenClient trusts whom the options ssl.* of the login module name, as Java does, and else the system's roots. It follows no
// redirection: the secret is for this endpoint alone.
func (v *values) tokenClient(login *jaasLogin) *http.Client {
	tls := readValues(Plain, onlySSL(login.options))
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: tls.tlsConfig(), DisableKeepAlives: true,
		DialContext: (&net.Dialer{Timeout: cmp.Or(v.ms("sasl.login.connect.timeout.ms"), v.ms("socket.connection.setup.timeout.ms"))}).DialContext}
	for _, err := range tls.errs {
		v.fail("sasl.jaas.config", "its options for "+tokenEndpoint+": "+err.Error())
	}
	return &http.Client{Transport: transport, Timeout: cmp.Or(v.ms("sasl.login.read.timeout.ms"), answerLimit),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// errForGood is an answer that asking again does not change.
var errForGood = errors.New("check " + tokenEndpoint + ", clientId, clientSecret and scope")

// retrieve asks again after failures that may pass, for sasl.login.retry.backoff.max.ms, with pauses that double.
func (e *endpoint) retrieve(ctx context.Context) (token, error) {
	limit, cancel := context.WithTimeout(ctx, e.longestRetry)
	defer cancel()
	for pause := e.backoff; ; pause *= 2 {
		t, err := e.ask(ctx)
		if err == nil || errors.Is(err, errForGood) {
			return t, err
		}
		select {
		case <-limit.Done():
			return token{}, err
		case <-time.After(pause):
		}
	}
}

func (e *endpoint) ask(ctx context.Context) (token, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, strings.NewReader(e.body))
	if err != nil {
		return token{}, fmt.Errorf("ask %s for a token: %w", e.name, err)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Authorization", e.authorization)
	request.Header.Set("Cache-Control", "no-cache")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := e.client.Do(request)
	if err != nil {
		return token{}, fmt.Errorf("ask for a token: %w", err) // has method and address
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer))
	if err != nil {
		return token{}, fmt.Errorf("read the token of %s: %w", e.name, err)
	}
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusCreated {
		return token{}, e.refused(response.StatusCode, content)
	}
	return e.read(content)
}

// refused tells what an endpoint says beside an error. Its answer has no secrets (RFC 6749, 5.2), and only these two fields are shown.
func (e *endpoint) refused(status int, content []byte) error {
	var said struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(content, &said) // an answer of another form says nothing more
	text := fmt.Sprintf("%s answers %d %s %s", e.name, status, said.Error, said.Description)
	text = strings.TrimSpace(text)
	if status >= 300 && status < 500 && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout || status == http.StatusNotImplemented {
		return fmt.Errorf("%s: %w", text, errForGood)
	}
	return errors.New(text)
}

// read takes access_token, and id_token where that is all there is, as Java does.
func (e *endpoint) read(content []byte) (token, error) {
	var answer struct {
		Access  string      `json:"access_token"`
		ID      string      `json:"id_token"`
		Seconds json.Number `json:"expires_in"`
	}
	if err := json.Unmarshal(content, &answer); err != nil {
		return token{}, fmt.Errorf("%s answers with something that is no token: %w", e.name, errForGood)
	}
	lifetime, _ := answer.Seconds.Float64() // the token may say it instead
	return tokenOf(cmp.Or(strings.TrimSpace(answer.Access), strings.TrimSpace(answer.ID)), lifetime, e.name)
}

// tokenOf reads when a token begins and ends, if it is a JWT; an opaque one is trusted to live as long as its endpoint says.
func tokenOf(text string, lifetime float64, from string) (token, error) {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return token{}, fmt.Errorf("%s has no token: %w", from, errForGood)
	}
	t := token{text: text}
	parts := strings.Split(text, ".")
	var claims struct {
		Issued  float64 `json:"iat"`
		Expires float64 `json:"exp"`
	}
	if len(parts) == 3 {
		content, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err == nil {
			_ = json.Unmarshal(content, &claims) // a token that cannot be read is the broker's to refuse
		}
	}
	switch {
	case claims.Expires > 0:
		t.until = time.UnixMilli(int64(claims.Expires * 1000))
		if claims.Issued > 0 {
			t.from = time.UnixMilli(int64(claims.Issued * 1000))
		}
	case lifetime > 0:
		t.until = time.Now().Add(time.Duration(lifetime * float64(time.Second)))
	}
	return t, nil
}
