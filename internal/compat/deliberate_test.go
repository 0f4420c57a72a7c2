// SPDX-License-Identifier: Apache-2.0

package compat

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

// deliberate is a difference that is meant, and explained in docs/compat.md.
type deliberate struct {
	name string
	// section and row say where: a heading, and how the first cell of a row of its table begins.
	section, row string
	// mend looks whether the answers to a call differ in this way, and if so takes the difference away.
	mend func(c call, java, ours *view) bool
}

// deliberates is the table of them. Each is tried in turn on answers that differ.
var deliberates = []deliberate{
	{"a body that cannot be read is the caller's mistake", "REST", "A body that is not JSON, or not of the right shape", mendUnreadable},
	{"names with a slash or a percent sign can be reached", "REST", "Connectors may be called `a/b` or `50%`", mendEscapes},
	{"what the HTTP server refuses is answered in JSON", "REST", "What Kafka Connect's HTTP server refuses by itself", mendRefusals},
	{"405 names the methods", "REST", "405 names the methods that are allowed.", mendAllow},
	{"a body has a limit", "REST", "A body is at most 10 MiB", mendLimit},
	{"braces in names", "REST", "A connector whose name has braces", mendBraces},
	{"Location leads to odd names", "REST", "`Location` escapes", mendLocation},
	{"values are hidden where no class is named", "REST", "Values are hidden in `contains no connector type`", mendHidden},
	{"an unknown class has one text", "REST", "The error for an unknown class is always the same", mendUnknownClass},
	{"a validation that cannot be made is the caller's mistake", "REST", "Validating a configuration that cannot be checked", mendValidation},
	{"null is no accident", "REST", "Where Kafka Connect trips over a null", mendNull},
	{"classes that are no plugins are unknown", "REST", "The configuration of a class that is no plugin", mendInstantiation},
	{"escaped letters are letters", "REST", "An escaped letter in a path is that letter", mendEscapedLetters},
	{"tasks of stopped connectors are not there", "REST", "Restarting a task of a stopped connector", mendStoppedTask},
	{"no calls between workers", "Workers", "Workers find each other by gossip", mendBetweenWorkers},
	{"media types are not echoed", "REST", "The Content-Type of an answer does not depend", mendMediaType},
	{"an empty level is no level", "REST", "An empty log level", mendEmptyLevel},
	{"traces say what happened", "Connectors and tasks", "Traces have Java's form", mendTraces},
	{"a connector that does not start", "Connectors and tasks", "A connector that fails at its start", mendFailedStart},
	{"regular expressions do not backtrack", "Connectors and tasks", "Regular expressions are Java's, but for", mendRegexes},
}

// unread matches the texts of Java's JSON parser, of Java where a body is null, and of values that Kafka Connect cannot take.
var unread = regexp.MustCompile(`^(Unexpected (character|end-of-input|close marker)|Unrecognized (token|field)|Cannot (deserialize|construct|coerce)|` +
	`Cannot invoke ".*" because|Invalid (UTF-8|numeric)|Illegal (unquoted )?character|Non-standard token|Input mismatch|Trailing token|` +
	`Offsets may only contain primitive types|Failed to parse the following Kafka offset value)`)

var position = regexp.MustCompile(`\(line \d+, column \d+\)$`)

func mendUnreadable(c call, java, ours *view) bool {
	notThere := java.status == 404 && c.method == "PATCH" // which Kafka Connect looks for before it reads a null
	if ours.status != 400 || !unread.MatchString(message(java)) && !notThere {
		return false
	}
	if said := message(ours); !position.MatchString(said) && !strings.Contains(said, "is empty") {
		return false
	}
	*java = view{status: ours.status, header: java.header, body: ours.body}
	return true
}

// ofServer says whether an answer is the HTTP server's and not Kafka Connect's.
func ofServer(v *view) bool {
	return v.status == 400 && (v.body == nil || v.body == rawText("a page of the HTTP server"))
}

func mendEscapes(c call, java, ours *view) bool {
	path, _, _ := strings.Cut(c.path, "?")
	if !strings.Contains(strings.ToUpper(path), "%2F") && !strings.Contains(path, "%25") || !ofServer(java) {
		return false
	}
	*java = *ours
	return true
}

func mendRefusals(c call, java, ours *view) bool {
	if !ofServer(java) || ours.status >= 500 {
		return false
	}
	*java = *ours
	return true
}

