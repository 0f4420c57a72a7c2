// SPDX-License-Identifier: Apache-2.0

//go:build windows

package app

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableSequences has the console understand cursor sequences. One that is too old for it shows them as they are.
func enableSequences(f *os.File) {
	var mode uint32
	console := windows.Handle(f.Fd())
	if windows.GetConsoleMode(console, &mode) == nil {
		_ = windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING)
	}
}
