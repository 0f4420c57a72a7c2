// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"cmp"
	"regexp"
	"strings"
)

// variables is Kafka's ConfigTransformer.DEFAULT_PATTERN: the shortest parts, the path may be left out, nothing is escaped,
// and a variable is never inside of another.
var variables = regexp.MustCompile(`\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}`)

// place is what one call of a provider is about. An absent path is an empty one.
type place struct{ provider, path string }

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.provider, o.provider), cmp.Compare(p.path, o.path))
}

// variable is a variable at the bytes from start up to end of a text.
type variable struct {
	place
	key        string
	start, end int
}

func variablesOf(text string) []variable {
	if !strings.Contains(text, "${") {
		return nil
	}
	var out []variable
	for _, m := range variables.FindAllStringSubmatchIndex(text, -1) {
		v := variable{place: place{provider: text[m[2]:m[3]]}, key: text[m[8]:m[9]], start: m[0], end: m[1]}
		if m[6] >= 0 {
			v.path = text[m[6]:m[7]]
		}
		out = append(out, v)
	}
	return out
}

// HasVariables says whether a value has text that is written as a variable, be there such a provider or not.
func HasVariables(value string) bool { return variables.MatchString(value) }

// replace puts values in the places of variables; what has none stays as it is written. A value is never looked at for
// variables of its own.
func replace(text string, value func(v variable, written string) (string, bool)) string {
	var b strings.Builder
	rest := 0
	for _, v := range variablesOf(text) {
		if resolved, there := value(v, text[v.start:v.end]); there {
			b.WriteString(text[rest:v.start])
			b.WriteString(resolved)
			rest = v.end
		}
	}
	b.WriteString(text[rest:])
	return b.String()
}
