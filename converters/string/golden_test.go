// SPDX-License-Identifier: Apache-2.0

package stringconv

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/golden"
)

// TestMain sets the time zone in which the golden cases were made.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

func TestDoesWhatKafkaConnectDoes(t *testing.T) {
	for _, c := range golden.Load(t, "string") {
		t.Run(c.Name, func(t *testing.T) {
			conv := New()
			require.NoError(t, conv.Configure(c.Options, false))
			if c.Reads() {
				got, err := conv.ToConnectData(context.Background(), "t", nil, c.Input())
				c.CheckRead(t, got, err)
				return
			}
			in := c.Typed(t)
			data, err := conv.FromConnectData(context.Background(), "t", nil, in.Schema, in.Value)
			c.CheckWritten(t, data, err)
		})
	}
}

func TestRefusesAnEncodingThatItDoesNotKnow(t *testing.T) {
	for key, props := range map[string]map[string]string{
		"converter.encoding":        {"converter.encoding": "EBCDIC"},
		"key.serializer.encoding":   {"key.serializer.encoding": "EBCDIC"},
		"key.deserializer.encoding": {"key.deserializer.encoding": "EBCDIC", "converter.encoding": "UTF-8"},
	} {
		err := New().Configure(props, true)
		require.ErrorContains(t, err, "Invalid value EBCDIC for configuration "+key+": Unsupported encoding: use UTF-8")
		require.Equal(t, connect.BadConfig, connect.Classify(err))
	}
}

func TestHeadersAreTextToo(t *testing.T) {
	h := NewHeader()
	require.NoError(t, h.Configure(map[string]string{"converter.encoding": "ISO-8859-1"}))
	data, err := h.FromConnectHeader(context.Background(), "t", "h", nil, "é")
	require.NoError(t, err)
	require.Equal(t, []byte{0xe9}, data)
	back, err := h.ToConnectHeader(context.Background(), "t", "h", data)
	require.NoError(t, err)
	require.Equal(t, connect.SchemaAndValue{Schema: connect.OptionalString, Value: "é"}, back)
	require.Error(t, h.Configure(map[string]string{"converter.encoding": "none"}))
}

func TestBytesAreWrittenAsBase64(t *testing.T) {
	data, err := New().FromConnectData(context.Background(), "t", nil, connect.Bytes, []byte{0xff, 0})
	require.NoError(t, err)
	require.Equal(t, "/wA=", string(data))
}

func TestDefinesTheKeysOfKafka(t *testing.T) {
	for _, def := range []connect.ConfigDef{New().Config(), NewHeader().Config()} {
		require.Len(t, def, 2)
		require.True(t, def.Key("converter.type").Required)
		require.Equal(t, "UTF-8", def.Key("converter.encoding").Default)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a\xff\xe2\x82"), "UTF-16")
	f.Fuzz(func(t *testing.T, data []byte, encoding string) {
		conv := New()
		if conv.Configure(map[string]string{"converter.encoding": encoding}, false) != nil {
			return
		}
		got, err := conv.ToConnectData(context.Background(), "t", nil, data)
		require.NoError(t, err)
		_, err = conv.FromConnectData(context.Background(), "t", nil, got.Schema, got.Value)
		require.NoError(t, err)
	})
}

func BenchmarkWriteText(b *testing.B) {
	conv := New()
	var line any = "2026-01-01T00:00:00.000Z INFO a line of a log file that is about one hundred bytes long, as they are, often"
	b.SetBytes(int64(len(line.(string))))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := conv.FromConnectData(context.Background(), "t", nil, connect.String, line); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadText(b *testing.B) {
	conv := New()
	line := []byte("2026-01-01T00:00:00.000Z INFO a line of a log file that is about one hundred bytes long, as they are, often")
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := conv.ToConnectData(context.Background(), "t", nil, line); err != nil {
			b.Fatal(err)
		}
	}
}