func mendAllow(_ call, java, ours *view) bool {
	if java.status != 405 || ours.status != 405 || java.header["Allow"] != "" || ours.header["Allow"] == "" {
		return false
	}
	delete(ours.header, "Allow")
	return true
}

func mendLimit(c call, java, ours *view) bool {
	if len(c.body) <= 10<<20 || ours.status != 413 || java.status == 413 {
		return false
	}
	*java = *ours
	return true
}

func mendBraces(_ call, java, ours *view) bool {
	if java.status != 500 || ours.status != 201 || !strings.HasPrefix(message(java), "The template variable '") {
		return false
	}
	*java = *ours
	return true
}

func mendLocation(_ call, java, ours *view) bool {
	theirs, own := java.header["Location"], ours.header["Location"]
	plain, err := url.PathUnescape(own)
	if theirs == own || err != nil || plain != theirs {
		return false
	}
	java.header["Location"] = own
	return true
}

var shownPair = regexp.MustCompile(`([^\s{=]+)=[^,}]*`)

func mendHidden(_ call, java, ours *view) bool {
	if !strings.Contains(message(ours), "=[hidden]") || !strings.HasSuffix(message(java), "contains no connector type") {
		return false
	}
	for _, v := range []*view{java, ours} {
		setMessage(v, shownPair.ReplaceAllString(message(v), "$1=?"))
	}
	return true
}

var nearest = regexp.MustCompile(`\. The nearest is \S+$`)

func mendUnknownClass(_ call, java, ours *view) bool {
	theirs := strings.TrimPrefix(message(java), "org.apache.kafka.connect.errors.ConnectException: ")
	own := nearest.ReplaceAllString(message(ours), "")
	if !strings.Contains(theirs, "Failed to find any class that implements Connector") || theirs == message(java) && own == message(ours) {
		return false
	}
	setMessage(java, theirs)
	setMessage(ours, own)
	return true
}

// wrapping is the name of the exception that Kafka Connect puts before an error within a validation.
var wrapping = regexp.MustCompile(`^org\.apache\.kafka\.[\w.]+Exception: `)

func mendValidation(c call, java, ours *view) bool {
	theirs := wrapping.ReplaceAllString(message(java), "")
	if java.status != 500 || ours.status != 400 || theirs == message(java) || !strings.Contains(c.path, "/validate") {
		return false
	}
	java.status = 400
	java.body.(map[string]any)["error_code"] = json.Number("400")
	setMessage(java, theirs)
	return true
}

// tripped matches what Java says of a null.
const tripped = `Cannot invoke "`

func mendNull(_ call, java, ours *view) bool {
	if java.status == 500 && ours.status < 500 && strings.Contains(message(java), tripped) {
		*java = *ours
		return true
	}
	return mendErrors(java, ours, func(theirs, own string) bool { return strings.Contains(theirs, tripped) && own != "" })
}

func mendInstantiation(_ call, java, ours *view) bool {
	if java.status != 500 || ours.status != 404 || message(java) != "Instantiation error" {
		return false
	}
	*java = *ours
	return true
}

func mendEscapedLetters(c call, java, ours *view) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(c.path, "/"), "/")
	if java.status != 404 || ours.status != 200 || !strings.Contains(first, "%") {
		return false
	}
	*java = *ours
	return true
}

func mendStoppedTask(c call, java, ours *view) bool {
	if !c.final || java.status != 409 || ours.status != 404 || !strings.Contains(message(java), "no known leader URL") {
		return false
	}
	*java = *ours
	return true
}

func mendBetweenWorkers(c call, java, ours *view) bool {
	_, tasks := strings.CutSuffix(c.path, "/tasks")
	switch _, fence := strings.CutSuffix(c.path, "/fence"); {
	case fence && ours.status == 404, tasks && c.method == "POST" && ours.status == 405:
		*java = *ours
		return true
	case tasks && strings.HasSuffix(java.header["Allow"], ",POST") && java.header["Allow"] == ours.header["Allow"]+",POST":
		java.header["Allow"] = ours.header["Allow"]
		return true
	}
	return false
}

func mendRegexes(_ call, java, ours *view) bool {
	return mendErrors(java, ours, func(theirs, own string) bool {
		return theirs == "" && strings.Contains(own, " is not supported: expressions are matched without backtracking")
	})
}
