// SPDX-License-Identifier: Apache-2.0

package stringconv

import (
	"context"
	"errors"
	"maps"
	"strings"
	"unsafe"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// Class is the class name under which configurations know this converter.
const Class = "org.apache.kafka.connect.storage.StringConverter"

const (
	typeKey     = "converter.type"
	encodingKey = "converter.encoding"
)

var configDef = connect.ConfigDef{
	{Name: typeKey, Type: connect.StringType, Required: true, Validator: connect.OneOf("key", "value", "header"),
		Importance: connect.Low, Doc: "What the converter is used for: key, value or header.", DisplayName: typeKey},
	{Name: encodingKey, Type: connect.StringType, Default: "UTF-8", Importance: connect.High, Width: connect.MediumWidth,
		DisplayName: "Encoding", Doc: "The character set in which text becomes bytes, by its Java name."},
}

// Converter writes Java's toString of values, and reads text. The zero value uses UTF-8.
type Converter struct {
	out, in *charset
}

// New makes a converter for keys and values.
func New() connect.Converter { return &Converter{} }

// Config defines the options of Kafka's StringConverter. It also takes key.serializer.encoding, value.serializer.encoding
// and the same with deserializer, which win over converter.encoding, as in Kafka.
func (c *Converter) Config() connect.ConfigDef { return configDef }

// Configure takes the encoding; one that is not known is a *connect.ConfigError.
func (c *Converter) Configure(props map[string]string, isKey bool) error {
	if isKey {
		return c.configure(props, "key", "key")
	}
	return c.configure(props, "value", "value")
}

func (c *Converter) configure(props map[string]string, usedFor, prefix string) error {
	withType := maps.Clone(props)
	if withType == nil {
		withType = map[string]string{}
	}
	withType[typeKey] = usedFor
	values, errs := configDef.Parse(withType)
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	encoding := values.String(encodingKey)
	var err error
	if c.out, err = charsetOf(props, prefix+".serializer.encoding", encoding); err != nil {
		return err
	}
	c.in, err = charsetOf(props, prefix+".deserializer.encoding", encoding)
	return err
}

func charsetOf(props map[string]string, key, encoding string) (*charset, error) {
	if own, ok := props[key]; ok {
		encoding = own
	} else {
		key = encodingKey
	}
	set := charsets[strings.ToLower(encoding)]
	if set == nil {
		return nil, &connect.ConfigError{Key: key, Value: encoding,
			Reason: "Unsupported encoding: use UTF-8, US-ASCII, ISO-8859-1, UTF-16, UTF-16BE or UTF-16LE"}
	}
	return set, nil
}

// FromConnectData returns the encoded toString of a value, nil for null; the schema does not matter.
func (c *Converter) FromConnectData(_ context.Context, _ string, _ connect.Headers, _ *connect.Schema, value any) ([]byte, error) {
	return c.write(value), nil
}

// ToConnectData reads the bytes as an optional STRING value.
func (c *Converter) ToConnectData(_ context.Context, _ string, _ connect.Headers, data []byte) (connect.SchemaAndValue, error) {
	return c.read(data), nil
}

func (c *Converter) write(value any) []byte {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		if c.out == nil || c.out == &utf8Charset {
			return bytesOf(v)
		}
		return c.out.encode(make([]byte, 0, len(v)), v)
	}
	text := javatext.Append(nil, value)
	if c.out == nil || c.out == &utf8Charset {
		return text
	}
	return c.out.encode(nil, string(text))
}

// bytesOf are the bytes of a text themselves: whoever is given what a converter has made only reads it, and to copy it would be most of the work.
// No text is no bytes, which is not null.
func bytesOf(text string) []byte {
	if text == "" {
		return []byte{}
	}
	return unsafe.Slice(unsafe.StringData(text), len(text))
}

func (c *Converter) read(data []byte) connect.SchemaAndValue {
	if data == nil {
		return connect.SchemaAndValue{Schema: connect.OptionalString}
	}
	set := c.in
	if set == nil {
		set = &utf8Charset
	}
	return connect.SchemaAndValue{Schema: connect.OptionalString, Value: set.decode(data)}
}

// HeaderConverter writes and reads header values as text.
type HeaderConverter struct{ text Converter }

// NewHeader makes a converter for headers.
func NewHeader() connect.HeaderConverter { return &HeaderConverter{} }

// Config defines the options of Kafka's StringConverter.
func (h *HeaderConverter) Config() connect.ConfigDef { return configDef }

// Configure takes the encoding; the more special keys are those of values.
func (h *HeaderConverter) Configure(props map[string]string) error {
	return h.text.configure(props, "header", "value")
}

// FromConnectHeader returns the encoded toString of a header's value, nil for null.
func (h *HeaderConverter) FromConnectHeader(_ context.Context, _, _ string, _ *connect.Schema, value any) ([]byte, error) {
	return h.text.write(value), nil
}

// ToConnectHeader reads the bytes as an optional STRING value.
func (h *HeaderConverter) ToConnectHeader(_ context.Context, _, _ string, data []byte) (connect.SchemaAndValue, error) {
	return h.text.read(data), nil
}
