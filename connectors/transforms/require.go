// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"fmt"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// The texts of these errors are Kafka's; the purpose is that of the transform.

// dataErrorf is a record that a transform cannot handle.
func dataErrorf(format string, args ...any) error {
	return &connect.DataError{Reason: fmt.Sprintf(format, args...)}
}

// configErrorf is a configuration that is wrong as a whole.
func configErrorf(format string, args ...any) error {
	return connect.Errorf(connect.BadConfig, format, args...)
}

func requireSchema(schema *connect.Schema, purpose string) error {
	if schema == nil {
		return dataErrorf("Schema required for [%s]", purpose)
	}
	return nil
}

func requireMap(value any, purpose string) (*connect.Map, error) {
	if m, ok := value.(*connect.Map); ok && m != nil {
		return m, nil
	}
	return nil, dataErrorf("Only Map objects supported in absence of schema for [%s], found: %s", purpose, className(value))
}

func requireMapOrNull(value any, purpose string) (*connect.Map, error) {
	if value == nil {
		return nil, nil
	}
	return requireMap(value, purpose)
}

func requireStruct(value any, purpose string) (*connect.Struct, error) {
	if s, ok := value.(*connect.Struct); ok && s != nil {
		return s, nil
	}
	return nil, dataErrorf("Only Struct objects supported for [%s], found: %s", purpose, className(value))
}

func requireStructOrNull(value any, purpose string) (*connect.Struct, error) {
	if value == nil {
		return nil, nil
	}
	return requireStruct(value, purpose)
}

// requireSinkRecord returns the offset at which the record was consumed.
func requireSinkRecord(r *connect.Record, purpose string) (int64, error) {
	offset, consumed := r.KafkaOffset()
	if !consumed {
		return 0, dataErrorf("Only SinkRecord supported for [%s], found: org.apache.kafka.connect.source.SourceRecord", purpose)
	}
	return offset, nil
}

// className is the Java class that holds such a value, null for none.
func className(value any) string {
	if value == nil {
		return "null"
	}
	return javatext.ClassName(value)
}
