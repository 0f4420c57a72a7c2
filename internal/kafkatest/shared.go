// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

// shared is the broker of this test process.
var shared struct {
	once    sync.Once
	managed bool // Main runs and will end it
	broker  *Broker
	dir     string
	err     error
}

// SharedBroker returns the one broker that all tests of this process use, started on first use. Tests that share it use topics and
// groups of their own (see Topic), and none stops it. TestMain must call Main, which ends it.
func SharedBroker(t testing.TB) *Broker {
	t.Helper()
	if !shared.managed {
		t.Fatal("kafkatest.SharedBroker needs `func TestMain(m *testing.M) { os.Exit(kafkatest.Main(m)) }`")
	}
	shared.once.Do(startShared)
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.broker
}

// startShared uses no context of a test, for the broker outlives the test that asks first.
func startShared() {
	if shared.dir, shared.err = os.MkdirTemp("", "longshore-kafka-"); shared.err != nil {
		return
	}
	shared.broker, shared.err = NewBroker(context.Background(), BrokerConfig{Dir: shared.dir})
}

// Main runs the tests of a package and then ends the shared broker and removes the commands that were built. It returns the exit code for os.Exit.
func Main(m *testing.M) (code int) {
	shared.managed = true
	defer func() {
		if err := endShared(); err != nil {
			fmt.Fprintln(os.Stderr, "end the shared broker:", err)
			code = 1
		}
		if err := os.RemoveAll(built.dir); err != nil {
			fmt.Fprintln(os.Stderr, "remove the commands that were built:", err)
			code = 1
		}
	}()
	return m.Run()
}

func endShared() error {
	var err error
	if shared.broker != nil {
		err = shared.broker.Kill()
	}
	if shared.dir != "" {
		err = errors.Join(err, os.RemoveAll(shared.dir))
	}
	return err
}
