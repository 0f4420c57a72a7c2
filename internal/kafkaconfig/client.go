// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"crypto/tls"
	"errors"
)

// ClientTLS reads ssl.* of a client that is none of Kafka's, from the properties that begin with prefix, such as
// schema.registry. for schema.registry.ssl.truststore.location. Errors and warnings are those of [ServerTLS].
func ClientTLS(props map[string]string, prefix string) (cfg *tls.Config, warnings []string, errs []error) {
	v := readPrefixed(Plain, prefix, onlySSL(withPrefix(props, prefix)))
	cfg = v.tlsConfig()
	return cfg, v.warnings, v.errs
}

// onlySSL leaves away what the prefix has of other kinds: a url is no Kafka property, but another key could have the name of one.
func onlySSL(props map[string]string) map[string]string {
	found := map[string]string{}
	for key, value := range withPrefix(props, "ssl.") {
		found["ssl."+key] = value
	}
	return found
}

// Login reads user and password of a sasl.jaas.config. The error says what is wrong with the text without quoting it.
func Login(jaas string) (user, password string, err error) {
	login, reason := parseJAAS(jaas)
	if reason != "" {
		return "", "", errors.New(reason)
	}
	return login.options["username"], login.options["password"], nil
}
