// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"strings"

	"github.com/longshore-io/connect/internal/pkcs8"
)

const (
	keyStore   = "ssl.keystore"
	trustStore = "ssl.truststore"

	inlineChain = keyStore + ".certificate.chain"
	inlineKey   = keyStore + ".key"
	inlineRoots = trustStore + ".certificates"
	keyPassword = "ssl.key.password"
)

// errStorePassword is what is wrong with a key store where its content and the password of its key are not.
var errStorePassword = errors.New("it does not open the key store, or the file is damaged")

// storeFormat is what a file is, which its first bytes show. The type that was configured is not needed: Java, too, opens JKS as
// PKCS12 and the other way round, and a PEM file is plain to see.
type storeFormat int

const (
	unknownFormat storeFormat = iota
	pemFormat
	jksFormat
	pkcs12Format
)

func formatOf(content []byte) storeFormat {
	const sequence = 0x30 // how ASN.1 begins
	if block, _ := pem.Decode(content); block != nil {
		return pemFormat
	}
	switch {
	case bytes.HasPrefix(content, jksMagic):
		return jksFormat
	case bytes.HasPrefix(content, []byte{sequence}):
		return pkcs12Format
	}
	return unknownFormat
}

// trustedRoots are the certificates of the trust store, nil where there is no trust store.
func (v *values) trustedRoots() *x509.CertPool {
	key := trustStore + ".location"
	var roots []*x509.Certificate
	var err error
	if text := v.text(inlineRoots); text != "" {
		key = inlineRoots
		roots, err = pemCertificates(spreadPEM(text))
	} else if content := v.openStore(trustStore); content != nil {
		roots, err = v.rootsIn(content)
	} else {
		return nil
	}
	if err == nil && len(roots) == 0 {
		err = errors.New("no certificate found")
	}
	if err != nil {
		v.failStore(trustStore, key, err)
		return nil
	}
	pool := x509.NewCertPool()
	for _, root := range roots {
		pool.AddCert(root)
	}
	return pool
}

func (v *values) rootsIn(content []byte) ([]*x509.Certificate, error) {
	password := v.text(trustStore + ".password")
	switch formatOf(content) {
	case jksFormat:
		return jksRoots(content, password, v.isGiven(trustStore+".password"))
	case pkcs12Format:
		return pkcs12Roots(content, password)
	}
	return pemCertificates(content)
}

// keyPairs are the private keys of the key store with their certificates, nil where there is no key store.
func (v *values) keyPairs() []tls.Certificate {
	key := keyStore + ".location"
	var pairs []tls.Certificate
	var err error
	if text := v.text(inlineChain); text != "" {
		key = inlineChain
		pairs, err = pemPair(spreadPEM(text), spreadPEM(v.text(inlineKey)), v.text(keyPassword))
	} else if content := v.openStore(keyStore); content != nil {
		pairs, err = v.pairsIn(content)
	}
	if err != nil {
		v.failStore(keyStore, key, err)
		return nil
	}
	return pairs
}

func (v *values) pairsIn(content []byte) ([]tls.Certificate, error) {
	format := formatOf(content)
	if format == pemFormat {
		return pemPair(content, content, v.text(keyPassword))
	}
	password := v.text(keyStore + ".password")
	if !v.isGiven(keyStore + ".password") {
		return nil, errors.New("SSL key store is specified, but key store password is not specified.") //nolint:staticcheck // Kafka's text
	}
	if format == pkcs12Format {
		return pkcs12Pair(content, password)
	}
	ofKey := password
	if v.isGiven(keyPassword) {
		ofKey = v.text(keyPassword)
	}
	return jksPairs(content, password, ofKey)
}

// openStore returns the content of the file at <store>.location, nil if there is none or it is of no use.
func (v *values) openStore(store string) []byte {
	location, kind := v.text(store+".location"), strings.ToUpper(v.text(store+".type"))
	if location == "" {
		return nil
	}
	if kind != "JKS" && kind != "PKCS12" && kind != "PEM" {
		v.fail(store+".type", "use JKS, PKCS12 or PEM")
		return nil
	}
	content, err := os.ReadFile(location)
	if err != nil {
		v.fail(store+".location", "cannot read it: "+withoutPath(err))
		return nil
	}
	switch format := formatOf(content); {
	case kind == "PEM" && format != pemFormat:
		v.fail(store+".location", "no PEM block found")
	case format == unknownFormat:
		v.fail(store+".location", "this is no JKS, PKCS12 or PEM file")
	default:
		return content
	}
	return nil
}

// failStore names the key that is at fault: one of the passwords, or that which has the store.
func (v *values) failStore(store, key string, err error) {
	switch {
	case errors.Is(err, errStorePassword):
		key = store + ".password"
	case errors.Is(err, pkcs8.ErrPassword):
		key = keyPassword
	}
	v.fail(key, err.Error())
}

// withoutPath drops the path, which the error text already shows as the value.
func withoutPath(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
