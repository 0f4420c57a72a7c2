// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	connect "github.com/longshore-io/connect"
)

// Main is the longshore command, with more plugins than the bundled ones if there are any. It does not return: the process
// ends with the command's exit code.
func Main(plugins ...func(*connect.Plugins)) { exit((*program).longshore, plugins) }

// Distributed is the connect-distributed command, otherwise as Main.
func Distributed(plugins ...func(*connect.Plugins)) { exit((*program).distributed, plugins) }

// Standalone is the connect-standalone command, otherwise as Main.
func Standalone(plugins ...func(*connect.Plugins)) { exit((*program).standalone, plugins) }

// The exit codes.
const (
	exitDone   = 0
	exitWrong  = 1
	exitCutOff = 130
)

// program is one run of a command, with all that it takes from its process.
type program struct {
	name    string
	args    []string
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	getenv  func(string) string
	signals <-chan os.Signal
	plugins *connect.Plugins
}

func exit(command func(*program) int, more []func(*connect.Plugins)) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, stopSignals()...)
	os.Exit(command(&program{
		name: strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"), args: os.Args[1:],
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv,
		signals: signals, plugins: allPlugins(more),
	}))
}

// complain prints what is wrong, each mistake on a line of its own, and returns the exit code for it.
func (p *program) complain(errs ...error) int {
	for _, line := range errorLines(errs...) {
		fmt.Fprintf(p.stderr, "%s: %s\n", p.name, line)
	}
	return exitWrong
}

// errorLines takes joined errors apart: one line for each.
func errorLines(errs ...error) []string {
	var lines []string
	for _, err := range errs {
		if joined, ok := err.(interface{ Unwrap() []error }); ok && isJoin(err, joined.Unwrap()) {
			lines = append(lines, errorLines(joined.Unwrap()...)...)
			continue
		}
		lines = append(lines, strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", " "))
	}
	return lines
}

// isJoin tells errors.Join from fmt.Errorf with several %w, whose text says more than its parts.
func isJoin(err error, parts []error) bool {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = part.Error()
	}
	return err.Error() == strings.Join(texts, "\n")
}
