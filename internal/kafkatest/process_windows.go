// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"errors"
	"os"
)

// terminate kills: Windows has no signal that asks a Java process without a console to end.
func terminate(p *os.Process) error { return p.Kill() }

// askForThreads is not possible without a console.
func askForThreads(*os.Process) error { return errors.New("threads cannot be listed on Windows") }
