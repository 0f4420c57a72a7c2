// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// WithUsers has the broker keep ACLs, and a listener where these users log in; see BrokerConfig.
func WithUsers(users map[string]string) BrokerOption {
	return func(c *BrokerConfig) { c.Users = users }
}

// SecureAddr is the bootstrap address, host:port, of a broker with users: security.protocol=SASL_PLAINTEXT, sasl.mechanism=PLAIN.
func (b *Broker) SecureAddr() string { return net.JoinHostPort(loopback, strconv.Itoa(b.securePort)) }

// PlainLogin is sasl.jaas.config of a user.
func PlainLogin(user, password string) string {
	return fmt.Sprintf("org.apache.kafka.common.security.plain.PlainLoginModule required username=%q password=%q;", user, password)
}

// secure adds the second listener and the authorizer of KRaft brokers. The first listener has no login, so that everybody there is
// ANONYMOUS, who is made the administrator.
func (b *Broker) secure(p map[string]string) {
	if len(b.cfg.Users) == 0 {
		return
	}
	var login strings.Builder
	login.WriteString("org.apache.kafka.common.security.plain.PlainLoginModule required")
	for user, password := range b.cfg.Users {
		fmt.Fprintf(&login, " user_%s=%q", user, password)
	}
	p["listeners"] += ",USERS://" + b.SecureAddr()
	p["advertised.listeners"] += ",USERS://" + b.SecureAddr()
	p["listener.security.protocol.map"] += ",USERS:SASL_PLAINTEXT"
	p["sasl.enabled.mechanisms"] = "PLAIN"
	p["listener.name.users.plain.sasl.jaas.config"] = login.String() + ";"
	p["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
	p["super.users"] = "User:ANONYMOUS"
}
