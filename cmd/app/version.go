// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"runtime"
	"runtime/debug"

	connect "github.com/longshore-io/connect"
)

// version and commit are stamped by the linker: -ldflags "-X github.com/longshore-io/connect/cmd/app.version=v1.2.3 -X …commit=…".
var version, commit string

// build tells which build this is: what was stamped, else what the Go toolchain noted about a module that was installed or
// built from a checkout.
func build() (string, string) {
	v, c := version, commit
	info, known := debug.ReadBuildInfo()
	if !known {
		return orUnknown(v), orUnknown(c)
	}
	if v == "" {
		v = info.Main.Version
	}
	for _, s := range info.Settings {
		if c == "" && s.Key == "vcs.revision" {
			c = s.Value
		}
	}
	return orUnknown(v), orUnknown(c)
}

func orUnknown(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}

func (p *program) printVersion() int {
	v, c := build()
	fmt.Fprintf(p.stdout, "longshore %s (commit %s, does what Kafka Connect %s does, %s %s/%s)\n", v, c, connect.KafkaVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitDone
}
