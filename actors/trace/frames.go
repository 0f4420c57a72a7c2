// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"path"
	"strings"
)

// maxFrames bounds what an endless recursion prints.
const maxFrames = 50

// ours is where the frames of the plugin end: what called it is always the same and says nothing.
const ours = "github.com/longshore-io/connect/actors"

// frames returns the functions of the plugin that panicked, innermost first, as "function(file:line)". The stack has the
// form of debug.Stack: a line for each function, then an indented one for its place.
func frames(stack []byte) []string {
	lines := strings.Split(string(stack), "\n")
	var out []string
	for i := afterPanic(lines); i+1 < len(lines) && len(out) < maxFrames; i += 2 {
		function := functionName(lines[i])
		if strings.HasPrefix(function, ours) || strings.HasPrefix(lines[i], "created by ") {
			break
		}
		if place := strings.TrimSpace(lines[i+1]); place != "" && !strings.HasPrefix(function, "runtime.") {
			out = append(out, function+"("+fileOf(place)+")")
		}
	}
	return out
}

// afterPanic skips the frames of whoever caught the panic. A stack without them is taken whole, less its headline.
func afterPanic(lines []string) int {
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") {
			return i + 2
		}
	}
	return 1
}

// functionName drops the arguments, the last parentheses of the line; a method's receiver has some too.
func functionName(line string) string {
	if i := strings.LastIndexByte(line, '('); i > 0 {
		return line[:i]
	}
	return line
}

// fileOf keeps file and line: the folder is that of the machine where the plugin was built.
func fileOf(place string) string {
	file, _, _ := strings.Cut(place, " +0x")
	return path.Base(strings.ReplaceAll(file, `\`, "/"))
}
