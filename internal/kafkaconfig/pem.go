// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/longshore-io/connect/internal/pkcs8"
)

const (
	encryptedBlock   = "ENCRYPTED PRIVATE KEY"
	plainBlock       = "PRIVATE KEY"
	certificateBlock = "CERTIFICATE"
)

// pemBlock is a block with any white space in it: in a properties file it often stands on one line, with blanks for line ends.
var pemBlock = regexp.MustCompile(`\s*(-----BEGIN [A-Z0-9 ]+-----)([A-Za-z0-9+/=\s]+)(-----END [A-Z0-9 ]+-----)`)

// spreadPEM gives the blocks of an inline property the line ends that PEM has.
func spreadPEM(text string) []byte {
	return []byte(pemBlock.ReplaceAllStringFunc(text, func(block string) string {
		part := pemBlock.FindStringSubmatch(block)
		return part[1] + "\n" + strings.Join(strings.Fields(part[2]), "") + "\n" + part[3] + "\n"
	}))
}

func pemBlocks(text []byte) []*pem.Block {
	var blocks []*pem.Block
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		blocks = append(blocks, block)
	}
	return blocks
}

func pemCertificates(text []byte) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	for _, block := range pemBlocks(text) {
		if block.Type != certificateBlock {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read certificate %d: %w", len(certs)+1, err)
		}
		certs = append(certs, cert)
	}
	if len(certs) == 0 {
		return nil, errors.New("no PEM certificate found")
	}
	return certs, nil
}

// pemPair reads a chain and its key, which may be one text.
func pemPair(chain, key []byte, password string) ([]tls.Certificate, error) {
	for _, block := range pemBlocks(key) {
		if block.Type != encryptedBlock {
			continue
		}
		if password == "" {
			return nil, errors.New("the private key is encrypted: its password belongs into ssl.key.password")
		}
		der, err := pkcs8.Decrypt(block.Bytes, password)
		if err != nil {
			return nil, err
		}
		key = pem.EncodeToMemory(&pem.Block{Type: plainBlock, Bytes: der})
		break
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, fmt.Errorf("no usable PEM certificate chain and private key: %w", err)
	}
	return []tls.Certificate{pair}, nil
}
