// SPDX-License-Identifier: Apache-2.0

package app

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileThatIsNoPropertiesFileIsNamed(t *testing.T) {
	path := writeFile(t, t.TempDir(), "worker.properties", `a=\u00zz`+"\n")
	_, err := readProperties(path)
	require.ErrorContains(t, err, path)
	require.ErrorContains(t, err, "invalid unicode literal")
}
