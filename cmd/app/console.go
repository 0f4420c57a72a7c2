// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"
)

// console is a terminal with a block of lines at its bottom that is drawn anew each second. What is written to it scrolls
// above the block.
type console struct {
	mu    sync.Mutex
	out   io.Writer
	width func() int
	block []string
}

// newConsole draws on a terminal.
func newConsole(f *os.File) *console {
	enableSequences(f)
	return &console{out: f, width: func() int {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
		return 80
	}}
}

// Write implements io.Writer for whole lines.
func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	b.WriteString(c.erasing())
	b.Write(p)
	b.WriteString(c.drawing())
	if _, err := io.WriteString(c.out, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// show draws another block in the place of the last one.
func (c *console) show(block []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	erasing := c.erasing()
	c.block = make([]string, len(block))
	width := c.width()
	for i, line := range block {
		// A line that wraps would be two of them to go up by.
		c.block[i] = cut(line, width-1)
	}
	_, _ = io.WriteString(c.out, erasing+c.drawing()) // a terminal that is gone is no reason to stop
}

// erasing goes up to where the block begins and clears from there.
func (c *console) erasing() string {
	if len(c.block) == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r\x1b[J", len(c.block))
}

func (c *console) drawing() string {
	if len(c.block) == 0 {
		return ""
	}
	return strings.Join(c.block, "\n") + "\n"
}

func cut(line string, width int) string {
	runes := []rune(line)
	if len(runes) <= width {
		return line
	}
	return string(runes[:max(width, 0)])
}
