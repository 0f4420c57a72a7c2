// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// idleTimeout is short: after its first minutes a converter asks the registry seldom.
const idleTimeout = 10 * time.Second

// newTransport makes what carries requests. The environment's proxies are not used, as in Java.
func newTransport(s *settings, values connect.ConfigValues, props map[string]string) (*http.Transport, error) {
	t := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: s.connectTimeout}).DialContext,
		TLSHandshakeTimeout:   s.connectTimeout,
		ResponseHeaderTimeout: s.readTimeout,
		IdleConnTimeout:       idleTimeout,
		MaxIdleConnsPerHost:   1,
		ForceAttemptHTTP2:     true,
	}
	cfg, _, errs := kafkaconfig.ClientTLS(props, sslPrefix)
	if len(errs) > 0 {
		return nil, connect.Classed(connect.BadConfig, errors.Join(errs...))
	}
	t.TLSClientConfig = cfg
	if host := values.String(proxyHostKey); host != "" {
		port := values.Int(proxyPortKey)
		if port <= 0 {
			return nil, &connect.ConfigError{Key: proxyPortKey, Value: port, Reason: "the proxy's port is needed beside " + proxyHostKey}
		}
		t.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: net.JoinHostPort(host, strconv.Itoa(port))})
	}
	return t, nil
}

// withHeaders adds the configured headers to each request.
type withHeaders struct {
	*http.Transport
	headers map[string]string
}

// RoundTrip sends a request.
func (w withHeaders) RoundTrip(r *http.Request) (*http.Response, error) {
	if len(w.headers) > 0 {
		r = r.Clone(r.Context())
		for name, value := range w.headers {
			r.Header.Set(name, value)
		}
	}
	return w.Transport.RoundTrip(r)
}

func requestHeaders(props map[string]string) map[string]string {
	headers := map[string]string{}
	for key, value := range props {
		if name, ok := strings.CutPrefix(key, requestHeaderPrefix); ok && name != "" {
			headers[name] = value
		}
	}
	return headers
}
