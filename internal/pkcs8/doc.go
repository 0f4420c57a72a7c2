// SPDX-License-Identifier: Apache-2.0

// Package pkcs8 opens private keys that are encrypted with a password: PKCS8 as openssl and keytool write it, which Go's library does not read.
//
// What lives here: that form of keys. What does not: key stores of Java and PEM (internal/kafkaconfig), and the encryption of PKCS5 version 1.5, which is older than AES.
package pkcs8
