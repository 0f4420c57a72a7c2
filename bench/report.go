// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// report is what a run writes: results as JSON, the same as Markdown, and charts.
type report struct {
	dir string
	// name is that of the files of this kind of run, title the head of its Markdown.
	name, title string
	// told are all workloads.
	told    []about
	targets []target
}

// files of a report.
func (r report) json() string     { return filepath.Join(r.dir, r.name+".json") }
func (r report) markdown() string { return filepath.Join(r.dir, r.name+".md") }

// write writes all files anew.
func (r report) write(all results) error {
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return err
	}
	if err := all.write(r.json()); err != nil {
		return err
	}
	drawn := charts(r.told, all)
	for _, c := range drawn {
		if err := os.WriteFile(filepath.Join(r.dir, r.chart(c)), []byte(c.svg()), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(r.markdown(), []byte(r.text(all, drawn)), 0o644)
}

// chart is the name of a chart's file.
func (r report) chart(c chart) string { return r.name + "-" + c.file() + ".svg" }

// text is the report as Markdown.
func (r report) text(all results, drawn []chart) string {
	var text strings.Builder
	text.WriteString("<!-- Written by `go run ./bench`. Do not edit. -->\n\n# " + r.title + "\n\n")
	text.WriteString("Medians of all rounds, smallest to largest in brackets; a ratio is that of two medians. A MB is 1,000,000 bytes.\n\n")
	text.WriteString(measuredOn(r.told, all))
	if len(r.targets) > 0 {
		text.WriteString("\n## What we hold ourselves to\n\n" + verdict(r.targets, all))
		text.WriteString("\n" + pace(r.told, all))
	}
	text.WriteString("\n## Charts\n")
	for _, c := range drawn {
		fmt.Fprintf(&text, "\n![%s](%s)\n", c.title(), r.chart(c))
	}
	for _, w := range r.told {
		if one, measured := all[w.name]; measured {
			fmt.Fprintf(&text, "\n## %s\n\n%s\n\n%s", w.heading(), w.what, table(w, one))
		}
	}
	return text.String()
}

// pace says in which workloads Kafka Connect is faster.
func pace(told []about, all results) string {
	behind := slower(told, all)
	if behind == "" {
		return "Nothing that was measured is slower than the real Kafka Connect.\n"
	}
	return "Slower than the real Kafka Connect:\n\n" + behind
}

// heading is the name as the beginning of a line.
func (a about) heading() string { return strings.ToUpper(a.name[:1]) + a.name[1:] }

// measuredOn says when and on what each workload was measured, those of one run together.
func measuredOn(told []about, all results) string {
	var runs []string
	names := map[string][]string{}
	for _, w := range told {
		r, measured := all[w.name]
		if !measured {
			continue
		}
		run := fmt.Sprintf("%s, rounds: %d, %s.", r.Date, r.Rounds, r.Machine)
		if r.Scale != 1 {
			run += fmt.Sprintf(" With %g of the records, connectors and tasks that are named below.", r.Scale)
		}
		if len(names[run]) == 0 {
			runs = append(runs, run)
		}
		names[run] = append(names[run], w.name)
	}
	var text strings.Builder
	for _, run := range runs {
		if len(runs) > 1 {
			run = strings.Join(names[run], "; ") + ": " + run
		}
		fmt.Fprintf(&text, "- %s\n", run)
	}
	return text.String()
}
