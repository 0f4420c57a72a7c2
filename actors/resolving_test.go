// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestTheLogOfAConnectorShowsVariablesAndNotTheirValues(t *testing.T) {
	t.Setenv("LONGSHORE_TEST_PASSWORD", "hunter2000")
	w := prepared().start(t, map[string]string{"config.providers": "env", "config.providers.env.class": "EnvVarConfigProvider"})
	w.create(t, "c", "password", "${env:LONGSHORE_TEST_PASSWORD}")
	w.until(t, "c", connect.Running, connect.Running)
	w.source.mu.Lock()
	log := w.source.log
	w.source.mu.Unlock()
	log.Warn("no login as hunter2000", "error", errors.New("hunter2000 is refused"))
	require.Contains(t, w.warnings.all(), "no login as ${env:LONGSHORE_TEST_PASSWORD} error=${env:LONGSHORE_TEST_PASSWORD} is refused")
}
