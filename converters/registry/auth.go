// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// authorizer puts credentials on a request to a URL that had this user in it.
type authorizer func(r *http.Request, ofURL *url.Userinfo) error

// newAuthorizer reads basic.auth.* and bearer.auth.*. Bearer tokens count when their source, a token or an issuer is named.
func newAuthorizer(c *http.Client, v connect.ConfigValues, props map[string]string) (authorizer, error) {
	if props[basicSourceKey] != "" && props[bearerSourceKey] != "" {
		return nil, connect.Errorf(connect.BadConfig, "Only one of %s and %s may be specified", basicSourceKey, bearerSourceKey)
	}
	if props[bearerSourceKey] != "" || v.Password(bearerTokenKey) != "" && props[basicSourceKey] == "" {
		return bearer(c, v)
	}
	switch v.String(basicSourceKey) {
	case fromUserInfo:
		return userInfo(v)
	case fromSASL:
		return inherited(props["sasl.jaas.config"])
	}
	return func(r *http.Request, ofURL *url.Userinfo) error {
		if ofURL != nil {
			password, _ := ofURL.Password()
			r.SetBasicAuth(ofURL.Username(), password)
		}
		return nil
	}, nil
}

func basic(user, password string) authorizer {
	return func(r *http.Request, _ *url.Userinfo) error {
		r.SetBasicAuth(user, password)
		return nil
	}
}

func userInfo(v connect.ConfigValues) (authorizer, error) {
	info := v.Password(basicUserKey)
	if info == "" {
		info = v.Password(basicOldUserKey)
	}
	user, password, ok := strings.Cut(info.Reveal(), ":")
	if !ok {
		return nil, &connect.ConfigError{Key: basicUserKey, Value: info, Reason: "expected user:password, as " + basicSourceKey + " is " + fromUserInfo}
	}
	return basic(user, password), nil
}

func inherited(jaas string) (authorizer, error) {
	user, password, err := kafkaconfig.Login(jaas)
	if err != nil {
		return nil, &connect.ConfigError{Key: "sasl.jaas.config", Value: connect.Password(jaas), Reason: err.Error()}
	}
	return basic(user, password), nil
}
