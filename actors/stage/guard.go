// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"fmt"
	"runtime/debug"

	"github.com/longshore-io/connect"
)

// caught makes an error of what recover returned, with the stack of the panic: it is called in the deferred function.
func caught(value any) error { return &connect.PanicError{Value: value, Stack: debug.Stack()} }

// configure calls a plugin's Configure; its error says which key names the plugin.
func configure(key, class string, do func() error) error {
	if err := connect.Guard(do); err != nil {
		return fmt.Errorf("configure %s, class %s: %w", key, class, err)
	}
	return nil
}
