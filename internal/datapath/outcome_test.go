// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// outcome is what a connector did, the token and the folder of its side taken out.
type outcome struct {
	connector unit
	tasks     []unit
	offsets   string
	// topics are the records of a topic by partition.
	topics map[string][][]*kgo.Record
	// files are the lines of a file.
	files map[string][]string
	// logged are the lines about records that could not be handled.
	logged []string
}

// look gathers what a connector did up to now.
func (r *runner) look(ctx context.Context, s *scenario, of *side, now status, ends kadm.ListedOffsets) (*outcome, error) {
	o := &outcome{connector: now.Connector, tasks: now.Tasks, files: map[string][]string{}, topics: map[string][][]*kgo.Record{}}
	written, err := r.kafka.written(ctx, s.connector(of)+"-", ends)
	if err != nil {
		return nil, err
	}
	plain := plainer{s, of}
	for topic, partitions := range written {
		o.topics[plain.text(topic)] = plain.partitions(partitions)
	}
	if now.Connector.State != "FAILED" { // Kafka Connect tells of none then
		if o.offsets, err = r.offsets(ctx, s, of); err != nil {
			return nil, err
		}
	}
	o.offsets, o.connector.Trace = plain.text(o.offsets), plain.text(o.connector.Trace)
	o.tasks = slices.Clone(o.tasks)
	for i := range o.tasks {
		o.tasks[i].Trace = plain.text(o.tasks[i].Trace)
	}
	if s.config["errors.log.enable"] == "true" {
		if o.logged, err = errorLines(s, of); err != nil {
			return nil, err
		}
	}
	return o, plain.files(o)
}

// offsets are those that the REST interface tells, as JSON with sorted keys.
func (r *runner) offsets(ctx context.Context, s *scenario, of *side) (string, error) {
	var told struct {
		Offsets []any `json:"offsets"`
	}
	if err := of.get(ctx, "/connectors/"+s.connector(of)+"/offsets", &told); err != nil {
		return "", err
	}
	lines := []string{}
	for _, offset := range told.Offsets {
		text, err := json.Marshal(offset)
		if err != nil {
			return "", err
		}
		lines = append(lines, string(text))
	}
	slices.Sort(lines)
	return strings.Join(lines, " "), nil
}

// plainer takes out of texts what is different by design.
type plainer struct {
	s  *scenario
	of *side
}

func (p plainer) text(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, p.s.dir(p.of), "@DIR@"), p.s.connector(p.of), "@T@")
}

func (p plainer) bytes(b []byte) []byte {
	if b == nil {
		return nil
	}
	return []byte(p.text(string(b)))
}

func (p plainer) partitions(from [][]*kgo.Record) [][]*kgo.Record {
	out := make([][]*kgo.Record, len(from))
	for i, records := range from {
		for _, r := range records {
			c := *r
			c.Key, c.Value, c.Headers = p.bytes(r.Key), p.bytes(r.Value), slices.Clone(r.Headers)
			for h := range c.Headers {
				c.Headers[h].Value = p.bytes(c.Headers[h].Value)
			}
			out[i] = append(out[i], &c)
		}
	}
	return out
}

