// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"runtime/debug"

	connect "github.com/longshore-io/connect"
)

// guard calls user code and turns a panic into an error with its stack.
func guard(call func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &connect.PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	return call()
}
