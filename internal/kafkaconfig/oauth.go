// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
)

const (
	oauthBearer  = "OAUTHBEARER"
	oauthPackage = "org.apache.kafka.common.security.oauthbearer."

	tokenEndpoint   = "sasl.oauthbearer.token.endpoint.url"
	loginHandler    = "sasl.login.callback.handler.class"
	tokenRetriever  = "sasl.oauthbearer.jwt.retriever.class"
	oauthExtension  = "extension_"
	plainExtension  = "unsecuredLoginExtension_"
	reservedForAuth = "auth"
)

// Names and values of SASL extensions as RFC 7628 has them.
var (
	extensionName  = regexp.MustCompile(`^[A-Za-z]+$`)
	extensionValue = regexp.MustCompile(`^[\x21-\x7E \t\r\n]+$`)
)

var errNoToken = errors.New("get a token for OAUTHBEARER")

// token is an access token. until is when it ends, the zero time where that is not known.
type token struct {
	text        string
	from, until time.Time
}

// retriever gets a new token, from wherever it gets them.
type retriever func(ctx context.Context) (token, error)

// oauthMechanism logs in with a token of the kind that the properties ask for: one from an HTTP endpoint, one from a file, or, as
// Kafka's own default has it, one that nobody signed.
func (v *values) oauthMechanism(login *jaasLogin) sasl.Mechanism {
	var retrieve retriever
	prefix := oauthExtension
	switch {
	case v.wantsUnsecured():
		retrieve, prefix = v.unsecuredTokens(login), plainExtension
	case !v.knowsRetriever():
		return nil
	case strings.HasPrefix(strings.ToLower(v.text(tokenEndpoint)), "file:"):
		retrieve = v.fileTokens()
	default:
		retrieve = v.endpointTokens(login)
	}
	extensions, reason := extensionsOf(login, prefix)
	if reason != "" {
		v.fail("sasl.jaas.config", reason)
	}
	if retrieve == nil || reason != "" {
		return nil
	}
	kept := &keptToken{retrieve: retrieve, renew: v.renewal(), now: time.Now}
	return oauth.Oauth(func(ctx context.Context) (oauth.Auth, error) {
		text, err := kept.get(ctx)
		return oauth.Auth{Token: text, Extensions: extensions}, err
	})
}

// wantsUnsecured is true where neither an endpoint nor the handler that asks one is set.
func (v *values) wantsUnsecured() bool {
	handler := v.text(loginHandler)
	return v.text(tokenEndpoint) == "" && (handler == "" || strings.HasSuffix(handler, ".OAuthBearerUnsecuredLoginCallbackHandler"))
}

// knowsRetriever refuses Java classes that get tokens in ways of their own. The handler has moved to another package in Kafka 4.
func (v *values) knowsRetriever() bool {
	const only = "Java classes cannot be loaded: use %s, with " + tokenEndpoint
	switch handler := v.text(loginHandler); handler {
	case "", oauthPackage + "OAuthBearerLoginCallbackHandler", oauthPackage + "secured.OAuthBearerLoginCallbackHandler":
	default:
		v.fail(loginHandler, fmt.Sprintf(only, oauthPackage+"OAuthBearerLoginCallbackHandler"))
		return false
	}
	switch strings.TrimPrefix(v.text(tokenRetriever), oauthPackage) {
	case "DefaultJwtRetriever", "ClientCredentialsJwtRetriever", "FileJwtRetriever":
		return true
	}
	v.fail(tokenRetriever, fmt.Sprintf(only, oauthPackage+"DefaultJwtRetriever"))
	return false
}

// extensionsOf are the options that are handed to the broker beside the token.
func extensionsOf(login *jaasLogin, prefix string) (extensions map[string]string, reason string) {
	extensions = map[string]string{}
	for option, value := range login.options {
		name, ok := strings.CutPrefix(option, prefix)
		switch {
		case !ok:
		case !extensionName.MatchString(name) || name == reservedForAuth:
			return nil, "the option " + option + " names no SASL extension: use letters only, and not auth"
		case !extensionValue.MatchString(value):
			return nil, "the value of the option " + option + " is no SASL extension: use printable ASCII"
		default:
			extensions[name] = value
		}
	}
	return extensions, ""
}

// renewal says when a token is due for the next, as sasl.login.refresh.* do. Java asks at that moment; here the first connection does
// that is opened, or logs in again, after it.
func (v *values) renewal() func(got time.Time, t token) time.Time {
	factor := v.real("sasl.login.refresh.window.factor") + v.real("sasl.login.refresh.window.jitter")*rand.Float64()
	atLeast := time.Duration(v.number("sasl.login.refresh.min.period.seconds")) * time.Second
	before := time.Duration(v.number("sasl.login.refresh.buffer.seconds")) * time.Second
	return func(got time.Time, t token) time.Time {
		if t.from.IsZero() {
			t.from = got
		}
		if got.Add(atLeast + before).After(t.until) {
			return got.Add(part(t.until.Sub(got), factor)) // it lives too short for the two
		}
		due := t.from.Add(part(t.until.Sub(t.from), factor))
		if last := t.until.Add(-before); due.After(last) {
			return last
		}
		if first := got.Add(atLeast); due.Before(first) {
			return first
		}
		return due
	}
}

func part(whole time.Duration, factor float64) time.Duration {
	return time.Duration(float64(whole) * factor)
}

// keptToken keeps a token until it is due. All connections of a client share it.
type keptToken struct {
	retrieve retriever
	renew    func(got time.Time, t token) time.Time
	now      func() time.Time

	mu  sync.Mutex
	has token
	due time.Time
}

// get returns the token that is kept, or a new one. Where none can be had, one that has not ended is still good.
func (k *keptToken) get(ctx context.Context) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.has.text != "" && k.now().Before(k.due) {
		return k.has.text, nil
	}
	t, err := k.retrieve(ctx)
	switch {
	case err == nil:
		k.has, k.due = t, k.now()
		if !t.until.IsZero() {
			k.due = k.renew(k.now(), t)
		}
	case k.has.text == "" || !k.now().Before(k.has.until):
		return "", fmt.Errorf("%w: %w", errNoToken, err)
	}
	return k.has.text, nil
}
