// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"context"
	"time"
)

// Converter turns values into the bytes of Kafka keys and values, and back. One instance serves one task; its methods
// are called one at a time. An error fails or skips the record as errors.tolerance says.
type Converter interface {
	// Config defines the converter's keys, without the key.converter. or value.converter. in front.
	Config() ConfigDef
	// Configure is called once, with those keys.
	Configure(props map[string]string, isKey bool) error
	// FromConnectData returns the bytes of a value; nil bytes are a null key or a tombstone. They may share memory with the value or with
	// other results: nobody changes them.
	FromConnectData(ctx context.Context, topic string, headers Headers, schema *Schema, value any) ([]byte, error)
	// ToConnectData reads the bytes of a key or value; they must not be kept.
	ToConnectData(ctx context.Context, topic string, headers Headers, data []byte) (SchemaAndValue, error)
}

// HeaderConverter turns header values into bytes and back.
type HeaderConverter interface {
	// Config defines the converter's keys, without the header.converter. in front.
	Config() ConfigDef
	// Configure is called once, with those keys.
	Configure(props map[string]string) error
	// FromConnectHeader returns the bytes of a header's value, as FromConnectData does.
	FromConnectHeader(ctx context.Context, topic, key string, schema *Schema, value any) ([]byte, error)
	// ToConnectHeader reads the bytes of a header's value; they must not be kept.
	ToConnectHeader(ctx context.Context, topic, key string, data []byte) (SchemaAndValue, error)
}

// ConfigProvider resolves the variables ${provider:path:key} of a configuration.
type ConfigProvider interface {
	// Configure is called once, with the keys of config.providers.<name>.param.
	Configure(params map[string]string) error
	// Get returns the values of keys at a path, leaving out those that are not there. ttl is how long they hold; 0 for ever.
	Get(ctx context.Context, path string, keys []string) (values map[string]string, ttl time.Duration, err error)
	// Close frees what the provider holds.
	Close() error
}
