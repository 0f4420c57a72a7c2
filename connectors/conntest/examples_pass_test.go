// SPDX-License-Identifier: Apache-2.0

package conntest_test

import "testing"

func TestTheExamplesPass(t *testing.T) {
	t.Run("source", testCounting)
	t.Run("sink", testStowing)
}
