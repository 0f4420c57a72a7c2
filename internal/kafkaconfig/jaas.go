// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"strings"
	"unicode"
)

// jaasLogin is the one entry that sasl.jaas.config may hold, written as "module flag option=value …;".
type jaasLogin struct {
	module  string
	options map[string]string
}

// parseJAAS reads the grammar of javax.security.auth.login.Configuration for a single entry. The reason of a refusal never quotes the
// text, since any part of it may be a password.
func parseJAAS(text string) (login *jaasLogin, reason string) {
	if strings.TrimSpace(text) == "" {
		return nil, "it is missing; expected: <login module> required username=\"…\" password=\"…\";"
	}
	tokens, ok := jaasTokens(text)
	if !ok {
		return nil, "a quoted value does not end"
	}
	end := len(tokens) - 1
	for i, t := range tokens {
		if t.is(';') {
			end = i
			break
		}
	}
	switch {
	case !tokens[end].is(';'):
		return nil, "the entry must end with a semicolon"
	case end != len(tokens)-1:
		return nil, "only one login module is allowed"
	case end < 2 || tokens[0].mark != 0 || !controlFlag(tokens[1].text):
		return nil, "expected a login module and then required, requisite, sufficient or optional"
	}
	options, ok := jaasOptions(tokens[2:end])
	if !ok {
		return nil, "expected options of the form key=\"value\""
	}
	return &jaasLogin{module: tokens[0].text, options: options}, ""
}

func controlFlag(flag string) bool {
	switch strings.ToLower(flag) {
	case "required", "requisite", "sufficient", "optional":
		return true
	}
	return false
}

func jaasOptions(tokens []jaasToken) (map[string]string, bool) {
	options := map[string]string{}
	for ; len(tokens) >= 3; tokens = tokens[3:] {
		if tokens[0].mark != 0 || !tokens[1].is('=') || tokens[2].mark != 0 {
			return nil, false
		}
		options[tokens[0].text] = tokens[2].text
	}
	return options, len(tokens) == 0
}

// jaasToken is a word or quoted text, or one of the marks '=' and ';'.
type jaasToken struct {
	text string
	mark rune
}

func (t jaasToken) is(mark rune) bool { return t.mark == mark }

func jaasTokens(text string) (tokens []jaasToken, ok bool) {
	runes := []rune(text)
	for i := 0; i < len(runes); {
		switch r := runes[i]; {
		case unicode.IsSpace(r):
			i++
		case r == '=' || r == ';':
			tokens = append(tokens, jaasToken{mark: r})
			i++
		case r == '"' || r == '\'':
			word, next := quotedWord(runes, i)
			if next < 0 {
				return nil, false
			}
			tokens = append(tokens, jaasToken{text: word})
			i = next
		default:
			start := i
			for i < len(runes) && !unicode.IsSpace(runes[i]) && !strings.ContainsRune(`=;"'`, runes[i]) {
				i++
			}
			tokens = append(tokens, jaasToken{text: string(runes[start:i])})
		}
	}
	return tokens, true
}

// quotedWord reads from the quote at start to its partner and returns the index behind it, or -1. A backslash takes the next character
// as it is, apart from n, r and t.
func quotedWord(runes []rune, start int) (word string, next int) {
	var b strings.Builder
	for i := start + 1; i < len(runes); i++ {
		switch {
		case runes[i] == runes[start]:
			return b.String(), i + 1
		case runes[i] == '\\' && i+1 < len(runes):
			i++
			b.WriteRune(unescape(runes[i]))
		default:
			b.WriteRune(runes[i])
		}
	}
	return "", -1
}

func unescape(r rune) rune {
	switch r {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return r
}
