// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/longshore-io/connect/bench/internal/machine"
	"github.com/longshore-io/connect/internal/kafkatest"
)

func main() {
	rounds := flag.Int("rounds", 3, "how often workers are started and killed")
	connectors := flag.Int("connectors", 1000, "how many connectors there are")
	workers := flag.Int("workers", 3, "how many workers there are")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx, *rounds, *connectors, *workers); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

// bench does all rounds in a temporary folder and prints the table.
func bench(ctx context.Context, rounds, connectors, workers int) (err error) {
	measuredOn := machine.Describe(ctx)
	dir, err := os.MkdirTemp("", "longshore-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary, err := machine.BuildWorker(ctx, dir)
	if err != nil {
		return err
	}
	broker, err := kafkatest.NewBroker(ctx, kafkatest.BrokerConfig{Dir: dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, broker.Kill()) }()
	c, err := newCluster(dir, binary, broker.Addr(), connectors, workers)
	if err != nil {
		return err
	}
	defer c.kill()
	m, err := c.measure(ctx, rounds)
	if err != nil {
		return err
	}
	m.print(os.Stdout, measuredOn, c)
	return nil
}
