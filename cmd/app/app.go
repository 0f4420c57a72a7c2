// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
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
	setCollector(os.Getenv)
	forgetPages()
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

// errorLines are the texts of errors, each on one line.
func errorLines(errs ...error) []string {
	var lines []string
	for _, err := range errs {
		for _, part := range parts(err) {
			lines = append(lines, strings.Join(strings.Fields(part.Error()), " "))
		}
	}
	return lines
}

// parts takes apart what errors.Join has put together, and nothing else: the text of an error with several causes says more
// than theirs. Of nil there are none.
func parts(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || err.Error() != errors.Join(joined.Unwrap()...).Error() {
		return []error{err}
	}
	var all []error
	for _, part := range joined.Unwrap() {
		all = append(all, parts(part)...)
	}
	return all
}
