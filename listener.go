// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"errors"
	"net"
	"regexp"
	"strconv"
	"strings"
)

// Listener is an address at which a worker serves its REST API, or is to serve it.
type Listener struct {
	// Scheme is http or https.
	Scheme string
	// Host is a name or an address without brackets; "" is every address of the machine.
	Host string
	// Port is 0 where any free port will do.
	Port int
}

// listenerPattern is the one of Kafka's RestServer. A port must be given; a host need not.
var listenerPattern = regexp.MustCompile(`^(.*)://\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)$`)

// ParseListener reads one URL of the worker's listeners. The error is Kafka's text without the key.
func ParseListener(text string) (Listener, error) {
	match := listenerPattern.FindStringSubmatch(text)
	if match == nil {
		return Listener{}, errors.New("Listener doesn't have the right format (protocol://hostname:port).") //nolint:staticcheck // Kafka's text
	}
	scheme := strings.ToLower(match[1])
	if scheme != "http" && scheme != "https" {
		return Listener{}, errors.New(`Listener protocol must be either "http" or "https".`) //nolint:staticcheck // Kafka's text
	}
	port, err := strconv.ParseUint(match[3], 10, 16)
	if err != nil {
		return Listener{}, errors.New("Listener port must be between 0 and 65535.") //nolint:staticcheck // as its neighbours
	}
	return Listener{Scheme: scheme, Host: match[2], Port: int(port)}, nil
}

// Address is host:port, with brackets around an IPv6 address: what net.Listen takes, and the form of a worker's id.
func (l Listener) Address() string { return net.JoinHostPort(l.Host, strconv.Itoa(l.Port)) }

// String is the URL of the listener.
func (l Listener) String() string { return l.Scheme + "://" + l.Address() }

// Wildcard says whether the listener takes connections at every address of the machine.
func (l Listener) Wildcard() bool {
	ip := net.ParseIP(l.Host)
	return l.Host == "" || ip != nil && ip.IsUnspecified()
}
