// SPDX-License-Identifier: Apache-2.0

package event

import (
	"math/big"
	"strings"

	"github.com/longshore-io/connect"
)

// defaultReader makes the text of a value, as the server would print it, of a default expression; false where there is none. The rules are
// Debezium's: it does not evaluate expressions.
type defaultReader func(expression string) (text string, ok bool)

// literal is what an expression stands for: a placeholder if it is a function, the text between the first quotes, else itself.
func literal(expression, function string) (string, bool) {
	if called(expression) {
		return function, true
	}
	open := strings.IndexByte(expression, '\'')
	if open < 0 {
		return expression, !strings.HasPrefix(expression, "NULL::")
	}
	text, _, found := strings.Cut(expression[open+1:], "'")
	return text, found && !strings.Contains(text, "\n")
}

// called says whether an expression begins like the call of a function, or is one of those that are called without parentheses.
func called(expression string) bool {
	switch strings.ToLower(expression) {
	case "current_timestamp", "current_time", "current_date", "localtime", "localtimestamp":
		return true
	}
	name := strings.TrimPrefix(expression, "(")
	end := strings.IndexFunc(name, func(r rune) bool { return r >= 0x80 || !alphanumeric(byte(r)) && r != '_' && r != '.' })
	if end <= 0 || name[end] != '(' {
		return false
	}
	line, _, _ := strings.Cut(name[end:], "\n")
	return strings.Contains(line, ")")
}

func textDefault(function string) defaultReader {
	return func(expression string) (string, bool) { return literal(expression, function) }
}

// numberDefault takes what is a number as it is; NULL::type is none.
func numberDefault(function string) defaultReader {
	return func(expression string) (string, bool) {
		if strings.HasPrefix(expression, "NULL::") {
			return "", false
		}
		return literal(strings.TrimSpace(expression), function)
	}
}

func boolDefault(expression string) (string, bool) {
	text, ok := numberDefault("false")(expression)
	if strings.EqualFold(text, "true") {
		return "t", ok
	}
	return "f", ok
}

// decimalDefault gives the number the scale of the column, and takes none that would lose digits.
func decimalDefault(scale int, limited bool) defaultReader {
	return func(expression string) (string, bool) {
		text, ok := numberDefault("0.0")(expression)
		d, err := connect.ParseDecimal(text)
		if !ok || err != nil {
			return "", false
		}
		if !limited {
			return d.Plain(), true
		}
		digits, err := rescale(new(big.Int).Set(d.Unscaled()), d.Scale(), scale)
		if err != nil {
			return "", false
		}
		return connect.NewDecimal(digits, scale).Plain(), true
	}
}

// temporalDefaults are by type; a function, such as now(), is the epoch.
var temporalDefaults = map[string]defaultReader{
	"date":        finite("1970-01-01"),
	"time":        finite("00:00"),
	"timestamp":   finite("1970-01-01"),
	"timestamptz": finite("1970-01-01"),
	"interval":    intervalDefault,
}

// finite takes no infinity: there is no default that would be it.
func finite(function string) defaultReader {
	return func(expression string) (string, bool) {
		text, ok := literal(strings.TrimSpace(expression), function)
		return text, ok && !strings.HasSuffix(text, "infinity")
	}
}

func intervalDefault(expression string) (string, bool) {
	text, ok := literal(strings.TrimSpace(expression), "00:00:00")
	return text, ok
}

// enumDefault takes a label that is cast to the type by its bare name.
func enumDefault(name string) defaultReader {
	return func(expression string) (string, bool) {
		text, ok := strings.CutSuffix(expression, "::"+name)
		if !ok || len(text) < 2 || text[0] != '\'' || text[len(text)-1] != '\'' {
			return "", false
		}
		return text[1 : len(text)-1], true
	}
}
