// SPDX-License-Identifier: Apache-2.0

package kafkaconfig_test

import (
	"crypto/tls"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

const listenersPrefix = "listeners.https."

func TestPrefixedPropertiesCountAloneOrNotAtAll(t *testing.T) {
	plain := []string{"ssl.keystore.location", stored("server.pem"), "ssl.client.auth", "required"}

	cfg := serverTLS(t, listenersPrefix, plain...)
	assert.Equal(t, tls.RequireAndVerifyClientCert, cfg.ClientAuth, "without any prefixed one the others count")

	cfg = serverTLS(t, listenersPrefix, append(plain, "listeners.https.ssl.keystore.location", stored("server.p12"), "listeners.https.ssl.keystore.password", storePassword)...)
	assert.Equal(t, tls.NoClientCert, cfg.ClientAuth, "the others are not looked at")

	_, _, errs := kafkaconfig.ServerTLS(with(append(plain, "listeners.https.anything", "x")...), listenersPrefix)
	require.Len(t, errs, 1, "the key store has no prefix")
	assert.Equal(t, "listeners.https.ssl.keystore.location", keyOf(errs[0]))

	cfg = serverTLS(t, "admin.listeners.https.", append(plain, "listeners.https.ssl.client.auth", "requested")...)
	assert.Equal(t, tls.RequireAndVerifyClientCert, cfg.ClientAuth, "each kind of listeners has its own prefix")
}

func TestWhoMustShowACertificate(t *testing.T) {
	known := serverTLS(t, "", "ssl.keystore.location", stored("server.pem")).Certificates
	_, _, stranger := authority(t)
	base := []string{"ssl.keystore.location", stored("server.pem")}
	tests := []struct {
		name    string
		props   []string
		shown   []tls.Certificate
		refused bool
	}{
		{"nobody by default", nil, nil, false},
		{"a stranger is let in where none is asked", nil, []tls.Certificate{stranger}, false},
		{"required and shown", []string{"ssl.client.auth", "required", "ssl.truststore.location", stored("trust.jks")}, known, false},
		{"required and not shown", []string{"ssl.client.auth", "required", "ssl.truststore.location", stored("trust.jks")}, nil, true},
		{"required and shown by a stranger", []string{"ssl.client.auth", "required", "ssl.truststore.location", stored("trust.jks")}, []tls.Certificate{stranger}, true},
		{"requested and not shown", []string{"ssl.client.auth", "requested", "ssl.truststore.location", stored("trust.jks")}, nil, false},
		{"requested and shown by a stranger", []string{"ssl.client.auth", "requested", "ssl.truststore.location", stored("trust.jks")}, []tls.Certificate{stranger}, true},
		{"the key store is the trust store where none is named", []string{"ssl.client.auth", "required"}, known, false},
		{"and not the system's", []string{"ssl.client.auth", "required"}, []tls.Certificate{stranger}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := &tls.Config{GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				if len(tt.shown) == 0 {
					return &tls.Certificate{}, nil
				}
				return &tt.shown[0], nil
			}}
			_, clientErr, serverErr := shake(t, serverTLS(t, "", append(base, tt.props...)...), client)
			if tt.refused {
				require.Error(t, clientErr)
				require.Error(t, serverErr)
				return
			}
			require.NoError(t, clientErr)
			require.NoError(t, serverErr)
		})
	}
}

func TestVersionsAndCipherSuites(t *testing.T) {
	const of12, of13 = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"
	tests := []struct {
		name           string
		key, value     string
		version, suite uint16
		warning        string
	}{
		{"the newest version", "ssl.enabled.protocols", "TLSv1.2,TLSv1.3", tls.VersionTLS13, 0, ""},
		{"one version", "ssl.enabled.protocols", "TLSv1.2", tls.VersionTLS12, 0, ""},
		{"older ones are left out", "ssl.enabled.protocols", "TLSv1,TLSv1.1,TLSv1.2", tls.VersionTLS12, 0,
			"ssl.enabled.protocols: TLSv1,TLSv1.1 has no effect: not safe, and off as in Java"},
		{"a suite of TLS 1.2 leaves no TLS 1.3", "ssl.cipher.suites", of12, tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, ""},
		{"a suite of TLS 1.3 leaves no TLS 1.2", "ssl.cipher.suites", of13, tls.VersionTLS13, 0, ""},
		{"suites that Go lacks are left out", "ssl.cipher.suites", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384," + of12, tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			"ssl.cipher.suites: TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 has no effect: Go does not support it, or not as safe"},
		{"the context's version says nothing", "ssl.protocol", "TLSv1.2", tls.VersionTLS13, 0, "ssl.protocol has no effect: ssl.enabled.protocols says which versions are taken"},
		{"a Java provider", "ssl.provider", "SunJSSE", tls.VersionTLS13, 0, "ssl.provider has no effect: it names a Java class"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg, warnings, errs := kafkaconfig.ServerTLS(with("ssl.keystore.location", stored("server.pem"), tt.key, tt.value), listenersPrefix)
			require.Empty(t, errs)
			state, err, _ := shake(t, cfg, &tls.Config{})
			require.NoError(t, err)
			assert.Equal(t, tt.version, state.Version)
			if tt.suite != 0 {
				assert.Equal(t, tt.suite, state.CipherSuite)
			}
			if tt.warning == "" {
				assert.Empty(t, warnings)
				return
			}
			assert.Equal(t, []string{tt.warning}, warnings)
		})
	}
}

func TestVersionsAndCipherSuitesThatLeaveNothing(t *testing.T) {
	for name, props := range map[string][]string{
		"only old versions":                {"ssl.enabled.protocols", "TLSv1.1"},
		"no such version":                  {"ssl.enabled.protocols", "TLSv1.2,TLSv2"},
		"no suite that Go has":             {"ssl.cipher.suites", "TLS_RSA_WITH_RC4_128_MD5"},
		"a suite of a version that is off": {"ssl.cipher.suites", "TLS_AES_128_GCM_SHA256", "ssl.enabled.protocols", "TLSv1.2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, errs := kafkaconfig.ServerTLS(with(append(props, "ssl.keystore.location", stored("server.pem"))...), listenersPrefix)
			require.Len(t, errs, 1)
			assert.Equal(t, props[0], keyOf(errs[0]))
		})
	}
}
