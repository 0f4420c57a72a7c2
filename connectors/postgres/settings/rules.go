// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The keys of column rules: a part of the key's name says what is done.
var (
	hashKey     = regexp.MustCompile(`^column\.mask\.hash\.(v2\.)?([^.]+)\.with\.salt\.(.+)$`)
	maskKey     = regexp.MustCompile(`^column\.mask\.with\.(\d+)\.chars$`)
	truncateKey = regexp.MustCompile(`^column\.truncate\.to\.(\d+)\.chars$`)
)

// The names under which Debezium publishes these keys.
const (
	hashDefined     = "column.mask.hash.([^.]+).with.salt.(.+)"
	maskDefined     = "column.mask.with.(d+).chars"
	truncateDefined = "column.truncate.to.(d+).chars"
)

// ruleError is a key with a part of its own in the name that is wrong.
type ruleError struct{ defined, text string }

// ruleErrors are those that the definitions of keys do not find.
func (in input) ruleErrors() []ruleError {
	_, errs := in.columnRules()
	return slices.DeleteFunc(errs, func(e ruleError) bool { return in.byName[e.defined].checks != nil })
}

// columnRules reads the keys in the order of their names, so that the same configuration always means the same, and orders them by
// what is applied first.
func (in input) columnRules() ([]ColumnRule, []ruleError) {
	var rules []ColumnRule
	var errs []ruleError
	for _, key := range slices.Sorted(maps.Keys(in.props)) {
		rule, defined := ruleOf(key)
		if defined == "" {
			continue
		}
		if rule.Kind == Hash && rule.Digest == nil {
			errs = append(errs, ruleError{defined, sentence(key, "There is no algorithm "+hashKey.FindStringSubmatch(key)[2])})
		}
		columns, err := compileList(in.props[key])
		if err != nil {
			errs = append(errs, ruleError{defined, sentence(key, "A comma-separated list of valid regular expressions is expected, but "+err.Error())})
		}
		rule.Columns = columns
		rules = append(rules, rule)
	}
	slices.SortStableFunc(rules, func(a, b ColumnRule) int { return cmp.Compare(a.Kind, b.Kind) })
	return rules, errs
}

// ruleOf reads the name of a key: the rule without its columns, and the name under which the key is defined, "" for any other key. The two
// lists of propagated types are defined as they are, so that their errors are found elsewhere.
func ruleOf(key string) (ColumnRule, string) {
	if m := hashKey.FindStringSubmatch(key); m != nil {
		return ColumnRule{Kind: Hash, V2: m[1] != "", Digest: digests[strings.ToUpper(m[2])], Salt: m[3]}, hashDefined
	}
	if m := maskKey.FindStringSubmatch(key); m != nil {
		return ColumnRule{Kind: Mask, Length: atoi(m[1])}, maskDefined
	}
	if m := truncateKey.FindStringSubmatch(key); m != nil {
		return ColumnRule{Kind: Truncate, Length: atoi(m[1])}, truncateDefined
	}
	switch key {
	case "column.propagate.source.type":
		return ColumnRule{Kind: PropagateColumn}, key
	case "datatype.propagate.source.type":
		return ColumnRule{Kind: PropagateType}, key
	}
	return ColumnRule{}, ""
}

// atoi reads digits; more than fit are as good as the largest number.
func atoi(digits string) int {
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		return 1<<31 - 1
	}
	return int(n)
}
