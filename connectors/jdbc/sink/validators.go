// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
	"github.com/longshore-io/connect/internal/javaregex"
)

// enumerator wants one of some names, all in small letters or all in capitals.
func enumerator(valid ...string) connect.Validator {
	return connect.ValidatorFunc(func(name string, value any) error {
		s, _ := value.(string)
		small := strings.ToLower(s)
		if slices.Contains(valid, small) && (s == small || s == strings.ToUpper(s)) {
			return nil
		}
		return &connect.ConfigError{Key: name, Value: value, Reason: "Invalid enumerator: it is one of " + strings.Join(valid, ", ")}
	})
}

// databaseURL wants a URL that one of the drivers understands; what depends on other keys is looked at later.
var databaseURL = connect.ValidatorFunc(func(name string, value any) error {
	url, given := value.(string)
	if !given {
		return nil // that it is missing is said already
	}
	parts := strings.SplitN(strings.TrimSpace(url), ":", 3)
	if len(parts) == 3 && parts[0] == "jdbc" && parts[1] != "" {
		return nil
	}
	return &connect.ConfigError{Key: name, Reason: "A URL begins with jdbc:, the name of a database, and a colon: jdbc:postgresql://localhost:5432/shop"}
})

var tableTypes = connect.ValidatorFunc(func(name string, value any) error {
	types, _ := value.([]string)
	if len(types) == 0 {
		return &connect.ConfigError{Key: name, Value: value, Reason: "At least one type is needed: TABLE, PARTITIONED TABLE, VIEW"}
	}
	for _, t := range types {
		if !slices.Contains([]string{"TABLE", "PARTITIONED TABLE", "VIEW"}, strings.ToUpper(t)) {
			return &connect.ConfigError{Key: name, Value: value, Reason: fmt.Sprintf("%s is none of TABLE, PARTITIONED TABLE, VIEW", t)}
		}
	}
	return nil
})

var timeZone = connect.ValidatorFunc(func(name string, value any) error {
	text, _ := value.(string)
	if _, err := zoneOf(text); err != nil {
		return &connect.ConfigError{Key: name, Value: value, Reason: "It is no time zone: use a name such as Europe/Berlin, or UTC"}
	}
	return nil
})

func zoneOf(name string) (*time.Location, error) { return database.ParseZone(name) }

// onlyClass wants one of the classes that are built in: the first, or an older name of it.
func onlyClass(valid ...string) connect.Validator {
	return connect.ValidatorFunc(func(name string, value any) error {
		if s, _ := value.(string); slices.Contains(valid, s) {
			return nil
		}
		return &connect.ConfigError{Key: name, Value: value, Reason: "Classes of Java cannot be run here: leave the key out, and rename in the topic or with transforms"}
	})
}

// javaPattern wants a regular expression.
var javaPattern = connect.ValidatorFunc(func(name string, value any) error {
	text, _ := value.(string)
	if _, err := javaregex.Compile(text); err != nil {
		return &connect.ConfigError{Key: name, Value: value, Reason: fmt.Sprintf("It is no regular expression: %v", err)}
	}
	return nil
})

// blame adds an error to the key that it is of; the URL's where it is of none.
func blame(values map[string]*connect.ConfigValue, err error) {
	key := urlKey
	var wrong *connect.ConfigError
	if errors.As(err, &wrong) && values[wrong.Key] != nil {
		key = wrong.Key
	}
	values[key].Errors = append(values[key].Errors, err.Error())
}
