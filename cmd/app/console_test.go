// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLogLinesScrollAboveTheBlock(t *testing.T) {
	var out bytes.Buffer
	c := &console{out: &out, width: func() int { return 80 }}
	step := func(want string, do func()) {
		out.Reset()
		do()
		require.Equal(t, want, out.String())
	}
	step("first\n", func() { fmt.Fprintln(c, "first") })
	step("a 1\nb 1\n", func() { c.show([]string{"a 1", "b 1"}) })
	step("\x1b[2A\r\x1b[Jsecond\na 1\nb 1\n", func() { fmt.Fprintln(c, "second") })
	step("\x1b[2A\r\x1b[Ja 2\n", func() { c.show([]string{"a 2"}) })
	step("\x1b[1A\r\x1b[J", func() { c.show(nil) })
	step("third\n", func() { fmt.Fprintln(c, "third") })
}

func TestABlockLineNeverWraps(t *testing.T) {
	var out bytes.Buffer
	c := &console{out: &out, width: func() int { return 6 }}
	c.show([]string{"überlang", "kurz"})
	require.Equal(t, "überl\nkurz\n", out.String())
}
