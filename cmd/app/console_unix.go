// SPDX-License-Identifier: Apache-2.0

//go:build unix

package app

import "os"

// enableSequences has nothing to do: terminals here understand them.
func enableSequences(*os.File) {}
