// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// shortestSecret is the length in bytes from which on a value is hidden. Shorter ones are numbers and flags, whose texts are
// part of many others.
const shortestSecret = 4

// Secrets are values that providers have returned, with the variables that stand for them. The zero value has none.
type Secrets struct{ hide *strings.Replacer }

// secretsOf makes Secrets of values, each with its variable.
func secretsOf(variableOf map[string]string) Secrets {
	var pairs []string
	// The longest first, lest the rest of it stays when a shorter one is its beginning; then by text, to be the same each time.
	values := slices.SortedFunc(maps.Keys(variableOf), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	for _, value := range values {
		if len(value) >= shortestSecret {
			pairs = append(pairs, value, variableOf[value])
		}
	}
	if len(pairs) == 0 {
		return Secrets{}
	}
	return Secrets{strings.NewReplacer(pairs...)}
}

// Hide returns a text with the variables in the places of their values, so that it can be shown.
func (s Secrets) Hide(text string) string {
	if s.hide == nil {
		return text
	}
	return s.hide.Replace(text)
}

// HideIn returns an error whose text is hidden, and whose causes are those of err. Their own texts are not hidden: a trace is
// made with Hidden. A nil error stays nil.
func (s Secrets) HideIn(err error) error {
	if err == nil || s.hide == nil {
		return err
	}
	return &Hidden{Err: err, Secrets: s}
}

// Hidden is an error in whose text Secrets are replaced by their variables.
type Hidden struct {
	// Err is the error as it came.
	Err error
	// Secrets are what must not be shown of it.
	Secrets Secrets
}

// Error returns the text of the error without the secrets.
func (h *Hidden) Error() string { return h.Secrets.Hide(h.Err.Error()) }

// Unwrap returns the error as it came.
func (h *Hidden) Unwrap() error { return h.Err }
