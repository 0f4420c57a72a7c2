// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"software.sslmate.com/src/go-pkcs12"
)

// pkcs12Roots are the certificates that Java trusts by a store: those that keytool has marked for it, else the first one of the
// private key. What else is in the file Java does not see either.
func pkcs12Roots(content []byte, password string) ([]*x509.Certificate, error) {
	roots, err := pkcs12.DecodeTrustStore(content, password)
	if err == nil {
		return roots, nil
	}
	if pair, pairErr := pkcs12Pair(content, password); pairErr == nil {
		return []*x509.Certificate{pair[0].Leaf}, nil
	}
	return nil, pkcs12Error(err)
}

func pkcs12Pair(content []byte, password string) ([]tls.Certificate, error) {
	key, first, others, err := pkcs12.DecodeChain(content, password)
	if err != nil {
		return nil, pkcs12Error(err)
	}
	certs := append([]*x509.Certificate{first}, others...)
	i := slices.IndexFunc(certs, func(cert *x509.Certificate) bool { return belongs(cert, key) })
	if i < 0 {
		return nil, errors.New("the key store has no certificate for its private key")
	}
	pair := tls.Certificate{PrivateKey: key, Leaf: certs[i]}
	for _, cert := range chainOf(certs[i], certs) {
		pair.Certificate = append(pair.Certificate, cert.Raw)
	}
	return []tls.Certificate{pair}, nil
}

func pkcs12Error(err error) error {
	if errors.Is(err, pkcs12.ErrIncorrectPassword) || errors.Is(err, pkcs12.ErrDecryption) {
		return errStorePassword
	}
	return fmt.Errorf("read the PKCS12 file: %w", err)
}

// belongs says whether a certificate is for a private key. The keys of crypto/x509 all have these methods.
func belongs(cert *x509.Certificate, key any) bool {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return false
	}
	public, ok := signer.Public().(interface {
		Equal(other crypto.PublicKey) bool
	})
	return ok && public.Equal(cert.PublicKey)
}

// chainOf puts the certificates above leaf in order, up to one that signs itself: a file has them in any.
func chainOf(leaf *x509.Certificate, certs []*x509.Certificate) []*x509.Certificate {
	chain := []*x509.Certificate{leaf}
	for last := leaf; !bytes.Equal(last.RawIssuer, last.RawSubject); last = chain[len(chain)-1] {
		i := slices.IndexFunc(certs, func(cert *x509.Certificate) bool {
			return bytes.Equal(cert.RawSubject, last.RawIssuer) && !slices.Contains(chain, cert)
		})
		if i < 0 {
			break
		}
		chain = append(chain, certs[i])
	}
	return chain
}
