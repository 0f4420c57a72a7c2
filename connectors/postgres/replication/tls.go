// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/longshore-io/connect/connectors/postgres/settings"
	"github.com/longshore-io/connect/internal/pkcs8"
)

// secure puts the client's certificate into all attempts of a connection that are encrypted.
func secure(config *pgconn.Config, s settings.Database) error {
	certificates, err := clientCertificate(s)
	if err != nil {
		return err
	}
	attempts := []*tls.Config{config.TLSConfig}
	for _, fallback := range config.Fallbacks {
		attempts = append(attempts, fallback.TLSConfig)
	}
	for _, attempt := range attempts {
		if attempt == nil {
			continue
		}
		if len(certificates) > 0 {
			attempt.Certificates = certificates
		}
		if s.TrustAll {
			attempt.InsecureSkipVerify, attempt.VerifyPeerCertificate, attempt.VerifyConnection = true, nil, nil
		}
	}
	return nil
}

func clientCertificate(s settings.Database) ([]tls.Certificate, error) {
	if s.SSLMode == "disable" || s.SSLCert == "" && s.SSLKey == "" {
		return nil, nil
	}
	if s.SSLCert == "" || s.SSLKey == "" {
		return nil, errors.New("read the client's certificate: database.sslcert and database.sslkey have to be set together")
	}
	chain, err := os.ReadFile(s.SSLCert)
	if err != nil {
		return nil, fmt.Errorf("read database.sslcert: %w", err)
	}
	key, err := os.ReadFile(s.SSLKey)
	if err != nil {
		return nil, fmt.Errorf("read database.sslkey: %w", err)
	}
	if key, err = keyPEM(s.SSLKey, key, s.SSLPassword.Reveal()); err != nil {
		return nil, fmt.Errorf("read database.sslkey: %w", err)
	}
	certificate, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, fmt.Errorf("read database.sslcert and database.sslkey: %w", err)
	}
	return []tls.Certificate{certificate}, nil
}

// keyPEM takes keys as Java's driver does, PKCS8 in DER, and as everybody else, in PEM; either may be encrypted.
func keyPEM(name string, key []byte, password string) ([]byte, error) {
	if strings.HasSuffix(name, ".p12") || strings.HasSuffix(name, ".pfx") {
		return nil, errors.New("PKCS12 files are not read: write the key into a file of its own with 'openssl pkcs12 -nocerts -nodes', and the certificate into another")
	}
	block, _ := pem.Decode(key)
	switch {
	case block == nil:
		if _, err := x509.ParsePKCS8PrivateKey(key); err == nil {
			return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), nil
		}
		plain, err := decrypted(key, password)
		if err != nil && !errors.Is(err, errPassword) {
			return nil, fmt.Errorf("it is neither PEM nor a plain PKCS8 key in DER, and %w", err)
		}
		return plain, err
	case x509.IsEncryptedPEMBlock(block): //nolint:staticcheck // keys of that form exist, and the driver that we stand in for takes them
		der, err := x509.DecryptPEMBlock(block, []byte(password)) //nolint:staticcheck // as above
		if err != nil {
			return nil, errPassword
		}
		return pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: der}), nil
	case block.Type == "ENCRYPTED PRIVATE KEY":
		return decrypted(block.Bytes, password)
	}
	return key, nil
}

var errPassword = errors.New("the key could not be decrypted with database.sslpassword")

// decrypted is the PEM of an encrypted PKCS8 key.
func decrypted(der []byte, password string) ([]byte, error) {
	plain, err := pkcs8.Decrypt(der, password)
	switch {
	case errors.Is(err, pkcs8.ErrPassword):
		return nil, errPassword
	case err != nil:
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: plain}), nil
}
