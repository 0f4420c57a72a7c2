// SPDX-License-Identifier: Apache-2.0

package connect

import "slices"

// ConfigType is the type of a configuration value, by Kafka's names.
type ConfigType string

// The types, and the Go type of a parsed value of each.
const (
	BooleanType  ConfigType = "BOOLEAN"  // bool
	StringType   ConfigType = "STRING"   // string
	IntType      ConfigType = "INT"      // int, 32 bits
	ShortType    ConfigType = "SHORT"    // int, 16 bits
	LongType     ConfigType = "LONG"     // int64
	DoubleType   ConfigType = "DOUBLE"   // float64
	ListType     ConfigType = "LIST"     // []string
	ClassType    ConfigType = "CLASS"    // string
	PasswordType ConfigType = "PASSWORD" // Password
)

// Importance of a key, shown to users.
type Importance string

// The levels of importance.
const (
	High   Importance = "HIGH"
	Medium Importance = "MEDIUM"
	Low    Importance = "LOW"
)

// Width of an input field for the key, a hint for user interfaces. The zero value stands for NONE.
type Width string

// The widths.
const (
	NoWidth     Width = ""
	ShortWidth  Width = "SHORT"
	MediumWidth Width = "MEDIUM"
	LongWidth   Width = "LONG"
)

// Password is a value that is never shown.
type Password string

// hidden is what Kafka prints for a password.
const hidden = "[hidden]"

// String returns [hidden].
func (Password) String() string { return hidden }

// GoString returns [hidden].
func (Password) GoString() string { return hidden }

// MarshalText returns [hidden].
func (Password) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Reveal returns the secret itself, for the one place that uses it.
func (p Password) Reveal() string { return string(p) }

// ConfigKey defines one configuration key. A table of them is a ConfigDef.
type ConfigKey struct {
	// Name is the key.
	Name string
	// Type is what its value is parsed as.
	Type ConfigType
	// Required says that the key has no default; Default is then ignored.
	Required bool
	// Default is the value where the key is not set, of the type that Type parses to, or nil for null.
	Default any
	// Validator checks a parsed value; nil takes all.
	Validator Validator
	// Importance is shown to users.
	Importance Importance
	// Doc says what the key does, in a sentence.
	Doc string
	// Group and OrderInGroup place the key in user interfaces; a key without Group has neither.
	Group        string
	OrderInGroup int
	// Width is a hint for user interfaces.
	Width Width
	// DisplayName is the label; "" shows the key.
	DisplayName string
	// Dependents are keys whose recommended values change with this one.
	Dependents []string
	// Recommender knows good values; nil knows none.
	Recommender Recommender
	// Internal keys are parsed but not shown.
	Internal bool
}

// Validator checks the parsed value of a key. A nil value stands for a key that is missing or did not parse.
type Validator interface {
	// Check returns a *ConfigError that names the key and what would be right.
	Check(name string, value any) error
}

// Recommender knows which values are good for a key, given the others.
type Recommender interface {
	// ValidValues returns the values to offer; none means that any will do.
	ValidValues(name string, parsed map[string]any) ([]any, error)
	// Visible says whether the key matters with the other values.
	Visible(name string, parsed map[string]any) bool
}

// ConfigDef defines the configuration of a plugin: a literal table from which values are parsed and validated, and
// documentation is made. Its order is kept.
type ConfigDef []ConfigKey

// Key returns the definition of a key, nil where there is none.
func (d ConfigDef) Key(name string) *ConfigKey {
	for i := range d {
		if d[i].Name == name {
			return &d[i]
		}
	}
	return nil
}

// With returns the definition with keys added at its end; a key that is there already is replaced in its place.
func (d ConfigDef) With(keys ...ConfigKey) ConfigDef {
	out := slices.Clone(d)
	for _, k := range keys {
		if old := out.Key(k.Name); old != nil {
			*old = k
		} else {
			out = append(out, k)
		}
	}
	return out
}

// Parse reads the defined keys of a configuration. All errors are returned, each a *ConfigError or *MissingConfigError;
// keys that are not defined are left alone.
func (d ConfigDef) Parse(props map[string]string) (ConfigValues, []error) {
	values := make(ConfigValues, len(d))
	var errs []error
	for i := range d {
		v, err := d[i].parse(props)
		if err == nil && d[i].Validator != nil {
			err = d[i].Validator.Check(d[i].Name, v)
		}
		if err != nil {
			errs = append(errs, err)
		}
		values[d[i].Name] = v
	}
	return values, errs
}

func (k *ConfigKey) parse(props map[string]string) (any, error) {
	text, set := props[k.Name]
	switch {
	case set:
		return ParseConfigValue(k.Name, text, k.Type)
	case k.Required:
		return nil, &MissingConfigError{Key: k.Name}
	}
	return k.Default, nil
}

// ConfigValues are parsed values by key. The getters return the zero value for null, and panic for a key that was not
// defined or is of another type: that is a mistake in the plugin.
type ConfigValues map[string]any

// String returns a STRING or CLASS value.
func (c ConfigValues) String(key string) string { return valueOf[string](c, key) }

// Int returns an INT or SHORT value.
func (c ConfigValues) Int(key string) int { return valueOf[int](c, key) }

// Long returns a LONG value.
func (c ConfigValues) Long(key string) int64 { return valueOf[int64](c, key) }

// Double returns a DOUBLE value.
func (c ConfigValues) Double(key string) float64 { return valueOf[float64](c, key) }

// Bool returns a BOOLEAN value.
func (c ConfigValues) Bool(key string) bool { return valueOf[bool](c, key) }

// List returns a LIST value. It must not be changed.
func (c ConfigValues) List(key string) []string { return valueOf[[]string](c, key) }

// Password returns a PASSWORD value.
func (c ConfigValues) Password(key string) Password { return valueOf[Password](c, key) }

func valueOf[T any](c ConfigValues, key string) T {
	v, defined := c[key]
	if !defined {
		panic("connect: configuration key " + key + " is not defined")
	}
	if v == nil {
		var zero T
		return zero
	}
	return v.(T)
}
