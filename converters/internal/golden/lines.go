// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// The longest line of a file of cases, in bytes.
const longestLine = 1 << 22

// Lines reads a file of cases, one JSON object a line, at a path seen from the package under test.
func Lines[C any](t testing.TB, path string) []C {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var cases []C
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var c C
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c), lines.Text())
		cases = append(cases, c)
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, cases)
	return cases
}
