// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"net"
	"strconv"
	"strings"
)

// WithListeners gives the broker more listeners; see BrokerConfig.
func WithListeners(listeners map[string]map[string]string) BrokerOption {
	return func(c *BrokerConfig) { c.Listeners = listeners }
}

// ListenerAddr is the bootstrap address, host:port, of a listener that BrokerConfig names.
func (b *Broker) ListenerAddr(name string) string {
	return net.JoinHostPort(loopback, strconv.Itoa(b.listenerPorts[name]))
}

func (b *Broker) listen(p map[string]string) {
	for name, props := range b.cfg.Listeners {
		p["listeners"] += "," + name + "://" + b.ListenerAddr(name)
		p["advertised.listeners"] += "," + name + "://" + b.ListenerAddr(name)
		p["listener.security.protocol.map"] += "," + name + ":" + props["security.protocol"]
		for key, value := range props {
			if key != "security.protocol" {
				p["listener.name."+strings.ToLower(name)+"."+key] = value
			}
		}
	}
}
