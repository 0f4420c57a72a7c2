// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// check returns what is wrong with the value of a key, in Debezium's words where it has them. Set is false for null. Several checks
// of one key may say the same: so do Debezium's.
type check func(in input, text string, set bool) []string

func reason(wrong bool, text string) []string {
	if wrong {
		return []string{text}
	}
	return nil
}

func required(_ input, text string, _ bool) []string {
	return reason(trim(text) == "", "A value is required")
}

var nameFormat = regexp.MustCompile(`^[a-zA-Z0-9_.\-]+$`)

func validName(_ input, text string, set bool) []string {
	return reason(set && !nameFormat.MatchString(text),
		text+" has invalid format (only the underscore, hyphen, dot and alphanumeric characters are allowed)")
}

func validHost(in input, text string, _ bool) []string { return validName(in, text, trim(text) != "") }

var slotFormat = regexp.MustCompile(`^[a-z0-9_]{1,63}$`)

func slotName(_ input, text string, _ bool) []string {
	return reason(!slotFormat.MatchString(text),
		"Valid replication slot name must contain only digits, lowercase characters and underscores with length <= 63")
}

func boolean(_ input, text string, set bool) []string {
	valid := strings.EqualFold(trim(text), "true") || strings.EqualFold(trim(text), "false")
	return reason(set && !valid, "Either 'true' or 'false' is expected")
}

// numeric wants a number of some bits that is not below a minimum.
func numeric(bits int, minimum int64, text string) check {
	return func(_ input, value string, set bool) []string {
		n, err := strconv.ParseInt(trim(value), 10, bits)
		return reason(set && (err != nil || n < minimum), text)
	}
}

const lowest = -1 << 63

var (
	integer            = numeric(32, lowest, "An integer is expected")
	long               = numeric(64, lowest, "A long value is expected")
	positiveInteger    = numeric(32, 1, "A positive, non-zero integer value is expected")
	positiveAsInteger  = numeric(64, 1, "A positive, non-zero integer value is expected")
	positiveLong       = numeric(64, 1, "A positive, non-zero long value is expected")
	nonNegativeInteger = numeric(32, 0, "An non-negative integer is expected")
	nonNegativeLong    = numeric(64, 0, "A non-negative long value is expected")
)

func queueSize(in input, text string, _ bool) []string {
	size, err := strconv.ParseInt(trim(text), 10, 32)
	if err != nil {
		return nil
	}
	out := reason(size <= 0, "A positive queue size is required")
	batch, err := strconv.ParseInt(in.trimmed(maxBatchSize), 10, 32)
	return append(out, reason(err == nil && size <= batch, "Must be larger than the maximum batch size")...)
}

// oneOf lists the values in the order in which Debezium does.
func oneOf(valid ...string) check {
	return func(_ input, text string, _ bool) []string {
		return reason(!slices.Contains(valid, strings.ToLower(trim(text))), "Value must be one of "+strings.Join(valid, ", "))
	}
}

func onlyPgoutput(_ input, text string, _ bool) []string {
	return reason(strings.EqualFold(trim(text), "decoderbufs"),
		"The plugin decoderbufs (the default of this key) is not supported: set plugin.name to pgoutput, and a slot.name that no other plugin has")
}

func noCustom(_ input, text string, _ bool) []string {
	return reason(strings.EqualFold(trim(text), customMode),
		"Custom implementations are Java classes, which this connector cannot run: choose another of the values")
}

func customName(modeKey string) check {
	nameKey := modeKey + ".custom.name"
	return func(in input, text string, _ bool) []string {
		return reason(in.choice(modeKey) == customMode && trim(text) == "", nameKey+" cannot be empty when "+modeKey+" 'custom' is defined")
	}
}

func noJava(_ input, text string, _ bool) []string {
	return reason(trim(text) != "", "These are Java classes, which this connector cannot run: remove the key, and use transforms for what they do")
}

func only(class string) check {
	return func(_ input, text string, _ bool) []string {
		return reason(trim(text) != class, "Only "+class+" is supported: remove the key")
	}
}

func className(_ input, text string, _ bool) []string {
	return reason(trim(text) == "", "A Java class name is expected")
}

// factories are those whose behaviour sslmode has anyway, and the one that checks nothing.
var factories = []string{
	"", "org.postgresql.ssl.NonValidatingFactory", "org.postgresql.ssl.LibPQFactory", "org.postgresql.ssl.DefaultJavaSSLFactory",
	"org.postgresql.ssl.jdbc4.LibPQFactory",
}

func socketFactory(_ input, text string, _ bool) []string {
	return reason(!slices.Contains(factories, trim(text)),
		"This is a Java class that this connector does not have: remove the key, and set database.sslmode and database.sslrootcert")
}

func patternList(_ input, text string, set bool) []string {
	if !set {
		return nil
	}
	_, err := compileList(text)
	if err == nil {
		return nil
	}
	return []string{"A comma-separated list of valid regular expressions is expected, but " + err.Error()}
}

func excludes(other, shown string) check {
	return func(in input, _ string, set bool) []string {
		_, both := in.text(other)
		return reason(set && both, `"`+shown+`" is already specified`)
	}
}

func operations(_ input, text string, _ bool) []string {
	items := strings.Split(text, ",")
	for _, item := range items {
		switch trim(item) {
		case "c", "u", "d", "t", "r", "none":
		default:
			return []string{"Invalid operation"}
		}
	}
	none := slices.ContainsFunc(items, func(item string) bool { return trim(item) == "none" })
	return reason(none && len(items) > 1, "'none' cannot be specified with other skipped operation types")
}

func metricTags(_ input, text string, set bool) []string {
	for item := range strings.SplitSeq(text, ",") {
		if set && strings.Count(item, "=") != 1 {
			return []string{"A equivalent-separated map of valid key/value pairs is expected, for example: k1=v1,k2=v2"}
		}
	}
	return nil
}

func notificationTopic(in input, text string, _ bool) []string {
	return reason(in.has(noticeChannels, sinkChannel) && trim(text) == "",
		"Notification topic name must be provided when kafka notification channel is enabled")
}

func placeholder(_ input, text string, _ bool) []string {
	digits, isHex := strings.CutPrefix(text, "hex:")
	_, err := hex.DecodeString(digits)
	return reason(isHex && err != nil, "Pairs of hexadecimal digits are expected after hex:")
}
