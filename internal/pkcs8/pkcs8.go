// SPDX-License-Identifier: Apache-2.0

package pkcs8

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" // for keys that openssl made with -des3
	"crypto/pbkdf2"
	"crypto/sha1" // for keys of before OpenSSL 1.1
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"hash"
)

// The structures of an encrypted private key: PKCS8 (RFC 5958) with the encryption PBES2 and the key derivation PBKDF2 (RFC 8018),
// which is what openssl and keytool write.
type (
	encryptedKeyInfo struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	pbes2Params struct {
		Derivation, Cipher pkix.AlgorithmIdentifier
	}
	pbkdf2Params struct {
		Salt       []byte
		Iterations int
		KeyLength  int                      `asn1:"optional"`
		Hash       pkix.AlgorithmIdentifier `asn1:"optional"`
	}
)

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
)

// keyCiphers are the ciphers in CBC mode, keyHashes the HMACs of PBKDF2, by their object identifiers. No hash named is SHA-1.
var (
	keyCiphers = map[string]struct {
		keyLength int
		open      func([]byte) (cipher.Block, error)
	}{
		"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
		"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
		"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
		"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
	}
	keyHashes = map[string]func() hash.Hash{
		"":                    sha1.New,
		"1.2.840.113549.2.7":  sha1.New,
		"1.2.840.113549.2.9":  sha256.New,
		"1.2.840.113549.2.10": sha512.New384,
		"1.2.840.113549.2.11": sha512.New,
	}
)

// mostIterations bounds the time that a damaged file may cost; openssl's default is 2048, and what people choose is below this.
const mostIterations = 10_000_000

var errFormat = errors.New("the private key is encrypted in a way that is not supported: encrypt it with openssl pkcs8 -topk8 -v2 aes-256-cbc")

// ErrPassword says that the password is not that of the key.
var ErrPassword = errors.New("it does not open the private key")

// Decrypt returns the plain form of an encrypted private key, both in DER.
func Decrypt(der []byte, password string) ([]byte, error) {
	var info encryptedKeyInfo
	var params pbes2Params
	var derivation pbkdf2Params
	_, err := asn1.Unmarshal(der, &info)
	if err != nil || !info.Algorithm.Algorithm.Equal(oidPBES2) {
		return nil, errFormat
	}
	if _, err = asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &params); err != nil || !params.Derivation.Algorithm.Equal(oidPBKDF2) {
		return nil, errFormat
	}
	if _, err = asn1.Unmarshal(params.Derivation.Parameters.FullBytes, &derivation); err != nil {
		return nil, errFormat
	}
	mode, err := keyMode(params.Cipher, derivation, password)
	if err != nil {
		return nil, err
	}
	return unsealKey(mode, info.Data)
}

// keyMode prepares the decryption.
func keyMode(algorithm pkix.AlgorithmIdentifier, derivation pbkdf2Params, password string) (cipher.BlockMode, error) {
	used, known := keyCiphers[algorithm.Algorithm.String()]
	digest, hashed := keyHashes[derivation.Hash.Algorithm.String()]
	if !known || !hashed || derivation.Iterations < 1 || derivation.Iterations > mostIterations {
		return nil, errFormat
	}
	var iv []byte
	if _, err := asn1.Unmarshal(algorithm.Parameters.FullBytes, &iv); err != nil {
		return nil, errFormat
	}
	key, err := pbkdf2.Key(digest, password, derivation.Salt, derivation.Iterations, used.keyLength)
	if err != nil {
		return nil, errFormat
	}
	block, err := used.open(key)
	if err != nil || len(iv) != block.BlockSize() {
		return nil, errFormat
	}
	return cipher.NewCBCDecrypter(block, iv), nil
}

// unsealKey decrypts a key and takes off the padding, whose every byte is its length. Only a right password makes a key of it.
func unsealKey(mode cipher.BlockMode, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || len(sealed)%mode.BlockSize() != 0 {
		return nil, errFormat
	}
	plain := make([]byte, len(sealed))
	mode.CryptBlocks(plain, sealed)
	padding := int(plain[len(plain)-1])
	if padding < 1 || padding > mode.BlockSize() {
		return nil, ErrPassword
	}
	plain = plain[:len(plain)-padding]
	if _, err := x509.ParsePKCS8PrivateKey(plain); err != nil {
		return nil, ErrPassword
	}
	return plain, nil
}
