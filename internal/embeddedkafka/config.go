// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"log/slog"
	"time"
)

// DefaultMinFreeBytes leaves room for what is still written when records are refused: the ends of transactions, the deletion of
// topics and the files of a shutdown.
const DefaultMinFreeBytes = 64 << 20

// Config says how to run a broker. The zero value is a broker in memory on a free port.
type Config struct {
	// Dir is the data folder, made if missing. Empty means that nothing outlives Close; records are then held in memory.
	Dir string
	// Port is the one to listen on when it is free and the data folder does not remember another; 0 leaves it to the kernel.
	Port int
	// NoAutoCreate has the broker refuse topics that nobody created; otherwise they get one partition, as in Kafka.
	NoAutoCreate bool
	// MinFreeBytes is how much disk space must be free in Dir for records to be accepted; 0 means DefaultMinFreeBytes.
	MinFreeBytes int64
	// Log gets what the operator should know; nil discards it.
	Log *slog.Logger

	// FreeSpace tells how many bytes this process may still write below a folder; nil asks the operating system.
	FreeSpace func(dir string) (int64, error)
	// Clock drives retention and the checks of free space; nil is the real one.
	Clock Clock

	// compactAbove is the size in bytes from which a compacted partition is compacted at the start; 0 means defaultCompactAbove.
	compactAbove int64
}

// Clock is where the broker gets its own time from. The time inside records is kfake's business.
type Clock interface {
	// Now is the present.
	Now() time.Time
	// Ticker sends on the channel every so often until stop is called.
	Ticker(every time.Duration) (ticks <-chan time.Time, stop func())
}

type realClock struct{}

func (realClock) Now() time.Time { return time.Now() }

func (realClock) Ticker(every time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(every)
	return t.C, t.Stop
}

func (c Config) withDefaults() Config {
	if c.MinFreeBytes == 0 {
		c.MinFreeBytes = DefaultMinFreeBytes
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.FreeSpace == nil {
		c.FreeSpace = freeSpace
	}
	if c.Clock == nil {
		c.Clock = realClock{}
	}
	return c
}
