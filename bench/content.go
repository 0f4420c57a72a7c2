// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"github.com/twmb/franz-go/pkg/kgo"
)

// content is what a topic or a file holds: enough to tell whether two hold the same lines or values in the same order.
type content struct {
	records, bytes int64
	sum            uint32
}

// castagnoli is the polynomial that processors compute.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// add counts a value, or a line without its end.
func (c *content) add(value []byte) {
	c.records++
	c.bytes += int64(len(value))
	c.sum = crc32.Update(crc32.Update(c.sum, castagnoli, value), castagnoli, []byte{'\n'})
}

// differs returns an error unless got is what was wanted: a fast copy of something else counts for nothing.
func (c content) differs(got content) error {
	if c == got {
		return nil
	}
	return fmt.Errorf("the output is wrong: %d records of %d bytes with the sum %08x, expected were %d of %d with %08x",
		got.records, got.bytes, got.sum, c.records, c.bytes, c.sum)
}

// fileContent reads a file of lines.
func fileContent(path string) (c content, err error) {
	f, err := os.Open(path)
	if err != nil {
		return c, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	for {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return c, nil
		}
		if err != nil {
			return c, fmt.Errorf("read a line of %s: %w", path, err)
		}
		c.add(line[:len(line)-1])
	}
}

// content reads so many records of a topic with one partition. same, unless it is nil, changes a value before it is counted.
func (t *topics) content(ctx context.Context, topic string, records int, same func([]byte) []byte) (c content, err error) {
	err = t.read(ctx, topic, records, func(value []byte) {
		if same != nil {
			value = same(value)
		}
		c.add(value)
	})
	return c, err
}

// bag is content for values that may come in any order.
func (t *topics) bag(ctx context.Context, topic string, records int, same func([]byte) []byte) (c content, err error) {
	err = t.read(ctx, topic, records, func(value []byte) {
		value = same(value)
		c.records++
		c.bytes += int64(len(value))
		c.sum += crc32.Checksum(value, castagnoli)
	})
	return c, err
}

// read gives the values of so many records of a topic with one partition.
func (t *topics) read(ctx context.Context, topic string, records int, value func([]byte)) error {
	ctx, cancel := context.WithTimeout(ctx, spanLimit)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(t.broker),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().AtStart()}}))
	if err != nil {
		return err
	}
	defer client.Close()
	for got := 0; got < records; {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return fmt.Errorf("read %s: %w", topic, err)
		}
		fetches.EachRecord(func(r *kgo.Record) { value(r.Value) })
		got += fetches.NumRecords()
	}
	return nil
}

// withoutNumber returns a function that replaces the number behind a JSON key, which is different each time.
func withoutNumber(key string) func([]byte) []byte {
	prefix := []byte(`"` + key + `":`)
	return func(value []byte) []byte {
		at := bytes.LastIndex(value, prefix)
		if at < 0 {
			return value
		}
		from := at + len(prefix)
		to := from
		for to < len(value) && value[to] >= '0' && value[to] <= '9' {
			to++
		}
		return append(append(bytes.Clone(value[:from]), '0'), value[to:]...)
	}
}

// lineCounter counts the lines of a file that grows.
type lineCounter struct {
	path  string
	at    int64
	lines int
	buf   []byte
}

// hasLines says whether a file has so many lines; more of them are an error.
func hasLines(path string, want int) func(context.Context) (bool, error) {
	c := &lineCounter{path: path, buf: make([]byte, 1<<20)}
	return func(context.Context) (bool, error) {
		if err := c.read(); err != nil {
			return false, err
		}
		if c.lines > want {
			return false, fmt.Errorf("%s has %d lines, which is more than %d", path, c.lines, want)
		}
		return c.lines == want, nil
	}
}

// read counts what has come since the last time.
func (c *lineCounter) read() error {
	f, err := os.Open(c.path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		n, err := f.ReadAt(c.buf, c.at)
		c.lines += bytes.Count(c.buf[:n], []byte{'\n'})
		c.at += int64(n)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
