// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// securityOpts reads only what security.protocol asks for, as Java does: ssl.* beside PLAINTEXT is not even looked at.
func (v *values) securityOpts(s *Settings) []kgo.Opt {
	if strings.HasSuffix(s.SecurityProtocol, "SSL") {
		s.tls = v.tlsConfig()
	}
	if !strings.HasPrefix(s.SecurityProtocol, "SASL_") {
		return nil
	}
	if mechanism := v.saslMechanism(s); mechanism != nil {
		return []kgo.Opt{kgo.SASL(mechanism)}
	}
	return nil
}

const mechanismsToUse = "use PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER"

func (v *values) saslMechanism(s *Settings) sasl.Mechanism {
	mechanism := v.text("sasl.mechanism")
	switch mechanism {
	case "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", oauthBearer:
	case "GSSAPI":
		v.fail("sasl.mechanism", "Kerberos (GSSAPI, the default) is not supported: "+mechanismsToUse)
		return nil
	default:
		v.fail("sasl.mechanism", "not supported: "+mechanismsToUse)
		return nil
	}
	login, reason := parseJAAS(v.text("sasl.jaas.config"))
	if reason == "" {
		reason = login.fits(mechanism)
	}
	if reason != "" {
		v.fail("sasl.jaas.config", reason)
		return nil
	}
	if mechanism == oauthBearer {
		return v.oauthMechanism(login)
	}
	if !login.token() {
		s.User = login.options["username"]
	}
	return login.mechanism(mechanism)
}

// fits says why the login module cannot serve the mechanism, or nothing. Shaded copies of the modules have other package names.
func (l *jaasLogin) fits(mechanism string) string {
	want, needed := "ScramLoginModule", []string{"username", "password"}
	switch mechanism {
	case "PLAIN":
		want = "PlainLoginModule"
	case oauthBearer:
		want, needed = "OAuthBearerLoginModule", nil
	}
	if !strings.HasSuffix(l.module, "."+want) {
		return "sasl.mechanism=" + mechanism + " needs the login module org.apache.kafka.common.security." +
			strings.ToLower(strings.TrimSuffix(want, "LoginModule")) + "." + want
	}
	for _, option := range needed {
		if l.options[option] == "" {
			return "the option " + option + " is missing"
		}
	}
	return ""
}

func (l *jaasLogin) mechanism(name string) sasl.Mechanism {
	user, password := l.options["username"], l.options["password"]
	switch name {
	case "PLAIN":
		return plain.Auth{User: user, Pass: password}.AsMechanism()
	case "SCRAM-SHA-256":
		return l.scram(user, password).AsSha256Mechanism()
	}
	return l.scram(user, password).AsSha512Mechanism()
}

// token is tokenauth=true, which logs in with a delegation token.
func (l *jaasLogin) token() bool { return strings.EqualFold(l.options["tokenauth"], "true") }

func (l *jaasLogin) scram(user, password string) scram.Auth {
	return scram.Auth{User: user, Pass: password, IsToken: l.token()}
}
