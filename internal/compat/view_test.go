// SPDX-License-Identifier: Apache-2.0

package compat

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// comparedHeaders are those that clients read.
var comparedHeaders = []string{"Content-Type", "Location", "Allow", "WWW-Authenticate", "Vary", "Access-Control-Allow-Origin",
	"Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age", "Access-Control-Allow-Credentials",
	"Access-Control-Expose-Headers", "X-Compat", "X-Compat-More", "Cache-Control", "Expires"}

// view is an answer as far as it is compared: what may differ between two workers is made equal.
type view struct {
	status int
	header map[string]string
	// body is decoded JSON, a rawText when it is none, nil when there is none.
	body any
}

// rawText is a body that is no JSON.
type rawText string

// plugins are the classes that both workers have. The zero value takes all others away from lists, nil leaves lists alone.
type plugins map[string]bool

// viewOf makes an answer comparable.
func viewOf(c call, a answer, both plugins) view {
	v := view{status: a.status, header: map[string]string{}}
	for _, name := range comparedHeaders {
		if values := a.header.Values(name); len(values) > 0 {
			v.header[name] = normalHeader(name, values)
		}
	}
	if v.header["Cache-Control"] == "" {
		delete(v.header, "Cache-Control")
	}
	switch parsed, err := decode(a.body); {
	case a.body == "":
	case err != nil && htmlPage.MatchString(a.body):
		v.body = rawText("a page of the HTTP server")
	case err != nil:
		v.body = rawText(a.body)
	default:
		v.body = normal("", parsed, both)
		if names, is := v.body.([]any); is && strings.HasPrefix(c.path, "/connectors") {
			sortValues(names)
		}
		if c.shape != nil {
			v.body = c.shape(v.body)
		}
	}
	return v
}

func normalHeader(name string, values []string) string {
	text := strings.Join(values, ", ")
	switch name {
	case "Allow", "Access-Control-Allow-Methods": // the order is that of a hash set
		methods := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
		slices.Sort(methods)
		return strings.Join(methods, ",")
	case "Cache-Control":
		// The HTTP server itself says so with the errors that do not come from Kafka Connect.
		return strings.TrimPrefix(text, "must-revalidate,no-cache,no-store")
	case "Expires":
		if _, err := http.ParseTime(text); err == nil {
			return "a time"
		}
	case "Content-Type":
		return strings.ToLower(strings.ReplaceAll(text, " ", ""))
	}
	return text
}

// converterGroups are the groups that come with converters, whose keys have the order of a hash table; others have their own.
var converterGroups = []any{"Schemas", "Serialization"}

// hashOrdered are the fields whose lists have the order of a Java hash table.
var hashOrdered = []string{"offsets", "topics"}

// masked are fields whose values are a worker's own, or a matter of taste; what is empty must be so on both sides.
var masked = []string{"commit", "last_modified", "documentation"}

// normal makes equal what may differ between two workers in a value of JSON; key is the field that has it.
func normal(key string, v any, both plugins) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = normal(k, x, both)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, x := range v {
			if !foreign(x, both) {
				out = append(out, normal(key, x, both))
			}
		}
		switch {
		case slices.Contains(hashOrdered, key):
			sortValues(out)
		case key == "configs":
			sortRuns(out)
		case key == "groups":
			slices.SortStableFunc(out, func(a, b any) int { return slices.Index(converterGroups, a) - slices.Index(converterGroups, b) })
		}
		return out
	case string:
		return normalText(key, v, both)
	case json.Number:
		if slices.Contains(masked, key) {
			return "@" + key + "@"
		}
	}
	return v
}

func sortValues(values []any) {
	slices.SortFunc(values, func(a, b any) int { return strings.Compare(text(a), text(b)) })
}

// sortRuns sorts, of the keys that a validation tells of, those side by side that come out of a hash table: overrides of
// clients, keys of converters, and those that nobody defines.
func sortRuns(configs []any) {
	for i := 0; i < len(configs); {
		end := i + 1
		for end < len(configs) && kindOfKey(configs[i]) != "" && kindOfKey(configs[end]) == kindOfKey(configs[i]) {
			end++
		}
		slices.SortFunc(configs[i:end], func(a, b any) int { return strings.Compare(nameOfKey(a), nameOfKey(b)) })
		i = end
	}
}

var (
	override    = regexp.MustCompile(`^(producer|consumer|admin)\.override\.`)
	ofConverter = regexp.MustCompile(`^(key|value|header)\.converter\.`)
)

// kindOfKey is equal for keys side by side whose order means nothing.
func kindOfKey(config any) string {
	fields, _ := config.(map[string]any)
	client := override.FindString(nameOfKey(config))
	switch {
	case client != "":
		return client
	case fields["definition"] == nil:
		return "undefined"
	}
	return ofConverter.FindString(nameOfKey(config))
}

func nameOfKey(config any) string {
	fields, _ := config.(map[string]any)
	value, _ := fields["value"].(map[string]any)
	name, _ := value["name"].(string)
	return name
}

