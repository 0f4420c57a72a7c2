// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// result is one round of one contender.
type result struct {
	source, sink span
	// peak is the largest resident set in bytes.
	peak int64
}

// contender is somebody who copies. A copy returns when all of it has arrived.
type contender interface {
	// source copies a file into a topic.
	source(ctx context.Context, file, topic string, lines int) (span, error)
	// sink copies a topic into a file.
	sink(ctx context.Context, topic, file string, lines int) (span, error)
	// peak is the largest resident set so far.
	peak() (int64, error)
	close() error
}

// The names of the contenders, in the order of a round: all sinks read what the first one has produced.
const (
	kafkaConnect = "Kafka Connect 4.1"
	longshore    = "Longshore"
	bareClient   = "bare client"
)

var contenders = []string{kafkaConnect, longshore, bareClient}

// round has every contender copy once.
func (r *rig) round(ctx context.Context, number int, results map[string][]result) error {
	shared := fmt.Sprintf("round-%d-0", number)
	for i, name := range contenders {
		topic := fmt.Sprintf("round-%d-%d", number, i)
		got, err := r.measure(ctx, name, topic, shared)
		if err != nil {
			return fmt.Errorf("%s in round %d: %w", name, number, err)
		}
		results[name] = append(results[name], got)
		fmt.Fprintf(os.Stderr, "round %d, %s: source %s, sink %s, %d MiB\n", number, name, got.source, got.sink, got.peak>>20)
		if topic != shared {
			if err := r.topics.remove(ctx, topic); err != nil {
				return err
			}
		}
	}
	return r.topics.remove(ctx, shared)
}

func (r *rig) start(ctx context.Context, name, topic string) (contender, error) {
	dir := filepath.Join(r.dir, topic)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	switch name {
	case kafkaConnect:
		return startKafkaConnect(ctx, r, dir, topic)
	case longshore:
		return startLongshore(ctx, r, dir, topic)
	}
	return &bare{rig: r}, nil
}

// measure has one contender copy the input to topic, and shared to a file.
func (r *rig) measure(ctx context.Context, name, topic, shared string) (got result, err error) {
	c, err := r.start(ctx, name, topic)
	if err != nil {
		return got, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	output := filepath.Join(r.dir, topic+".out")
	defer os.Remove(output)
	if err := r.warmUp(ctx, c, topic+"-warm", output); err != nil {
		return got, fmt.Errorf("warm up: %w", err)
	}
	if err := r.topics.create(ctx, topic); err != nil {
		return got, err
	}
	if got.source, err = c.source(ctx, r.input, topic, r.lines); err != nil {
		return got, fmt.Errorf("source: %w", err)
	}
	if got.sink, err = c.sink(ctx, shared, output, r.lines); err != nil {
		return got, fmt.Errorf("sink: %w", err)
	}
	if err := sameFile(r.input, output); err != nil {
		return got, err
	}
	got.peak, err = c.peak()
	return got, err
}

func (r *rig) warmUp(ctx context.Context, c contender, topic, output string) error {
	if err := r.topics.create(ctx, topic); err != nil {
		return err
	}
	if _, err := c.source(ctx, r.warm, topic, warmUpLines); err != nil {
		return err
	}
	if _, err := c.sink(ctx, topic, output, warmUpLines); err != nil {
		return err
	}
	return errors.Join(os.Remove(output), r.topics.remove(ctx, topic))
}
