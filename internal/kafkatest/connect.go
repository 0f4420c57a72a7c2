// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"context"
	_ "embed" // for the log configuration
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/longshore-io/connect/internal/javaproperties"
)

//go:embed java/log4j2-connect.properties
var connectLogging []byte

// Mode is one of the two ways to run a Kafka Connect worker.
type Mode int

// The modes: Distributed keeps its state in topics and is configured through REST, Standalone has a file of offsets and its
// connectors on the command line.
const (
	Distributed Mode = iota
	Standalone
)

func (m Mode) mainClass() string {
	if m == Standalone {
		return "org.apache.kafka.connect.cli.ConnectStandalone"
	}
	return "org.apache.kafka.connect.cli.ConnectDistributed"
}

// ConnectConfig says how to run a real Kafka Connect worker.
type ConnectConfig struct {
	Mode Mode
	// File is a worker properties file to start from, if any. The file itself is not changed.
	File string
	// Properties win over those of File. One of the two has bootstrap.servers.
	Properties map[string]string
	// Listeners are opened besides the one of URL.
	Listeners []string
	// ConnectorFiles are started with a standalone worker.
	ConnectorFiles []string
	// MaxHeap is Java's -Xmx, "512m" when empty.
	MaxHeap string
	// JVMArgs replace the Java options that make a start fast and a long run slow; benches give Kafka's own.
	JVMArgs []string
	// Dir gets the worker's configuration and log. It must exist. StartConnect makes one when it is empty.
	Dir string
}

// Connect is a real Kafka Connect worker that runs.
type Connect struct {
	port int
	log  string // file
	proc *process
}

// StartConnect starts a worker that lives as long as the test and answers REST calls by the time this returns.
func StartConnect(t testing.TB, cfg ConnectConfig) *Connect {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	c, err := NewConnect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Kill(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// NewConnect starts a worker with its REST listener on a free port of the loopback interface and returns when that answers. Its
// error has the end of the worker's log. The caller ends it with Kill or Stop.
func NewConnect(ctx context.Context, cfg ConnectConfig) (*Connect, error) {
	c, err := LaunchConnect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := until(ctx, c.proc, c.answers); err != nil {
		return nil, errors.Join(fmt.Errorf("start Kafka Connect on %s: %w; its log ends with:\n%s", c.URL(), err, c.proc.logTail()), c.Kill())
	}
	return c, nil
}

// LaunchConnect is NewConnect for a worker that may refuse to run: it returns as soon as the process is there.
func LaunchConnect(ctx context.Context, cfg ConnectConfig) (*Connect, error) {
	jars, err := FetchJars(ctx)
	if err != nil {
		return nil, err
	}
	ports, err := freePorts(1)
	if err != nil {
		return nil, err
	}
	c := &Connect{port: ports[0]}
	j, err := c.configure(cfg, jars)
	if err != nil {
		return nil, fmt.Errorf("configure Kafka Connect: %w", err)
	}
	if c.proc, err = startJVM(j); err != nil {
		return nil, err
	}
	return c, nil
}

// Log is what the worker has said so far.
func (c *Connect) Log() (string, error) {
	text, err := os.ReadFile(c.log)
	return string(text), err
}

// URL is the root of the worker's REST interface, without a slash at its end.
func (c *Connect) URL() string {
	return "http://" + net.JoinHostPort(loopback, strconv.Itoa(c.port))
}

// Began is when the worker's process was started.
func (c *Connect) Began() time.Time { return c.proc.began }

// PID is the worker's process id.
func (c *Connect) PID() int { return c.proc.pid() }

// Stop ends the worker gracefully (SIGTERM) and returns when it is gone.
func (c *Connect) Stop() error { return c.proc.stop() }

// Kill ends the worker at once (SIGKILL) and returns when it is gone.
func (c *Connect) Kill() error { return c.proc.kill() }

// configure writes the worker's files and returns how to start it.
func (c *Connect) configure(cfg ConnectConfig, jars string) (jvm, error) {
	worker := map[string]string{}
	if cfg.File != "" {
		content, err := os.ReadFile(cfg.File)
		if err != nil {
			return jvm{}, err // names the operation and the file
		}
		given, err := javaproperties.Parse(content)
		if err != nil {
			return jvm{}, fmt.Errorf("read %s: %w", cfg.File, err)
		}
		maps.Copy(worker, given)
	}
	// Kafka's own plugins announce themselves to the service loader; reading every class of every jar takes seconds.
	worker["plugin.discovery"] = "service_load"
	maps.Copy(worker, cfg.Properties)
	worker["listeners"] = strings.Join(append([]string{c.URL()}, cfg.Listeners...), ",")

	config, logging := filepath.Join(cfg.Dir, "worker.properties"), filepath.Join(cfg.Dir, "log4j2.properties")
	if err := errors.Join(writeProperties(config, worker), os.WriteFile(logging, connectLogging, 0o644)); err != nil {
		return jvm{}, err
	}
	c.log = filepath.Join(cfg.Dir, "connect.log")
	return jvm{
		class: cfg.Mode.mainClass(), args: append([]string{config}, cfg.ConnectorFiles...), jvmArgs: jvmArgs(cfg.JVMArgs, cfg.MaxHeap),
		jars: jars, logging: logging, log: c.log,
	}, nil
}

// answers asks for the connectors, because `GET /` already answers while a distributed worker still reads its topics.
func (c *Connect) answers(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL()+"/connectors", nil)
	if err != nil {
		return err
	}
	// A client of its own leaves no idle connection behind for a leak check to find.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("GET /connectors answers %s", resp.Status)
	}
	return nil
}
