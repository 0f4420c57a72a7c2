// SPDX-License-Identifier: Apache-2.0

package generation

import "fmt"

// SecretKey is the key of the record of the config topic that holds the [Keys].
const SecretKey = "longshore-key"

// Keys protect gossip and what workers send each other where the user has configured no secret. The first is used to send, all are
// accepted. However they are printed, what they are is left out.
type Keys [][]byte

const keysLeftOut = "[keys left out]"

// String leaves the keys out.
func (Keys) String() string { return keysLeftOut }

// Format leaves the keys out, whatever the verb.
func (Keys) Format(out fmt.State, _ rune) { _, _ = out.Write([]byte(keysLeftOut)) }

// MarshalText leaves the keys out; JSON, too, is made of it.
func (Keys) MarshalText() ([]byte, error) { return []byte(keysLeftOut), nil }

type keysValue struct {
	V    int      `json:"v"`
	Keys [][]byte `json:"keys"`
}

// KeyRecord is the record of the config topic with the keys. Its value is the only one with a secret in it.
func KeyRecord(keys Keys) Record {
	return Record{Key: SecretKey, Value: marshal(keysValue{V: 1, Keys: append([][]byte{}, keys...)})}
}

// DecodeKey reads the value of a record whose key is [SecretKey]: none for a tombstone. An error has nothing of the value in it.
func DecodeKey(value []byte) (Keys, error) {
	if value == nil {
		return nil, nil
	}
	var v keysValue
	if err := decode(Record{Key: SecretKey, Value: value}, &v.V, &v); err != nil {
		return nil, err
	}
	return v.Keys, nil
}
