// SPDX-License-Identifier: Apache-2.0

package verifiable

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
	jsonconv "github.com/longshore-io/connect/converters/json"
)

// printer gathers whole lines and writes them in one call: tasks that share standard output do not mix theirs. It is for one
// goroutine.
type printer struct {
	out   io.Writer
	lines []byte
}

// writeSize is how much is gathered before it is written in any case, in bytes.
const writeSize = 64 << 10

// add takes one line without its end, in pieces.
func (p *printer) add(pieces ...string) error {
	for _, piece := range pieces {
		p.lines = append(p.lines, piece...)
	}
	p.lines = append(p.lines, '\n')
	if len(p.lines) < writeSize {
		return nil
	}
	return p.print()
}

func (p *printer) print() error {
	if len(p.lines) == 0 {
		return nil
	}
	lines := p.lines
	p.lines = p.lines[:0]
	if _, err := p.out.Write(lines); err != nil {
		return fmt.Errorf("write to standard output: %w", err)
	}
	return nil
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

// quoted is a text in JSON.
func quoted(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a form in JSON
	}
	return string(encoded)
}

// values prints keys and values of records as JSON.
type values struct{ converter connect.Converter }

func newValues() (values, error) {
	converter := jsonconv.New()
	if err := converter.Configure(map[string]string{"schemas.enable": "false"}, false); err != nil {
		return values{}, fmt.Errorf("prepare the printing of values: %w", err)
	}
	return values{converter}, nil
}

// text never fails: what has no form in JSON is printed as a text.
func (v values) text(ctx context.Context, topic string, schema *connect.Schema, value any) string {
	switch n := value.(type) {
	case nil:
		return "null"
	case int32:
		return whole(int64(n))
	case int64:
		return whole(n)
	}
	encoded, err := v.converter.FromConnectData(ctx, topic, nil, schema, value)
	if err != nil || !json.Valid(encoded) {
		return quoted(string(javatext.Append(nil, value)))
	}
	return string(encoded)
}
