// SPDX-License-Identifier: Apache-2.0

package kafkatest

import "os"

// terminate kills: Windows has no signal that asks a Java process without a console to end.
func terminate(p *os.Process) error { return p.Kill() }
