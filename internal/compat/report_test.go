// SPDX-License-Identifier: Apache-2.0

package compat

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// fewest is how many calls have to be compared for a result to mean something.
const fewest = 250

// paths are the resources of the interface; a name in braces is one segment.
var paths = []string{
	"/", "/health", "/connectors", "/connectors/{c}", "/connectors/{c}/config", "/connectors/{c}/status", "/connectors/{c}/restart",
	"/connectors/{c}/pause", "/connectors/{c}/resume", "/connectors/{c}/stop", "/connectors/{c}/tasks",
	"/connectors/{c}/tasks/{t}/status", "/connectors/{c}/tasks/{t}/restart", "/connectors/{c}/topics", "/connectors/{c}/topics/reset",
	"/connectors/{c}/offsets", "/connectors/{c}/fence", "/connector-plugins", "/connector-plugins/{p}/config",
	"/connector-plugins/{p}/config/validate", "/admin/loggers", "/admin/loggers/{l}",
}

// elsewhere is where calls are counted that reach none of the paths.
const elsewhere = "(no such path)"

// pathOf is the path that a call is counted under.
func pathOf(url string) string {
	path, _, _ := strings.Cut(url, "?")
	segments := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for _, candidate := range paths {
		if slices.EqualFunc(strings.Split(strings.TrimSuffix(candidate, "/"), "/"), segments, func(want, got string) bool {
			return want == got || strings.HasPrefix(want, "{") && got != ""
		}) {
			return candidate
		}
	}
	return elsewhere
}

// report collects what the runs of the suite see.
type report struct {
	mu sync.Mutex
	// calls counts by path and method.
	calls map[string]map[string]int
	// deliberate counts the differences of the table, by name.
	deliberate map[string]int
	// foreign are the plugins that only Kafka Connect has.
	foreign []string
	// different are the differences that nothing excuses.
	different []string
	record    io.Writer
}

func newReport() *report {
	return &report{calls: map[string]map[string]int{}, deliberate: map[string]int{}, record: io.Discard}
}

// recordInto has every call written to a file.
func (r *report) recordInto(path string) (io.Closer, error) {
	f, err := os.Create(path)
	if err == nil {
		r.record = f
	}
	return f, err
}

// compare takes in the two answers to a call.
func (r *report) compare(where string, c call, java, ours answer, both plugins) {
	r.mu.Lock()
	defer r.mu.Unlock()
	path := pathOf(c.path)
	if r.calls[path] == nil {
		r.calls[path] = map[string]int{}
	}
	r.calls[path][c.method]++
	j, o := viewOf(c, java, both), viewOf(c, ours, both)
	if len(differences(j, o)) > 0 {
		for _, d := range deliberates {
			if d.mend(c, &j, &o) {
				r.deliberate[d.name]++
			}
		}
	}
	different := differences(j, o)
	fmt.Fprintf(r.record, "%s: %s\n  java %s\n  ours %s\n", where, c, shown(java), shown(ours))
	if len(different) > 0 {
		fmt.Fprintf(r.record, "  DIFFERENT %s\n", strings.Join(different, "\n            "))
		r.different = append(r.different, fmt.Sprintf("%s: %s\n    Kafka Connect %s\n    Longshore     %s\n      %s",
			where, c, cut(shown(java), 300), cut(shown(ours), 300), cut(strings.Join(different, "\n      "), 1500)))
	}
}

// note takes in a difference that is not one between two answers.
func (r *report) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.different = append(r.different, fmt.Sprintf(format, args...))
	fmt.Fprintf(r.record, "NOTE "+format+"\n", args...)
}

func shown(a answer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", a.status)
	for _, name := range comparedHeaders {
		values := a.header.Values(name)
		if usual := name == "Content-Type" && slices.Equal(values, []string{"application/json"}); len(values) > 0 && !usual {
			fmt.Fprintf(&b, " [%s: %s]", name, strings.Join(values, " | "))
		}
	}
	return b.String() + " " + a.body
}

func (r *report) total() int {
	n := 0
	for _, methods := range r.calls {
		for _, count := range methods {
			n += count
		}
	}
	return n
}

// stale are the entries of the table that no call needed.
func (r *report) stale() []string {
	var out []string
	for _, d := range deliberates {
		if r.deliberate[d.name] == 0 {
			out = append(out, d.name)
		}
	}
	return out
}

// uncalled are the paths that no call was for.
func (r *report) uncalled() []string {
	return slices.DeleteFunc(slices.Clone(paths), func(path string) bool { return len(r.calls[path]) > 0 })
}

// String is what the suite prints at its end.
func (r *report) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\npath\tcalls\tby method")
	for _, path := range append(slices.Clone(paths), elsewhere) {
		methods, sum := []string{}, 0
		for _, method := range slices.Sorted(maps.Keys(r.calls[path])) {
			methods, sum = append(methods, fmt.Sprintf("%s %d", method, r.calls[path][method])), sum+r.calls[path][method]
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", path, sum, strings.Join(methods, ", "))
	}
	fmt.Fprintf(w, "total\t%d\t\n\ndeliberate difference\ttimes\trow of docs/compat.md\n", r.total())
	for _, d := range deliberates {
		fmt.Fprintf(w, "%s\t%d\t%s: %s\n", d.name, r.deliberate[d.name], d.section, cut(d.row, 60))
	}
	_ = w.Flush() // a strings.Builder takes everything
	fmt.Fprintf(&b, "\nplugins of Kafka Connect that are not compared: %s\n", strings.Join(r.foreign, " "))
	fmt.Fprintf(&b, "\n%d differences\n%s\n", len(r.different), strings.Join(r.different, "\n"))
	return b.String()
}
