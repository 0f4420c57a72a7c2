// SPDX-License-Identifier: Apache-2.0

package connect

import "maps"

// RawConfig is a connector's configuration as it was submitted and is stored: variables are not resolved, and a value may
// be null. What a plugin gets is Props.
type RawConfig map[string]*string

// Raw makes a RawConfig without nulls.
func Raw(props map[string]string) RawConfig {
	raw := make(RawConfig, len(props))
	for k, v := range props {
		raw[k] = &v
	}
	return raw
}

// Props returns the values that are not null.
func (c RawConfig) Props() map[string]string {
	props := make(map[string]string, len(c))
	for k, v := range c {
		if v != nil {
			props[k] = *v
		}
	}
	return props
}

// Get returns a value, and false where it is missing or null.
func (c RawConfig) Get(key string) (string, bool) {
	if v := c[key]; v != nil {
		return *v, true
	}
	return "", false
}

// Equal compares keys and values, nulls included.
func (c RawConfig) Equal(o RawConfig) bool {
	return maps.EqualFunc(c, o, func(a, b *string) bool {
		if a == nil || b == nil {
			return a == b
		}
		return *a == *b
	})
}

// Clone returns a copy that can be changed on its own.
func (c RawConfig) Clone() RawConfig { return maps.Clone(c) }
