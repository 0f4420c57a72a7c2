// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/longshore-io/connect"
)

// maxTokenAnswer bounds how much of a token endpoint's answer is read, in bytes.
const maxTokenAnswer = 1 << 20

// bearer puts tokens on requests: the configured one, or those that an issuer gives for client credentials.
func bearer(c *http.Client, v connect.ConfigValues) (authorizer, error) {
	token := func(context.Context) (string, error) { return v.Password(bearerTokenKey).Reveal(), nil }
	if v.String(bearerSourceKey) == oauthToken {
		for _, key := range []string{bearerIssuerKey, bearerClientKey} {
			if v.String(key) == "" {
				return nil, &connect.MissingConfigError{Key: key}
			}
		}
		token = (&tokens{
			http: c, endpoint: v.String(bearerIssuerKey), id: v.String(bearerClientKey), secret: v.Password(bearerSecretKey),
			scope: v.String(bearerScopeKey), early: time.Duration(v.Int(bearerBufferKey)) * time.Second, now: time.Now,
		}).get
	} else if v.Password(bearerTokenKey) == "" {
		return nil, &connect.MissingConfigError{Key: bearerTokenKey}
	}
	pool, cluster := v.String(bearerPoolKey), v.String(bearerClusterKey)
	return func(r *http.Request, _ *url.Userinfo) error {
		t, err := token(r.Context())
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+t)
		setUnlessEmpty(r.Header, "Confluent-Identity-Pool-Id", pool)
		setUnlessEmpty(r.Header, "target-sr-cluster", cluster)
		return nil
	}, nil
}

func setUnlessEmpty(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// tokens gets tokens for client credentials (RFC 6749, 4.4) and keeps each until shortly before its end.
type tokens struct {
	http                *http.Client
	endpoint, id, scope string
	secret              connect.Password
	early               time.Duration
	now                 func() time.Time

	token string
	until time.Time
}

func (t *tokens) get(ctx context.Context) (string, error) {
	if t.token != "" && t.now().Before(t.until) {
		return t.token, nil
	}
	answer, err := t.ask(ctx)
	if err != nil {
		return "", fmt.Errorf("get a token for the schema registry: %w", err)
	}
	life := time.Duration(answer.ExpiresIn) * time.Second
	if t.early < life {
		life -= t.early
	}
	t.token, t.until = answer.AccessToken, t.now().Add(life)
	return t.token, nil
}

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
}

func (t *tokens) ask(ctx context.Context) (tokenAnswer, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if t.scope != "" {
		form.Set("scope", t.scope)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return tokenAnswer{}, errors.New(bearerIssuerKey + " is no URL")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(t.id), url.QueryEscape(t.secret.Reveal()))
	resp, err := t.http.Do(r)
	if err != nil {
		return tokenAnswer{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return tokenAnswer{}, fmt.Errorf("the issuer answered %s", resp.Status)
	}
	var answer tokenAnswer
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxTokenAnswer)).Decode(&answer); err != nil || answer.AccessToken == "" {
		return tokenAnswer{}, errors.New("the issuer's answer has no access_token")
	}
	return answer, nil
}
