// SPDX-License-Identifier: Apache-2.0

package datagen

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/conntest"
)

// BenchmarkSourceTask makes records as fast as they go; ns/op is for one record.
func BenchmarkSourceTask(b *testing.B) {
	for _, c := range []struct{ name, shape, size, key string }{
		{"text of 100 bytes", textShape, "100", noShape}, {"text of 1000 bytes", textShape, "1000", noShape},
		{"text of 100 bytes with key", textShape, "100", textShape}, {"bytes of 1000", bytesShape, "1000", noShape},
		{"struct of 200 bytes", structShape, "200", noShape},
	} {
		b.Run(c.name, func(b *testing.B) {
			task := start(b, &conntest.SourceContext{}, map[string]string{"value.shape": c.shape, "value.size": c.size, "key.shape": c.key})
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; {
				records, err := task.Poll(b.Context())
				require.NoError(b, err)
				n += len(records)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
