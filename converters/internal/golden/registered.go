// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/notation"
)

// Registered is what the cases of converters with a schema registry have in common: what Confluent's converter was given,
// and what it made of it. The messages themselves differ from format to format.
type Registered struct {
	// Name is unique in its file.
	Name    string            `json:"name"`
	Options map[string]string `json:"options"`
	// Text is the schema as it is registered, Version what the registry says of it.
	Text    string `json:"text"`
	Version int    `json:"version"`
	// OutNull says that there was nothing to write.
	OutNull bool `json:"outNull"`
	// Err is the message of the error; an empty one stands for an error whose text is not ours.
	Err *string `json:"err"`
	Data
}

// CheckRead compares what was read, order of maps included.
func (c *Registered) CheckRead(t testing.TB, got connect.SchemaAndValue) {
	t.Helper()
	require.Equal(t, notation.Show(c.Typed(t)), notation.Show(got))
}

// CheckError says whether the case ends with an error, and compares its text. own has our words for those messages that
// are not ours, by message.
func (c *Registered) CheckError(t testing.TB, own map[string]string, err error) bool {
	t.Helper()
	if c.Err == nil {
		require.NoError(t, err)
		return false
	}
	require.Error(t, err)
	if want, ours := own[*c.Err]; ours {
		require.ErrorContains(t, err, want)
	} else if *c.Err != "" {
		require.ErrorContains(t, err, *c.Err)
	}
	return true
}
