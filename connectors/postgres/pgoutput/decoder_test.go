// SPDX-License-Identifier: Apache-2.0

package pgoutput

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// frames are what a server of version 15 has sent for a session with one of each kind of messages, with their places in the log.
func frames(t testing.TB) (out [][]byte) {
	text, err := os.ReadFile("testdata/stream.txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		_, bytes, _ := strings.Cut(strings.TrimSpace(line), " ")
		frame, err := hex.DecodeString(bytes)
		require.NoError(t, err)
		out = append(out, frame)
	}
	return out
}

var unchanged = []byte("unchanged")

// describe prints what matters of a message. Long values are cut.
func describe(m *Message) string {
	row := func(values [][]byte) string {
		var out []string
		for _, v := range values {
			switch {
			case v == nil:
				out = append(out, "null")
			case len(v) > 20:
				out = append(out, fmt.Sprintf("%q…%d", v[:2], len(v)))
			default:
				out = append(out, fmt.Sprintf("%q", v))
			}
		}
		return strings.Join(out, " ")
	}
	switch m.Kind {
	case Begin:
		return fmt.Sprintf("begin %d %X %s", m.Xid, m.FinalLSN, time.UnixMicro(m.Committed).UTC().Format(time.DateTime))
	case Commit:
		return fmt.Sprintf("commit %X %X", m.CommitLSN, m.EndLSN)
	case RelationInfo:
		return fmt.Sprintf("relation %+v", *m.Relation)
	case Insert:
		return "insert " + row(m.New)
	case Update:
		if m.OldKind != 0 {
			return fmt.Sprintf("update %c %s to %s", m.OldKind, row(m.Old), row(m.New))
		}
		return "update to " + row(m.New)
	case Delete:
		return fmt.Sprintf("delete %c %s", m.OldKind, row(m.Old))
	case Truncate:
		return fmt.Sprintf("truncate %v %t %t", m.Truncated, m.Cascade, m.RestartIdentity)
	case Logical:
		return fmt.Sprintf("message %t %q %q", m.Transactional, m.Prefix, m.Content)
	}
	return string(m.Kind)
}

func TestMessagesOfARealServer(t *testing.T) {
	d := Decoder{Unchanged: unchanged}
	var got []string
	for _, frame := range frames(t) {
		m, err := d.Decode(frame)
		require.NoError(t, err)
		got = append(got, describe(m))
	}
	table := `relation {ID:16391 Schema:public Name:Ünï Identity:100 Columns:[{Name:id Key:true Type:23 Modifier:-1} {Name:ö Key:false Type:25 Modifier:-1} {Name:n Key:false Type:1700 Modifier:524294} {Name:m Key:false Type:16386 Modifier:-1}]}`
	full := `relation {ID:16398 Schema:public Name:f Identity:102 Columns:[{Name:a Key:true Type:23 Modifier:-1} {Name:b Key:true Type:25 Modifier:-1}]}`
	want := []string{
		"begin 732 192B5D8 2026-11-23 18:18:26", "Y", table, `insert "1" "ä"…6000 "1.50" "ok"`, `insert "2" null null "sad"`,
		`update to "1" "unchanged" "2.00" "ok"`, `update K "2" null null null to "3" null null "sad"`, "commit 192B5D8 192B608",
		"begin 733 192B680 2026-11-23 18:18:26", full, `insert "1" "x"`, `insert null ""`, "commit 192B680 192B6B0",
		"begin 734 192B758 2026-11-23 18:18:26", `update O "1" "x" to "1" "y"`, `update O null "" to null "y"`, "commit 192B758 192B788",
		"begin 735 192B7D0 2026-11-23 18:18:26", `delete O "1" "y"`, "commit 192B7D0 192B800",
		"begin 736 192B840 2026-11-23 18:18:26", `delete K "3" null null null`, "commit 192B840 192B870",
		"begin 737 192CC38 2026-11-23 18:18:26", full, "Y", table, "truncate [16398 16391] true true", "commit 192CC38 192CE78",
		"begin 738 192CEB8 2026-11-23 18:18:26", `message true "pré" "héllo"`, "commit 192CEB8 192CEE8", `message false "q" ""`,
	}
	require.Equal(t, want, got)
}

func TestWhatIsNoMessageIsRefused(t *testing.T) {
	insert := []byte{'I', 0, 0, 0, 1, 'N', 0, 1, 't', 0, 0, 0, 1, 'x'}
	cases := map[string]struct {
		bytes []byte
		want  string
	}{
		"nothing":                    {nil, "ends too early"},
		"a kind of a later protocol": {[]byte{'S', 0, 0, 0, 1, 1}, "not of version 1"},
		"more than a message":        {append(append([]byte{}, insert...), 0), "1 bytes follow"},
		"an old row of an insert":    {[]byte{'I', 0, 0, 0, 1, 'O', 0, 0, 'N', 0, 0}, "begins no tuple"},
		"a delete of a new row":      {[]byte{'D', 0, 0, 0, 1, 'N', 0, 0}, "begins no tuple"},
		"a binary value":             {[]byte{'I', 0, 0, 0, 1, 'N', 0, 1, 'b', 0, 0, 0, 0}, "no form of a value"},
		"a count without values":     {[]byte{'I', 0, 0, 0, 1, 'N', 0xff, 0xff}, "ends too early"},
		"a length without a value":   {[]byte{'I', 0, 0, 0, 1, 'N', 0, 1, 't', 0xff, 0xff, 0xff, 0xff}, "ends too early"},
		"a name without an end":      {[]byte{'R', 0, 0, 0, 1, 'a'}, "ends too early"},
		"many tables that are not":   {[]byte{'T', 0xff, 0xff, 0xff, 0xff, 0}, "ends too early"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := new(Decoder).Decode(c.bytes)
			require.ErrorContains(t, err, c.want)
		})
	}
	for n := range insert {
		_, err := new(Decoder).Decode(insert[:n])
		require.Error(t, err, "the first %d bytes", n)
	}
}

func TestATableOfTheSystemHasItsSchema(t *testing.T) {
	m, err := new(Decoder).Decode(append([]byte{'R', 0, 0, 0, 1}, "\x00pg_class\x00d\x00\x00"...))
	require.NoError(t, err)
	require.Equal(t, "pg_catalog", m.Relation.Schema)
}

func TestRowsAreDecodedWithoutAllocations(t *testing.T) {
	d := Decoder{Unchanged: unchanged}
	update := frames(t)[13]
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = d.Decode(update) }))
}

// Whatever the bytes are, decoding ends, and what is taken for a message has a kind that there is and rows that are no longer than the bytes.
func FuzzDecode(f *testing.F) {
	for _, frame := range frames(f) {
		f.Add(frame)
	}
	f.Add(binary.BigEndian.AppendUint16([]byte{'I', 0, 0, 0, 1, 'N'}, 65535))
	f.Fuzz(func(t *testing.T, data []byte) {
		var d Decoder
		m, err := d.Decode(data)
		if err != nil {
			return
		}
		require.Contains(t, "BCORYIUDTM", string(m.Kind))
		require.LessOrEqual(t, len(m.Old)+len(m.New)+len(m.Truncated), len(data))
	})
}

func BenchmarkDecodeUpdate(b *testing.B) {
	d := Decoder{Unchanged: unchanged}
	update := frames(b)[13]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decode(update); err != nil {
			b.Fatal(err)
		}
	}
}
