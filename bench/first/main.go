// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/longshore-io/connect/bench/internal/machine"
	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// defaultLines of lineBytes are 294 MB: long enough for both workers to run at their pace.
	defaultLines = 3_000_000
	// warmUpLines are copied there and back before a worker is measured.
	warmUpLines = 300_000
)

func main() {
	rounds := flag.Int("rounds", 3, "how often each contender copies")
	lines := flag.Int("lines", defaultLines, "how many lines are copied")
	role := flag.String("bare", "", "what this process does as the bare client: source or sink (for this program's own use)")
	var job bareJob
	flag.StringVar(&job.broker, "broker", "", "with -bare: the broker")
	flag.StringVar(&job.topic, "topic", "", "with -bare: the topic")
	flag.StringVar(&job.file, "file", "", "with -bare: the file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if *role != "" {
		job.lines = *lines
		err = job.run(ctx, *role)
	} else {
		err = bench(ctx, *rounds, *lines)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "first:", err)
		os.Exit(1)
	}
}

// bench does all rounds in a temporary folder and prints the table.
func bench(ctx context.Context, rounds, lines int) (err error) {
	measuredOn := machine.Describe(ctx)
	dir, err := os.MkdirTemp("", "longshore-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r, err := newRig(ctx, dir, lines)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	results := map[string][]result{}
	for round := range rounds {
		if err := r.round(ctx, round+1, results); err != nil {
			return err
		}
	}
	printTable(os.Stdout, measuredOn, lines, rounds, results)
	return nil
}

// rig is what all contenders share: the broker, the input files and our binary.
type rig struct {
	dir         string
	lines       int
	broker      *kafkatest.Broker
	topics      *topics
	input, warm string
	binary      string
}

func newRig(ctx context.Context, dir string, lines int) (*rig, error) {
	r := &rig{dir: dir, lines: lines, input: filepath.Join(dir, "input.txt"), warm: filepath.Join(dir, "warm.txt")}
	var err error
	if r.binary, err = machine.BuildWorker(ctx, dir); err != nil {
		return nil, err
	}
	if err := errors.Join(writeLines(r.input, lines), writeLines(r.warm, warmUpLines)); err != nil {
		return nil, fmt.Errorf("write the input: %w", err)
	}
	brokerDir := filepath.Join(dir, "broker")
	if err := os.Mkdir(brokerDir, 0o700); err != nil {
		return nil, err
	}
	r.broker, err = kafkatest.NewBroker(ctx, kafkatest.BrokerConfig{Dir: brokerDir, MaxHeap: brokerHeap, JVMArgs: kafkaJVM})
	if err != nil {
		return nil, err
	}
	if r.topics, err = newTopics(r.broker.Addr()); err != nil {
		return nil, errors.Join(err, r.broker.Kill())
	}
	return r, nil
}

func (r *rig) close() error {
	r.topics.close()
	return r.broker.Kill()
}
