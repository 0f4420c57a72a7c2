// SPDX-License-Identifier: Apache-2.0

package event_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
)

// goldenTable is a table with what its columns have as COPY prints it.
type goldenTable struct {
	Table *catalog.Table
	Rows  [][]*string
}

// golden is what Debezium made of a table in one mode.
type golden struct {
	Mode, Table string
	// Key and Row are schemas as the JSON converter prints them, of rows that were read.
	Key, Row json.RawMessage `json:",omitempty"`
	// Read are the rows, after Streamed are the schema and the rows that were inserted, where they are not the same as those that were read.
	Read         []json.RawMessage
	StreamedRow  json.RawMessage   `json:",omitempty"`
	StreamedRead []json.RawMessage `json:",omitempty"`
	// Deleted is the first row as the delete shows it; Unchanged is a row of which large values were not sent.
	Deleted   json.RawMessage `json:",omitempty"`
	Unchanged json.RawMessage `json:",omitempty"`
}

const goldenTablesFile, goldenValuesFile = "tables.jsonl.gz", "values.jsonl.gz"

func readGolden[T any](t testing.TB, name string) []T {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	require.NoError(t, err)
	var all []T
	for decoder := json.NewDecoder(bufio.NewReader(unpacked)); ; {
		var one T
		if err := decoder.Decode(&one); err == io.EOF {
			require.NotEmpty(t, all)
			return all
		} else if err != nil {
			require.NoError(t, err)
		}
		all = append(all, one)
	}
}

// packGolden is the whole file; gzip adds no time, so it changes only with what is in it.
func packGolden[T any](t testing.TB, all []T) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for _, one := range all {
		line, err := json.Marshal(one)
		require.NoError(t, err)
		_, err = w.Write(append(line, '\n'))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return packed.Bytes()
}

// texts are a row as it comes from the server.
func texts(row []*string) [][]byte {
	out := make([][]byte, len(row))
	for i, text := range row {
		if text != nil {
			out[i] = []byte(*text)
		}
	}
	return out
}
