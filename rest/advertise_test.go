// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"net"
	"testing"

	"github.com/stretchr/testify/assert"

	connect "github.com/longshore-io/connect"
)

func TestAdvertisedURL(t *testing.T) {
	all := connect.Listener{Scheme: "http", Port: 8083}
	named := connect.Listener{Scheme: "http", Host: "a.example", Port: 8084}
	secure := connect.Listener{Scheme: "https", Host: "b.example", Port: 8443}
	tests := []struct {
		name       string
		bound      []connect.Listener
		advertised Advertised
		want       string
	}{
		{"every address of the machine is told as the local one", []connect.Listener{all}, Advertised{}, "http://10.0.0.7:8083/"},
		{"0.0.0.0 is no address for others", []connect.Listener{{Scheme: "http", Host: "0.0.0.0", Port: 1}}, Advertised{}, "http://10.0.0.7:1/"},
		{"a named host is told", []connect.Listener{named}, Advertised{}, "http://a.example:8084/"},
		{"IPv6 has brackets", []connect.Listener{{Scheme: "http", Host: "::1", Port: 8083}}, Advertised{}, "http://[::1]:8083/"},
		{"http comes before https", []connect.Listener{secure, named}, Advertised{}, "http://a.example:8084/"},
		{"https where there is no http", []connect.Listener{secure}, Advertised{}, "https://b.example:8443/"},
		{"the advertised scheme picks the listener", []connect.Listener{named, secure}, Advertised{Scheme: "HTTPS"}, "https://b.example:8443/"},
		{"an advertised scheme without listener takes the first", []connect.Listener{named}, Advertised{Scheme: "https"}, "https://a.example:8084/"},
		{"host and port are told as wished", []connect.Listener{all}, Advertised{Host: "proxy.example", Port: 80}, "http://proxy.example:80/"},
		{"an advertised host keeps the listener's port", []connect.Listener{named}, Advertised{Host: "proxy.example"}, "http://proxy.example:8084/"},
		{"an advertised IPv6 address may have its brackets", []connect.Listener{named}, Advertised{Host: "[fd00::1]"}, "http://[fd00::1]:8084/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, AdvertisedURL(tt.bound, tt.advertised, "10.0.0.7").String())
		})
	}
}

func TestReachable(t *testing.T) {
	tests := []struct {
		name string
		ips  []string
		want string
	}{
		{"loopback is not reachable", []string{"127.0.1.1", "::1", "10.1.2.3"}, "10.1.2.3"},
		{"IPv4 comes before IPv6", []string{"fd00::1", "10.1.2.3"}, "10.1.2.3"},
		{"IPv6 will do", []string{"fe80::1", "fd00::1"}, "fd00::1"},
		{"none", []string{"127.0.0.1", "fe80::1"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var ips []net.IP
			for _, ip := range tt.ips {
				ips = append(ips, net.ParseIP(ip))
			}
			got, found := reachable(ips)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.want != "", found)
		})
	}
}

func TestLocalAddressIsAnAddress(t *testing.T) {
	assert.NotNil(t, net.ParseIP(LocalAddress(t.Context())))
}
