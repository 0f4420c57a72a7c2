// SPDX-License-Identifier: Apache-2.0

package validate_test

import (
	"encoding/json"
	"testing"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

// FuzzConnector holds for any configuration: there is an answer or an error, the count is of what is listed, and the
// answer can be printed.
func FuzzConnector(f *testing.F) {
	for _, c := range readRecording(f).Cases {
		data, err := json.Marshal(c.Config)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var raw connect.RawConfig
		if json.Unmarshal(data, &raw) != nil {
			return
		}
		before := raw.Clone()
		r, err := validate.Connector(t.Context(), input(raw))
		if !raw.Equal(before) {
			t.Fatal("the configuration was changed")
		}
		if err != nil {
			if connect.Classify(err) != connect.BadConfig {
				t.Fatalf("%v is a %v", err, connect.Classify(err))
			}
			return
		}
		wrong := 0
		for _, c := range r.Configs {
			if c.Value != nil && len(c.Value.Errors) > 0 {
				wrong++
			}
		}
		if wrong > r.ErrorCount || (r.Err() == nil) != (wrong == 0) {
			t.Fatalf("%d keys are wrong, %d errors are counted", wrong, r.ErrorCount)
		}
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
	})
}
