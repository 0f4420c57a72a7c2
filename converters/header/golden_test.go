// SPDX-License-Identifier: Apache-2.0

package header

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones of the golden cases, on machines that have none

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
	for _, c := range golden.Load(t, "header") {
		t.Run(c.Name, func(t *testing.T) {
			conv := NewHeader()
			require.NoError(t, conv.Configure(nil))
			if c.Reads() {
				got, err := conv.ToConnectHeader(context.Background(), "t", "h", c.Input())
				c.CheckRead(t, got, err)
				return
			}
			in := c.Typed(t)
			data, err := conv.FromConnectHeader(context.Background(), "t", "h", in.Schema, in.Value)
			c.CheckWritten(t, data, err)
		})
	}
}

func TestDatesAreOfTheTimeZoneOfTheProcess(t *testing.T) {
	for _, c := range golden.Load(t, "header-zone") {
		t.Run(c.Name, func(t *testing.T) {
			zone, err := time.LoadLocation(c.Zone)
			require.NoError(t, err)
			if c.Reads() {
				got, ok := infer(string(c.Input()), zone)
				require.True(t, ok)
				c.CheckRead(t, got, nil)
				return
			}
			w := writer{zone: zone}
			err = w.append(c.Typed(t).Value, false)
			c.CheckWritten(t, w.out, err)
		})
	}
}

func TestTextThatNestsTooDeepIsBytes(t *testing.T) {
	text := []byte(strings.Repeat("[", 100_000))
	got, err := NewHeader().ToConnectHeader(context.Background(), "t", "h", text)
	require.NoError(t, err)
	require.Same(t, connect.Bytes, got.Schema)
	require.Equal(t, text, got.Value)
}

func TestDefinesNothing(t *testing.T) {
	require.Empty(t, NewHeader().Config())
}

func FuzzInference(f *testing.F) {
	for _, c := range golden.Load(f, "header") {
		if c.Reads() {
			f.Add(c.Input())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		conv := NewHeader()
		got, err := conv.ToConnectHeader(context.Background(), "t", "h", data)
		require.NoError(t, err)
		_, err = conv.FromConnectHeader(context.Background(), "t", "h", got.Schema, got.Value)
		require.NoError(t, err)
	})
}
