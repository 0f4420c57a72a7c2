// SPDX-License-Identifier: Apache-2.0

package database

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/pavlo-v-chernykh/keystore-go/v4"
	"software.sslmate.com/src/go-pkcs12"
)

// unverified encrypts without asking who the server is, which is what the modes require and preferred of Java's drivers mean.
func unverified() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
}

// chainOnly wants a certificate of a known authority, for whatever host.
func chainOnly(roots *x509.CertPool) *tls.Config {
	config := unverified()
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if len(state.PeerCertificates) == 0 {
			return errors.New("the server has shown no certificate")
		}
		options := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool()}
		for _, c := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(c)
		}
		_, err := state.PeerCertificates[0].Verify(options)
		return err
	}
	return config
}

// filePath takes the file: of a URL away.
func filePath(text string) (string, error) {
	rest, is := strings.CutPrefix(text, "file:")
	if !is {
		return text, nil
	}
	path, err := url.PathUnescape(rest)
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(path, "//"), nil
}

// rootsOf reads authorities from PEM, which MariaDB's driver takes in place of a file's name, too, a certificate in DER, PKCS-12 or Java's key
// stores, whichever it is.
func rootsOf(file, password string) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if pool.AppendCertsFromPEM([]byte(file)) {
		return pool, nil
	}
	path, err := filePath(file)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if pool.AppendCertsFromPEM(data) {
		return pool, nil
	}
	if one, err := x509.ParseCertificate(data); err == nil {
		pool.AddCert(one)
		return pool, nil
	}
	certificates, err := pkcs12.DecodeTrustStore(data, password)
	if err != nil {
		if certificates, err = javaTrust(data, password); err != nil {
			return nil, fmt.Errorf("read %s: it is neither PEM or DER, nor a PKCS-12 or Java key store that the password opens", path)
		}
	}
	for _, c := range certificates {
		pool.AddCert(c)
	}
	return pool, nil
}

func javaTrust(data []byte, password string) ([]*x509.Certificate, error) {
	store, err := javaStore(data, password)
	if err != nil {
		return nil, err
	}
	var out []*x509.Certificate
	for _, alias := range store.Aliases() {
		if !store.IsTrustedCertificateEntry(alias) {
			continue
		}
		entry, err := store.GetTrustedCertificateEntry(alias)
		if err != nil {
			return nil, err
		}
		c, err := x509.ParseCertificate(entry.Certificate.Content)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func javaStore(data []byte, password string) (keystore.KeyStore, error) {
	store := keystore.New()
	err := store.Load(bytes.NewReader(data), []byte(password))
	return store, err
}

// keyPair reads a certificate and its key: both in PEM, the key PKCS-8 in DER beside a PEM certificate, or all of it in one PKCS-12 or
// Java key store, whose certificate then needs no file.
func keyPair(certificate, key, password string) (tls.Certificate, error) {
	path, err := filePath(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return tls.Certificate{}, err
	}
	if private, leaf, chain, err := pkcs12.DecodeChain(data, password); err == nil {
		return pairOf(private, append([]*x509.Certificate{leaf}, chain...)), nil
	}
	if store, err := javaStore(data, password); err == nil {
		return javaPair(store, password)
	}
	private, err := privateKey(data)
	if err != nil {
		return tls.Certificate{}, err
	}
	text, err := os.ReadFile(certificate)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read the certificate: %w", err)
	}
	return tls.X509KeyPair(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

func pairOf(private any, chain []*x509.Certificate) tls.Certificate {
	out := tls.Certificate{PrivateKey: private}
	for _, c := range chain {
		out.Certificate = append(out.Certificate, c.Raw)
	}
	return out
}

func javaPair(store keystore.KeyStore, password string) (tls.Certificate, error) {
	for _, alias := range store.Aliases() {
		if !store.IsPrivateKeyEntry(alias) {
			continue
		}
		entry, err := store.GetPrivateKeyEntry(alias, []byte(password))
		if err != nil {
			return tls.Certificate{}, err
		}
		private, err := x509.ParsePKCS8PrivateKey(entry.PrivateKey)
		if err != nil {
			return tls.Certificate{}, err
		}
		out := tls.Certificate{PrivateKey: private}
		for _, c := range entry.CertificateChain {
			out.Certificate = append(out.Certificate, c.Content)
		}
		return out, nil
	}
	return tls.Certificate{}, errors.New("the key store has no private key")
}

// privateKey returns PKCS-8 in DER of a key in DER or PEM, PKCS-1 and SEC 1 included. Encrypted keys need a key store.
func privateKey(data []byte) ([]byte, error) {
	der := data
	if block, _ := pem.Decode(data); block != nil {
		der = block.Bytes
	}
	if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return der, nil
	}
	if rsa, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return x509.MarshalPKCS8PrivateKey(rsa)
	}
	if elliptic, err := x509.ParseECPrivateKey(der); err == nil {
		return x509.MarshalPKCS8PrivateKey(elliptic)
	}
	return nil, errors.New("it is neither PKCS-8 in DER, nor PEM, nor a key store that the password opens; encrypted keys should be in PKCS-12")
}

// mysqlRoots are the authorities that a MySQL URL names; nil are the system's.
func mysqlRoots(a *address) (*x509.CertPool, error) {
	file, password := a.params.text("trustCertificateKeyStoreUrl", "trustStore", "serverSslCert"), a.params.text("trustCertificateKeyStorePassword", "trustStorePassword")
	a.params.ignore(ofJava, "trustCertificateKeyStoreType", "trustStoreType", "fallbackToSystemTrustStore")
	if file == "" {
		return nil, nil
	}
	roots, err := rootsOf(file, password)
	if err != nil {
		return nil, fmt.Errorf("read the authorities that the server's certificate may come from: %w", err)
	}
	return roots, nil
}

// mysqlCertificate reads the certificate of this side.
func mysqlCertificate(a *address, config *tls.Config) error {
	store, password := a.params.text("clientCertificateKeyStoreUrl", "keyStore"), a.params.text("clientCertificateKeyStorePassword", "keyStorePassword")
	a.params.ignore("TLS is 1.2 or 1.3, with Go's choice of ciphers", "tlsVersions", "enabledTLSProtocols", "enabledSslProtocolSuites", "tlsCiphersuites", "enabledSslCipherSuites")
	a.params.ignore(ofJava, "clientCertificateKeyStoreType", "keyStoreType", "fallbackToSystemKeyStore")
	if store == "" {
		return nil
	}
	pair, err := keyPair("", store, password)
	if err != nil {
		return fmt.Errorf("read the key store of this side: %w", err)
	}
	config.Certificates = []tls.Certificate{pair}
	return nil
}