// files reads what is in the folder, but for the input.
func (p plainer) files(o *outcome) error {
	names, err := filepath.Glob(filepath.Join(p.s.dir(p.of), "*"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if base := filepath.Base(name); base != inputFile && base != replayFile {
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			o.files[base] = strings.Split(p.text(string(content)), "\n")
		}
	}
	return nil
}

// errorLines are the lines of a worker's log about records of a connector, without what loggers put around them.
func errorLines(s *scenario, of *side) ([]string, error) {
	said, err := of.log()
	if err != nil {
		return nil, err
	}
	about := regexp.MustCompile(`Error encountered in task ` + regexp.QuoteMeta(s.connector(of)) + `-\d+.*`)
	var out []string
	for _, line := range about.FindAllString(said, -1) {
		line, _, _ = strings.Cut(line, " (org.apache.kafka.") // the logger of Kafka Connect
		line, _, _ = strings.Cut(line, ` {"connector": `)     // the fields of ours
		out = append(out, plainer{s, of}.text(line))
	}
	return out, nil
}

// lines is the whole outcome as text, for comparisons and for people.
func (o *outcome) lines() []string {
	out := []string{"connector " + o.connector.String()}
	for i, task := range o.tasks {
		out = append(out, fmt.Sprintf("task %d %s", i, task))
	}
	out = append(out, "offsets "+o.offsets)
	for _, topic := range slices.Sorted(maps.Keys(o.topics)) {
		partitions := o.topics[topic]
		out = append(out, fmt.Sprintf("topic %s with %d partitions", topic, len(partitions)))
		for p, records := range partitions {
			for i, r := range records {
				out = append(out, fmt.Sprintf("  %s/%d no. %d: %s", topic, p, i, shown(r)))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.files)) {
		for _, line := range o.files[name] {
			out = append(out, name+": "+line)
		}
	}
	for _, line := range o.logged {
		out = append(out, "log: "+line)
	}
	return out
}

func (u unit) String() string {
	if u.Trace == "" {
		return u.State
	}
	return u.State + " " + strings.ReplaceAll(u.Trace, "\n", " | ")
}

// shown prints all of a record that is compared.
func shown(r *kgo.Record) string {
	var b strings.Builder
	kind := [...]string{"CreateTime", "LogAppendTime", "?", "no time"}[uint8(r.Attrs.TimestampType())&3]
	fmt.Fprintf(&b, "%s %s key=%s value=%s", kind, when(r), content(r.Key), content(r.Value))
	for _, h := range r.Headers {
		fmt.Fprintf(&b, " [%s=%s]", h.Key, content(h.Value))
	}
	return b.String()
}

func when(r *kgo.Record) string {
	if r.Timestamp.IsZero() {
		return "now"
	}
	return fmt.Sprint(r.Timestamp.UnixMilli())
}

func content(b []byte) string {
	if b == nil {
		return "null"
	}
	return fmt.Sprintf("%q", b)
}

// size is how much there is to compare: records, lines and traces.
func (o *outcome) size() int {
	n := len(o.logged)
	for _, partitions := range o.topics {
		for _, records := range partitions {
			n += len(records)
		}
	}
	for name, lines := range o.files {
		if name != doneFile {
			n += len(slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return line == "" }))
		}
	}
	for _, task := range o.tasks {
		n += min(1, len(task.Trace))
	}
	return n + min(1, len(o.connector.Trace))
}

// differences pairs the lines that only one of two outcomes has, and cuts them to where they differ.
func differences(java, ours []string) []string {
	onlyJava, onlyOurs := without(java, ours), without(ours, java)
	var out []string
	for i := range max(len(onlyJava), len(onlyOurs)) {
		a, b := at(onlyJava, i), at(onlyOurs, i)
		a, b = around(a, b)
		out = append(out, "Kafka Connect: "+a, "Longshore:     "+b)
	}
	if len(out) == 0 && !slices.Equal(java, ours) {
		out = append(out, "the same lines in another order", "Kafka Connect: "+strings.Join(java, "\n  "), "Longshore:     "+strings.Join(ours, "\n  "))
	}
	return out
}

func without(lines, others []string) []string {
	left := map[string]int{}
	for _, line := range others {
		left[line]++
	}
	var out []string
	for _, line := range lines {
		if left[line]--; left[line] < 0 {
			out = append(out, line)
		}
	}
	return out
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// around cuts two long lines to where they begin to differ, with where they are.
func around(a, b string) (string, string) {
	const before, most = 160, 420
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	cut := func(s string) string {
		head, from := "", max(0, same-before)
		if from > 60 {
			head, s = s[:60]+" … ", s[from:]
		}
		if len(s) > most {
			s = s[:most] + " …"
		}
		return head + s
	}
	return cut(a), cut(b)
}

// byKey sorts records of a dead letter queue as they were in the topics that they come from.
func byKey(records []*kgo.Record, key func(*kgo.Record) string) {
	slices.SortStableFunc(records, func(a, b *kgo.Record) int { return cmp.Compare(key(a), key(b)) })
}
