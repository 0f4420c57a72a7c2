// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"crypto/tls"
	"crypto/x509"
)

// ServerTLS reads ssl.* of the https listeners of a REST API. If any of the worker's properties begins with prefix, such as
// listeners.https., only those that do count; else those without a prefix, which are also those of the Kafka clients. It returns
// one line for each property that has no effect, and one [*Error] for each wrong one; the key stores are read here.
func ServerTLS(props map[string]string, prefix string) (cfg *tls.Config, warnings []string, errs []error) {
	own := withPrefix(props, prefix)
	if len(own) == 0 {
		own, prefix = props, ""
	}
	v := readPrefixed(server, prefix, own)
	cfg = v.serverConfig()
	return cfg, v.warnings, v.errs
}

func (v *values) serverConfig() *tls.Config {
	cfg := &tls.Config{Certificates: v.keyPairs()}
	v.negotiation(cfg)
	if v.text(keyStore+".location") == "" && v.text(inlineChain) == "" {
		v.errs = append(v.errs, &Error{Key: v.prefix + keyStore + ".location", Value: "null",
			Reason: "an https listener needs a key store with a private key and its certificate"})
	}
	switch v.text("ssl.client.auth") {
	case "required":
		cfg.ClientAuth = tls.RequireAndVerifyClientCert
	case "requested":
		cfg.ClientAuth = tls.VerifyClientCertIfGiven
	default:
		return cfg
	}
	if cfg.ClientCAs = v.trustedRoots(); cfg.ClientCAs == nil {
		cfg.ClientCAs = anchorsOf(cfg.Certificates)
	}
	return cfg
}

// anchorsOf trusts what the key store has: that is Jetty's trust store where none is named. The roots of the system would let in
// everybody with a certificate of any public authority.
func anchorsOf(pairs []tls.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, pair := range pairs {
		for _, der := range pair.Certificate {
			if cert, err := x509.ParseCertificate(der); err == nil {
				pool.AddCert(cert)
			}
		}
	}
	return pool
}