var (
	htmlPage    = regexp.MustCompile(`(?i)^<html>`)
	instant     = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	pluginDesc  = regexp.MustCompile(`PluginDesc\{klass=(?:class|interface) ([\w.$]+), [^}]*\}`)
	noType      = regexp.MustCompile(`Connector config \{(.*)\} contains no connector type`)
	descsOfNone = regexp.MustCompile(`@none@(, )?`)
	// available is a list of connectors. Those of Kafka's system tests, of others whose classes Longshore has, and its own are in no release of Kafka.
	available = regexp.MustCompile(`(available connectors are: )([\w.$]*\w(?:, [\w.$]*\w)*)`)
)

func normalText(key, v string, both plugins) string {
	if slices.Contains(masked, key) && v != "" {
		return "@" + key + "@"
	}
	if key == "trace" {
		v, _, _ = strings.Cut(v, "\n") // frames are where it happened, and not what
	}
	v = pluginDesc.ReplaceAllStringFunc(v, func(desc string) string {
		if class := pluginDesc.FindStringSubmatch(desc)[1]; both == nil || both[class] {
			return class
		}
		return "@none@"
	})
	v = strings.TrimSuffix(descsOfNone.ReplaceAllString(v, ""), ", ")
	v = available.ReplaceAllStringFunc(v, func(said string) string {
		parts := available.FindStringSubmatch(said)
		classes := slices.DeleteFunc(strings.Split(parts[2], ", "), func(class string) bool { return foreign(class, both) })
		return parts[1] + strings.Join(classes, ", ")
	})
	v = noType.ReplaceAllStringFunc(v, func(said string) string {
		pairs := strings.Split(noType.FindStringSubmatch(said)[1], ", ")
		slices.Sort(pairs)
		return "Connector config {" + strings.Join(pairs, ", ") + "} contains no connector type"
	})
	return instant.ReplaceAllString(v, "@instant@")
}

// kafkaClass matches Kafka's plugins, and those of others that Longshore brings along.
var kafkaClass = regexp.MustCompile(`^(org\.apache\.kafka\.connect|io\.confluent\.connect|io\.debezium|io\.longshore\.connect)\.[\w.]+\.[A-Z][\w$]*$`)

// foreign says whether an element of a list names a class that not both workers have.
func foreign(element any, both plugins) bool {
	if both == nil {
		return false
	}
	class, is := element.(string)
	if entry, isEntry := element.(map[string]any); isEntry {
		class, is = entry["class"].(string)
	}
	return is && kafkaClass.MatchString(class) && !both[class]
}

// text is a value as compact JSON with sorted keys.
func text(v any) string {
	if raw, is := v.(rawText); is {
		return string(raw)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // decoded JSON can be encoded
	return strings.TrimSuffix(b.String(), "\n")
}

// differences says what differs between two views; nothing if they are equal.
func differences(java, ours view) []string {
	var out []string
	if java.status == 0 || ours.status == 0 {
		out = append(out, "no answer")
	}
	if java.status != ours.status {
		out = append(out, fmt.Sprintf("status %d / %d", java.status, ours.status))
	}
	for _, name := range slices.Sorted(maps.Keys(java.header)) {
		if ours.header[name] != java.header[name] {
			out = append(out, fmt.Sprintf("%s %q / %q", name, java.header[name], ours.header[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ours.header)) {
		if _, both := java.header[name]; !both {
			out = append(out, fmt.Sprintf("%s none / %q", name, ours.header[name]))
		}
	}
	return append(out, bodyDifferences("body", java.body, ours.body)...)
}

// bodyDifferences finds where two values of JSON differ.
func bodyDifferences(path string, java, ours any) []string {
	var out []string
	switch j := java.(type) {
	case map[string]any:
		o, is := ours.(map[string]any)
		if !is {
			break
		}
		keys := maps.Clone(j)
		maps.Copy(keys, o)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			out = append(out, fieldDifferences(path+"."+key, key, j, o)...)
		}
		return out
	case []any:
		o, is := ours.([]any)
		if !is || len(j) != len(o) {
			break
		}
		for i := range j {
			out = append(out, bodyDifferences(fmt.Sprintf("%s[%d]", path, i), j[i], o[i])...)
		}
		return out
	}
	if text(java) != text(ours) || fmt.Sprintf("%T", java) != fmt.Sprintf("%T", ours) {
		out = append(out, fmt.Sprintf("%s %s / %s", path, cut(text(java), 300), cut(text(ours), 300)))
	}
	return out
}

func fieldDifferences(path, key string, java, ours map[string]any) []string {
	j, inJava := java[key]
	o, inOurs := ours[key]
	switch {
	case !inOurs:
		return []string{fmt.Sprintf("%s %s / none", path, cut(text(j), 300))}
	case !inJava:
		return []string{fmt.Sprintf("%s none / %s", path, cut(text(o), 300))}
	}
	return bodyDifferences(path, j, o)
}
