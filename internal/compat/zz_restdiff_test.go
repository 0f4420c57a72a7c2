// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"os/exec"
	"testing"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestZZRestdiff(t *testing.T) {
	java, ours := setup{mode: kafkatest.Distributed, broker: kafkatest.SharedBroker(t).Addr()}.start(t, "z")
	cmd := exec.Command("python3", "/work/shared/conformance/restdiff.py", "http://"+java.host, "http://"+ours.host, "/work/shared/conformance/cases.py", "-v")
	cmd.Env = append(cmd.Environ(), "CASES_TMP="+t.TempDir())
	out, err := cmd.CombinedOutput()
	t.Log(string(out), err)
}
