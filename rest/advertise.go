// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"

	connect "github.com/longshore-io/connect"
)

// Advertised is what others are told instead of what the worker finds out; zero values leave it to the worker.
type Advertised struct {
	// Scheme is rest.advertised.listener: http or https.
	Scheme string
	// Host is rest.advertised.host.name.
	Host string
	// Port is rest.advertised.port.
	Port int
}

// AdvertisedURL is the URL at which other workers and people reach this one; its Host is the worker's id. The scheme is the
// advertised one, else http if there is any such listener, else https. Host and port are the advertised ones, else those of
// the first listener with that scheme. A listener at every address of the machine names no host: local, the address that
// the machine has for others, stands in for it.
func AdvertisedURL(bound []connect.Listener, advertised Advertised, local string) *url.URL {
	scheme := strings.ToLower(advertised.Scheme)
	if scheme == "" {
		scheme = "https"
		if slices.ContainsFunc(bound, func(l connect.Listener) bool { return l.Scheme == "http" }) {
			scheme = "http"
		}
	}
	var told connect.Listener
	if i := slices.IndexFunc(bound, func(l connect.Listener) bool { return l.Scheme == scheme }); i >= 0 {
		told = bound[i]
	} else if len(bound) > 0 {
		told = bound[0]
	}
	if told.Wildcard() {
		told.Host = local
	}
	if advertised.Host != "" {
		told.Host = strings.Trim(advertised.Host, "[]")
	}
	if advertised.Port > 0 {
		told.Port = advertised.Port
	}
	return &url.URL{Scheme: scheme, Host: told.Address(), Path: "/"}
}

// LocalAddress finds the address by which other machines are likely to reach this one: an address of its own name, else of
// an interface, IPv4 before IPv6, and 127.0.0.1 if it has none but that.
func LocalAddress(ctx context.Context) string {
	if name, err := os.Hostname(); err == nil {
		// A name that nothing is known about has no addresses.
		named, _ := net.DefaultResolver.LookupIP(ctx, "ip", name)
		if address, found := reachable(named); found {
			return address
		}
	}
	addresses, _ := net.InterfaceAddrs()
	var ips []net.IP
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok {
			ips = append(ips, network.IP)
		}
	}
	if address, found := reachable(ips); found {
		return address
	}
	return "127.0.0.1"
}

// reachable picks the first address that is neither of this machine only nor of one link only.
func reachable(ips []net.IP) (string, bool) {
	for _, fits := range []func(net.IP) bool{isIPv4, net.IP.IsGlobalUnicast} {
		i := slices.IndexFunc(ips, func(ip net.IP) bool { return ip.IsGlobalUnicast() && fits(ip) })
		if i >= 0 {
			return ips[i].String(), true
		}
	}
	return "", false
}

func isIPv4(ip net.IP) bool { return ip.To4() != nil }
