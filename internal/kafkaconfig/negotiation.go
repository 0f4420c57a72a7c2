// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"crypto/tls"
	"slices"
)

// tlsVersions are the versions that Go and Java both take, by Java's names. The older ones are known to Java, which refuses them
// all the same as it comes.
var (
	tlsVersions      = map[string]uint16{"TLSv1.2": tls.VersionTLS12, "TLSv1.3": tls.VersionTLS13}
	olderTLSVersions = []string{"SSLv2Hello", "SSLv3", "TLSv1", "TLSv1.1"}
)

// negotiation sets the versions and cipher suites that are offered or taken.
func (v *values) negotiation(cfg *tls.Config) {
	cfg.MinVersion, cfg.MaxVersion = v.versionRange()
	v.limitSuites(cfg)
}

// versionRange follows ssl.enabled.protocols.
func (v *values) versionRange() (lowest, highest uint16) {
	const key, reason = "ssl.enabled.protocols", "only TLSv1.2 and TLSv1.3 are supported"
	var older []string
	for _, name := range v.list(key) {
		version, ok := tlsVersions[name]
		switch {
		case ok && (lowest == 0 || version < lowest):
			lowest = version
		case slices.Contains(olderTLSVersions, name):
			older = append(older, name)
		case !ok:
			v.fail(key, reason)
		}
		highest = max(highest, version)
	}
	switch {
	case len(older) > 0 && highest == 0:
		v.fail(key, reason)
	case len(older) > 0:
		v.warnOf(key, older, "not safe, and off as in Java")
	}
	return lowest, highest
}

// limitSuites follows ssl.cipher.suites. Java's names are those of IANA, as Go's are. Go does not let the suites of TLS 1.3 be
// chosen, all of which are safe; a list without any of them is one that wants no TLS 1.3, and a list of them alone wants nothing else.
func (v *values) limitSuites(cfg *tls.Config) {
	const key = "ssl.cipher.suites"
	var unknown []string
	var newest, chosen bool
	for _, name := range v.list(key) {
		suite := suiteNamed(name)
		switch {
		case suite == nil:
			unknown = append(unknown, name)
		case slices.Contains(suite.SupportedVersions, tls.VersionTLS12):
			chosen = true
			cfg.CipherSuites = append(cfg.CipherSuites, suite.ID)
		default:
			newest = true
		}
	}
	switch {
	case len(unknown) > 0 && !newest && !chosen:
		v.fail(key, "Go supports none of these cipher suites: leave the key out to take all that are safe")
		return
	case len(unknown) > 0:
		v.warnOf(key, unknown, "Go does not support it, or not as safe")
	}
	switch {
	case newest && !chosen:
		cfg.MinVersion = tls.VersionTLS13
	case chosen && !newest:
		cfg.MaxVersion = tls.VersionTLS12
	}
	if cfg.MinVersion > cfg.MaxVersion && cfg.MaxVersion != 0 {
		v.fail(key, "none of these cipher suites belongs to a version of ssl.enabled.protocols")
	}
}

func suiteNamed(name string) *tls.CipherSuite {
	suites := tls.CipherSuites()
	i := slices.IndexFunc(suites, func(s *tls.CipherSuite) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return suites[i]
}
