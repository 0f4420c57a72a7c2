// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// result is what all turns of a workload have measured in one run.
type result struct {
	// Date is the day, Machine what it was measured on.
	Date, Machine string
	Rounds        int
	// Scale is the part of the full number of records.
	Scale float64
	// Values are one for each round, by contender and name of a metric.
	Values map[contender]map[string][]float64
}

// add notes a turn.
func (r result) add(c contender, v values) {
	if r.Values[c] == nil {
		r.Values[c] = map[string][]float64{}
	}
	for name, value := range v {
		r.Values[c][name] = append(r.Values[c][name], value)
	}
}

// spread is that of a contender in a metric, if it has been measured.
func (r result) spread(c contender, m metric) (spread, bool) {
	all := r.Values[c][m.name]
	if len(all) == 0 {
		return spread{}, false
	}
	return spreadOf(all), true
}

// ratio is that of two medians, if both have been measured.
func (r result) ratio(m metric, of, to contender) (float64, bool) {
	a, foundA := r.spread(of, m)
	b, foundB := r.spread(to, m)
	if !foundA || !foundB || b.median == 0 {
		return 0, false
	}
	return a.median / b.median, true
}

// results are by name of the workload. They are kept in a file, so that some workloads can be run again without the others.
type results map[string]result

// readResults is empty when there is no file.
func readResults(path string) (results, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return results{}, nil
	}
	if err != nil {
		return nil, err
	}
	all := results{}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("read the results of earlier runs in %s: %w", path, err)
	}
	return all, nil
}

func (r results) write(path string) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
