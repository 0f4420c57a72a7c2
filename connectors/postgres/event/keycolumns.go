// SPDX-License-Identifier: Apache-2.0

package event

import "github.com/longshore-io/connect/connectors/postgres/catalog"

// keyColumns returns the places of a table's key columns: those that the expressions match, in the order of the expressions, and the
// table's own key where none matches.
func keyColumns(patterns Patterns, t *catalog.Table) []int {
	var key []int
	taken := map[int]bool{}
	for _, pattern := range patterns {
		for i := range t.Columns {
			if !taken[i] && pattern.MatchString(t.String()+"."+t.Columns[i].Name) {
				key = append(key, i)
				taken[i] = true
			}
		}
	}
	if len(key) == 0 {
		return t.Key
	}
	return key
}
