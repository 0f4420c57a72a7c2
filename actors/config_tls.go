// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"crypto/tls"
	"maps"
	"strings"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// gatewayPrefix stands before the ssl.* of the gateway.
const gatewayPrefix = "cluster."

// gatewayTLS reads cluster.ssl.*, certificates of the users' own for what workers tell each other; nil where there are none. Both sides
// show theirs, and trust whom the trust store names: without one, whoever has a certificate of the key store.
func (c *Config) gatewayTLS() (*tls.Config, []error) {
	given := false
	for key := range c.Raw {
		given = given || strings.HasPrefix(key, gatewayPrefix+"ssl.")
	}
	if !given {
		return nil, nil
	}
	props := maps.Clone(c.Raw)
	props[gatewayPrefix+"ssl.client.auth"] = "required"
	config, warnings, errs := kafkaconfig.ServerTLS(props, gatewayPrefix)
	c.Warnings = append(c.Warnings, warnings...)
	config.RootCAs = config.ClientCAs
	return config, errs
}
