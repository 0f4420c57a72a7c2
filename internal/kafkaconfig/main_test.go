// SPDX-License-Identifier: Apache-2.0

package kafkaconfig_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const bootstrap = "localhost:9092"

// with is a set of properties that names a broker.
func with(pairs ...string) map[string]string {
	props := map[string]string{"bootstrap.servers": bootstrap}
	for i := 0; i < len(pairs); i += 2 {
		props[pairs[i]] = pairs[i+1]
	}
	return props
}

func parse(t *testing.T, role kafkaconfig.Role, props map[string]string) kafkaconfig.Settings {
	t.Helper()
	settings, errs := kafkaconfig.Parse(role, props)
	require.Empty(t, errs)
	return settings
}

// client makes an unconnected client, which can be asked for its options.
func client(t *testing.T, role kafkaconfig.Role, props map[string]string) *kgo.Client {
	t.Helper()
	settings := parse(t, role, props)
	cl, err := kgo.NewClient(settings.Options(nil)...)
	require.NoError(t, err)
	t.Cleanup(cl.Close)
	return cl
}

func texts(errs []error) []string {
	var all []string
	for _, err := range errs {
		all = append(all, err.Error())
	}
	return all
}

func keyOf(err error) string {
	var e *kafkaconfig.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}
