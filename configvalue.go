// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// listSeparator is Kafka's: white space around the comma does not belong to the elements.
var listSeparator = regexp.MustCompile(`[\s\v]*,[\s\v]*`)

// ParseConfigValue reads the text of a value as Kafka's ConfigDef does: trimmed, booleans in any case, lists at commas.
// The error is a *ConfigError that never shows a password.
func ParseConfigValue(name, text string, typ ConfigType) (any, error) {
	trimmed := trim(text)
	switch typ {
	case BooleanType:
		switch strings.ToLower(trimmed) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, &ConfigError{name, text, "Expected value to be either true or false"}
	case IntType, ShortType, LongType:
		return parseInteger(name, text, typ)
	case DoubleType:
		v, err := strconv.ParseFloat(trimmed, 64)
		if err != nil {
			return nil, &ConfigError{name, text, "Not a number of type DOUBLE"}
		}
		return v, nil
	case ListType:
		if trimmed == "" {
			return []string{}, nil
		}
		return listSeparator.Split(trimmed, -1), nil
	case PasswordType:
		return Password(trimmed), nil
	}
	return trimmed, nil
}

// trim is Java's: control characters go too, other spaces of Unicode stay.
func trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
}

func parseInteger(name, text string, typ ConfigType) (any, error) {
	bits := map[ConfigType]int{ShortType: 16, IntType: 32, LongType: 64}[typ]
	v, err := strconv.ParseInt(trim(text), 10, bits)
	if err != nil {
		return nil, &ConfigError{name, text, "Not a number of type " + string(typ)}
	}
	if typ == LongType {
		return v, nil
	}
	return int(v), nil
}

// FormatConfigValue prints a parsed value as it is shown to users, and false for null.
func FormatConfigValue(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", false
	case []string:
		return strings.Join(v, ","), true
	case float64:
		return formatDouble(v), true
	}
	return fmt.Sprint(value), true
}

// formatDouble prints a number as Java does: 1.0, and 1.0E7 from there on and below 0.001.
func formatDouble(v float64) string {
	switch size := math.Abs(v); {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 0):
		return strings.TrimPrefix(strconv.FormatFloat(v, 'f', -1, 64), "+") + "inity"
	case size != 0 && (size < 1e-3 || size >= 1e7):
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
		n, _ := strconv.Atoi(exponent)
		return withPoint(mantissa) + "E" + strconv.Itoa(n)
	}
	return withPoint(strconv.FormatFloat(v, 'f', -1, 64))
}

func withPoint(digits string) string {
	if strings.Contains(digits, ".") {
		return digits
	}
	return digits + ".0"
}

// displayValue prints a wrong value in an error as Java does: null, and lists in brackets.
func displayValue(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case []string:
		return "[" + strings.Join(v, ", ") + "]"
	}
	return fmt.Sprint(value)
}

// ConfigValue is the outcome of validating one key.
type ConfigValue struct {
	// Name is the key.
	Name string
	// Value is the parsed value, nil for null or for one that did not parse.
	Value any
	// Recommended are values to offer.
	Recommended []any
	// Errors say what is wrong, each a whole sentence for the user.
	Errors []string
	// Visible says whether the key matters with the other values.
	Visible bool
}

// Validate checks a configuration as Kafka's ConfigDef.validate does: every key, with all its errors and its recommended
// values. Keys that are only named as dependents get an error of their own at the end.
func (d ConfigDef) Validate(props map[string]string) []*ConfigValue {
	v := validation{def: d, props: props, parsed: map[string]any{}, values: map[string]*ConfigValue{}}
	out := make([]*ConfigValue, 0, len(d))
	for i := range d {
		cv := &ConfigValue{Name: d[i].Name, Visible: true}
		v.values[d[i].Name] = cv
		out = append(out, cv)
	}
	out = append(out, v.undefinedDependents()...)
	for i := range d {
		v.parse(&d[i])
	}
	for i := range d {
		v.recommend(&d[i])
	}
	return out
}

type validation struct {
	def    ConfigDef
	props  map[string]string
	parsed map[string]any
	values map[string]*ConfigValue
}

func (v *validation) undefinedDependents() []*ConfigValue {
	var out []*ConfigValue
	for i := range v.def {
		for _, name := range v.def[i].Dependents {
			if v.values[name] != nil {
				continue
			}
			cv := &ConfigValue{Name: name, Errors: []string{name + " is referred in the dependents, but not defined."}}
			v.values[name] = cv
			out = append(out, cv)
		}
	}
	return out
}

// parse also runs the validator after a parse error, on null: Kafka reports both errors.
func (v *validation) parse(k *ConfigKey) {
	cv := v.values[k.Name]
	value, err := k.parse(v.props)
	if err != nil {
		cv.Errors = append(cv.Errors, err.Error())
	}
	if k.Validator != nil {
		if err := k.Validator.Check(k.Name, value); err != nil {
			cv.Errors = append(cv.Errors, err.Error())
		}
	}
	cv.Value = value
	v.parsed[k.Name] = value
}

// recommend only offers values: another one is no error, as in Kafka.
func (v *validation) recommend(k *ConfigKey) {
	if k.Recommender == nil {
		return
	}
	cv := v.values[k.Name]
	cv.Visible = k.Recommender.Visible(k.Name, v.parsed)
	values, err := k.Recommender.ValidValues(k.Name, v.parsed)
	if err != nil {
		cv.Errors = append(cv.Errors, err.Error())
		return
	}
	cv.Recommended = values
}
