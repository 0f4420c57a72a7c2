// SPDX-License-Identifier: Apache-2.0

package file

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/longshore-io/connect/converters/javatext"
)

const (
	// readSize is how much is read at once: large enough to make the system call cheap, small enough for the cache.
	readSize = 256 << 10
	// idleSize is how much is read at once where little comes, after so many reads in a row that found nothing: thousands of sources
	// may wait for files to grow.
	idleSize  = 4 << 10
	idleReads = 2
	// maxLine bounds the memory that a line without an end can take.
	maxLine = 64 << 20
)

// lines cuts a stream of bytes into lines. The whole lines of one read become one string, of which the lines are parts:
// one allocation and one copy for thousands of them.
type lines struct {
	// rest[:filled] are the bytes after text: a line without an end. None of rest[:scanned] ends a line.
	rest            []byte
	filled, scanned int
	// empty counts the last reads that found nothing; full says that the last one found all that there was room for.
	empty int
	full  bool
	// text has whole lines only; text[at:] are yet to come.
	text string
	at   int
	// nl and cr are where the next \n and \r of text are; they are stale while they are before at.
	nl, cr int
	// valid says that text is UTF-8 as it is.
	valid bool
	// position counts the bytes of the stream before text[at:].
	position int64
	// longest is the limit for a line with its end.
	longest int
	// source is where the bytes come from, for an error.
	source string
}

func newLines(source string, position int64) *lines {
	return &lines{source: source, position: position, longest: maxLine}
}

// next returns the next line that is complete, and false where more has to be read for that.
func (l *lines) next() (string, bool) {
	if l.at == len(l.text) {
		return "", false
	}
	if l.nl < l.at {
		l.nl = indexFrom(l.text, '\n', l.at)
	}
	if l.cr < l.at {
		l.cr = indexFrom(l.text, '\r', l.at)
	}
	end := min(l.nl, l.cr)
	line, following := l.text[l.at:end], end+1
	if l.nl == l.cr+1 && l.nl < len(l.text) {
		following = l.nl + 1
	}
	l.position += int64(following - l.at)
	l.at = following
	if !l.valid {
		line = javatext.DecodeUTF8([]byte(line))
	}
	return line, true
}

// indexFrom returns the length of the text where there is none, so that it is never searched for again.
func indexFrom(text string, c byte, from int) int {
	if i := strings.IndexByte(text[from:], c); i >= 0 {
		return from + i
	}
	return len(text)
}

// fill calls read once, for when next has nothing more, and returns how many bytes came.
func (l *lines) fill(read func([]byte) (int, error)) (int, error) {
	if err := l.makeRoom(); err != nil {
		return 0, err
	}
	n, err := read(l.rest[l.filled:])
	l.filled += n
	l.full = l.filled == len(l.rest)
	l.empty++
	if n > 0 {
		l.empty = 0
		l.cut()
	}
	return n, err
}

// end is the position in the stream up to which was read.
func (l *lines) end() int64 { return l.position + int64(len(l.text)-l.at+l.filled) }

// makeRoom grows where much comes and for a long line, and shrinks after it.
func (l *lines) makeRoom() error {
	size := len(l.rest)
	switch {
	case l.filled == size && size >= l.longest:
		return fmt.Errorf("read %s: the line that starts at byte %d is longer than %d bytes: only text files with shorter lines can be read",
			l.source, l.position, l.longest)
	case size == 0:
		size = min(idleSize, l.longest)
	case l.empty >= idleReads && size > idleSize && l.filled < idleSize && l.at == len(l.text):
		size, l.text, l.at = idleSize, "", 0
	case size > readSize && l.filled < readSize/2, size < readSize && l.full:
		size = min(readSize, l.longest)
	case l.filled == size:
		size = min(2*size, l.longest)
	default:
		return nil
	}
	grown := make([]byte, size)
	copy(grown, l.rest[:l.filled])
	l.rest = grown
	return nil
}

// cut moves the whole lines to text. The last byte is looked at again next time: it may be a \r that waits for its \n.
func (l *lines) cut() {
	if end := l.lastEnd(); end > 0 {
		l.valid = utf8.Valid(l.rest[:end])
		l.text, l.at, l.nl, l.cr = string(l.rest[:end]), 0, -1, -1
		l.filled = copy(l.rest, l.rest[end:l.filled])
	}
	l.scanned = max(l.filled-1, 0)
}

// lastEnd returns where the last complete line ends, 0 where none does. A \r counts where another byte follows that is
// not \n.
func (l *lines) lastEnd() int {
	fresh := l.rest[l.scanned:l.filled]
	nl := bytes.LastIndexByte(fresh, '\n')
	after := fresh[nl+1:]
	if len(after) > 0 {
		if cr := bytes.LastIndexByte(after[:len(after)-1], '\r'); cr >= 0 {
			return l.scanned + nl + 1 + cr + 1
		}
	}
	if nl < 0 {
		return 0
	}
	return l.scanned + nl + 1
}
