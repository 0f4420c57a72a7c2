// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"slices"
	"strings"
)

// ValidatorFunc makes a Validator of a function.
type ValidatorFunc func(name string, value any) error

// Check calls the function.
func (f ValidatorFunc) Check(name string, value any) error { return f(name, value) }

// AtLeast wants a number that is not below a minimum.
func AtLeast(minimum int64) Validator {
	return ValidatorFunc(func(name string, value any) error {
		n, err := number(name, value)
		if err == nil && n < float64(minimum) {
			err = &ConfigError{name, value, fmt.Sprintf("Value must be at least %d", minimum)}
		}
		return err
	})
}

// Between wants a number in a range, both ends included.
func Between(minimum, maximum int64) Validator {
	return ValidatorFunc(func(name string, value any) error {
		n, err := number(name, value)
		if err == nil && n < float64(minimum) {
			err = &ConfigError{name, value, fmt.Sprintf("Value must be at least %d", minimum)}
		}
		if err == nil && n > float64(maximum) {
			err = &ConfigError{name, value, fmt.Sprintf("Value must be no more than %d", maximum)}
		}
		return err
	})
}

func number(name string, value any) (float64, error) {
	switch n := value.(type) {
	case int:
		return float64(n), nil
	case int64:
		return float64(n), nil
	case float64:
		return n, nil
	}
	return 0, &ConfigError{name, nil, "Value must be non-null"}
}

// OneOf wants one of some strings.
func OneOf(valid ...string) Validator {
	return ValidatorFunc(func(name string, value any) error {
		if s, ok := value.(string); ok && slices.Contains(valid, s) {
			return nil
		}
		return &ConfigError{name, value, "String must be one of: " + strings.Join(valid, ", ")}
	})
}

// OneOfFold wants one of some strings in any case, and no null.
func OneOfFold(valid ...string) Validator {
	return ValidatorFunc(func(name string, value any) error {
		s, ok := value.(string)
		if ok && slices.ContainsFunc(valid, func(v string) bool { return strings.EqualFold(v, s) }) {
			return nil
		}
		return &ConfigError{name, value, "String must be one of (case insensitive): " + strings.Join(valid, ", ")}
	})
}

// NonEmpty wants a string with something in it; null passes.
func NonEmpty() Validator {
	return ValidatorFunc(func(name string, value any) error {
		if s, ok := value.(string); ok && s == "" {
			return &ConfigError{name, value, "String must be non-empty"}
		}
		return nil
	})
}

// AllOf wants what every one of some validators wants; the first error counts.
func AllOf(validators ...Validator) Validator {
	return ValidatorFunc(func(name string, value any) error {
		for _, v := range validators {
			if err := v.Check(name, value); err != nil {
				return err
			}
		}
		return nil
	})
}
