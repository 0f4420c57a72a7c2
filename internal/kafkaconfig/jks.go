// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"bytes"
	"crypto/sha1" // the format's own checksum
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"

	"github.com/pavlo-v-chernykh/keystore-go/v4"

	"github.com/longshore-io/connect/internal/pkcs8"
)

// jksMagic is how a file of Java's own format begins.
var jksMagic = []byte{0xfe, 0xed, 0xfe, 0xed}

// openJKS reads the entries of a key store. A file ends with a checksum over the password and all before it; who has no password,
// as Java allows for certificates, cannot check it.
func openJKS(content []byte, password string, checked bool) (keystore.KeyStore, error) {
	entries := keystore.New(keystore.WithOrderedAliases())
	end := len(content) - sha1.Size
	if end < len(jksMagic) {
		return entries, errors.New("the key store ends early")
	}
	if checked && !bytes.Equal(content[end:], jksChecksum(password, content[:end])) {
		return entries, errStorePassword
	}
	// The library takes no file without a checksum, and passwords in ASCII only: this one has the empty password.
	unlocked := append(bytes.Clone(content[:end]), jksChecksum("", content[:end])...)
	if err := entries.Load(bytes.NewReader(unlocked), nil); err != nil {
		return entries, fmt.Errorf("the key store is damaged: %w", err)
	}
	return entries, nil
}

// jksChecksum is the one that Java's JKS files end with.
func jksChecksum(password string, content []byte) []byte {
	sum := sha1.New()
	for _, unit := range utf16.Encode([]rune(password)) {
		_ = binary.Write(sum, binary.BigEndian, unit) // a hash takes everything
	}
	sum.Write([]byte("Mighty Aphrodite"))
	sum.Write(content)
	return sum.Sum(nil)
}

// jksRoots are the certificates that Java trusts by a store: its certificates, and the first of each private key.
func jksRoots(content []byte, password string, checked bool) ([]*x509.Certificate, error) {
	entries, err := openJKS(content, password, checked)
	if err != nil {
		return nil, err
	}
	var roots []*x509.Certificate
	for _, alias := range entries.Aliases() {
		der := []byte{}
		if entry, err := entries.GetTrustedCertificateEntry(alias); err == nil {
			der = entry.Certificate.Content
		} else if chain, err := entries.GetPrivateKeyEntryCertificateChain(alias); err == nil && len(chain) > 0 {
			der = chain[0].Content
		}
		root, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("read the certificate %s: %w", alias, err)
		}
		roots = append(roots, root)
	}
	return roots, nil
}

func jksPairs(content []byte, password, ofKey string) ([]tls.Certificate, error) {
	entries, err := openJKS(content, password, true)
	if err != nil {
		return nil, err
	}
	var pairs []tls.Certificate
	for _, alias := range entries.Aliases() {
		if !entries.IsPrivateKeyEntry(alias) {
			continue
		}
		entry, err := entries.GetPrivateKeyEntry(alias, []byte(ofKey))
		if err != nil {
			return nil, pkcs8.ErrPassword
		}
		key, err := x509.ParsePKCS8PrivateKey(entry.PrivateKey)
		if err != nil {
			return nil, fmt.Errorf("read the private key %s: %w", alias, err)
		}
		pair := tls.Certificate{PrivateKey: key}
		for _, cert := range entry.CertificateChain {
			pair.Certificate = append(pair.Certificate, cert.Content)
		}
		pairs = append(pairs, pair)
	}
	if len(pairs) == 0 {
		return nil, errors.New("the key store has no private key")
	}
	return pairs, nil
}
