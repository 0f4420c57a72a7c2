// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/memberlist"
)

// keyInfo keeps the keys of gossip apart from whatever else is derived from the same secret. Another text is another cluster.
const keyInfo = "longshore gossip 1"

// derive makes keys for AES-256 from secrets of any length, with HKDF and SHA-256.
func derive(secrets [][]byte) ([][]byte, error) {
	if len(secrets) == 0 {
		return nil, errors.New("gossip needs a secret: it does not run unencrypted")
	}
	keys := make([][]byte, 0, len(secrets))
	for _, secret := range secrets {
		if len(secret) == 0 {
			return nil, errors.New("a secret of gossip must not be empty")
		}
		key, err := hkdf.Key(sha256.New, secret, nil, keyInfo, sha256.Size)
		if err != nil {
			return nil, fmt.Errorf("derive the key of gossip: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// rotate makes a ring hold exactly keys, of which the first encrypts.
func rotate(ring *memberlist.Keyring, keys [][]byte) error {
	for _, key := range keys {
		if err := ring.AddKey(key); err != nil {
			return fmt.Errorf("add a key of gossip: %w", err)
		}
	}
	// Each use moves a key to the front, so that those to remove come last: the ring removes in place, while others read it, and
	// only a removal of the last one moves nothing under their eyes.
	for _, key := range slices.Backward(keys) {
		if err := ring.UseKey(key); err != nil {
			return fmt.Errorf("use a key of gossip: %w", err)
		}
	}
	for _, key := range slices.Backward(ring.GetKeys()) {
		if slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, key) }) {
			continue
		}
		if err := ring.RemoveKey(key); err != nil {
			return fmt.Errorf("remove a key of gossip: %w", err)
		}
	}
	return nil
}
