// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"context"
	_ "embed" // for the log configuration
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

//go:embed java/log4j2-broker.properties
var brokerLogging []byte

// startTimeout bounds one start of a broker or of a Connect worker; both need about three seconds on an idle machine.
const startTimeout = 2 * time.Minute

// bindAttempts is how often NewBroker tries new ports: between our asking the kernel for a free port and Java's binding it,
// somebody else may take it.
const bindAttempts = 3

// BrokerConfig says how to run a broker. The zero value with a Dir is good for tests.
type BrokerConfig struct {
	// Dir gets the broker's data, configuration and log. It must exist.
	Dir string
	// MaxHeap is Java's -Xmx, "512m" when empty.
	MaxHeap string
	// JVMArgs replace the Java options that make a start fast and a long run slow; benches give Kafka's own.
	JVMArgs []string
	// NoAutoCreate turns auto.create.topics.enable off.
	NoAutoCreate bool
	// Users, by name and password, may log in at SecureAddr with SASL/PLAIN, and may do nothing until ACLs allow it. Whoever uses
	// Addr may do everything.
	Users map[string]string
	// Listeners are more listeners, by their names in capitals. Their properties have security.protocol; the others are those that
	// listener.name.<name>. stands before.
	Listeners map[string]map[string]string
	// Front is an address, host:port, that is told to those who come by way of BehindFront: somebody who listens there passes on what
	// they say, or does not. "" is none.
	Front string
	// Properties are added to server.properties and win over what is there.
	Properties map[string]string
}

// Broker is a real Kafka broker, the only one of its cluster, controller included.
type Broker struct {
	cfg               BrokerConfig
	jars              string
	port, controlPort int
	securePort        int
	frontPort         int
	listenerPorts     map[string]int
	proc              *process // nil while it does not run
}

// BrokerOption changes what StartBroker starts.
type BrokerOption func(*BrokerConfig)

// WithMaxHeap gives the broker more memory than 512 MiB, in Java's notation: "1g".
func WithMaxHeap(heap string) BrokerOption { return func(c *BrokerConfig) { c.MaxHeap = heap } }

// WithoutAutoCreate has the broker refuse topics that nobody created.
func WithoutAutoCreate() BrokerOption { return func(c *BrokerConfig) { c.NoAutoCreate = true } }

// WithProperties adds lines to server.properties.
func WithProperties(p map[string]string) BrokerOption {
	return func(c *BrokerConfig) { c.Properties = p }
}

// WithFront has the broker send those who come by way of BehindFront to another address; see BrokerConfig.
func WithFront(address string) BrokerOption { return func(c *BrokerConfig) { c.Front = address } }

// StartBroker starts a broker that lives as long as the test and answers by the time this returns.
func StartBroker(t testing.TB, opts ...BrokerOption) *Broker {
	t.Helper()
	cfg := BrokerConfig{Dir: t.TempDir()}
	for _, o := range opts {
		o(&cfg)
	}
	b, err := NewBroker(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	// Registered after TempDir, so it runs before the folder is removed.
	t.Cleanup(func() {
		if err := b.Kill(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// NewBroker formats cfg.Dir and starts a broker on free ports of the loopback interface. It returns when the broker answers; its
// error has the end of the broker's log. The caller ends it with Kill or Stop.
func NewBroker(ctx context.Context, cfg BrokerConfig) (*Broker, error) {
	jars, err := FetchJars(ctx)
	if err != nil {
		return nil, err
	}
	b := &Broker{cfg: cfg, jars: jars}
	if err := b.format(); err != nil {
		return nil, err
	}
	if err := b.startOn(ctx, freePorts); err != nil {
		return nil, err
	}
	return b, nil
}

// startOn starts on ports that choose gives, and on others when they turn out to be taken.
func (b *Broker) startOn(ctx context.Context, choose func(n int) ([]int, error)) error {
	var err error
	for range bindAttempts {
		ports, chooseErr := choose(4 + len(b.cfg.Listeners))
		if chooseErr != nil {
			return chooseErr
		}
		b.port, b.controlPort, b.securePort, b.frontPort = ports[0], ports[1], ports[2], ports[3]
		b.listenerPorts = map[string]int{}
		for name := range b.cfg.Listeners {
			b.listenerPorts[name] = ports[4+len(b.listenerPorts)]
		}
		if err = b.start(ctx); !errors.Is(err, errPortTaken) {
			return err
		}
	}
	return err
}

// Addr is the broker's bootstrap address, host:port. It stays the same over Start.
func (b *Broker) Addr() string { return net.JoinHostPort(loopback, strconv.Itoa(b.port)) }

// BehindFront is where the broker listens for those who come by way of its front, host:port.
func (b *Broker) BehindFront() string { return net.JoinHostPort(loopback, strconv.Itoa(b.frontPort)) }

// Start runs a broker that was killed or stopped again, on the same port and data, and returns when it answers.
func (b *Broker) Start() error {
	if b.proc != nil {
		return fmt.Errorf("start broker on %s: it runs", b.Addr())
	}
	return b.start(context.Background())
}

// Stop ends the broker gracefully (SIGTERM) and returns when it is gone. A broker that does not run is fine.
func (b *Broker) Stop() error { return b.end((*process).stop) }

// Kill ends the broker at once (SIGKILL) and returns when it is gone. A broker that does not run is fine.
func (b *Broker) Kill() error { return b.end((*process).kill) }

// PID is the broker's process id, 0 while it does not run.
func (b *Broker) PID() int {
	if b.proc == nil {
		return 0
	}
	return b.proc.pid()
}

func (b *Broker) end(how func(*process) error) error {
	if b.proc == nil {
		return nil
	}
	p := b.proc
	b.proc = nil
	return how(p)
}

func (b *Broker) dataDir() string { return filepath.Join(b.cfg.Dir, "data") }

func (b *Broker) logFile() string { return filepath.Join(b.cfg.Dir, "broker.log") }

// format does what Kafka's storage tool does, without the seconds that a second JVM costs: a data folder counts as formatted when
// it has this file. The features that the tool would also write down are turned on by finalizeFeatures.
func (b *Broker) format() error {
	if err := os.MkdirAll(b.dataDir(), 0o755); err != nil {
		return fmt.Errorf("make the broker's data folder: %w", err)
	}
	meta := fmt.Sprintf("version=1\ncluster.id=%s\nnode.id=1\ndirectory.id=%s\n", randomUUID(), randomUUID())
	if err := os.WriteFile(filepath.Join(b.dataDir(), "meta.properties"), []byte(meta), 0o644); err != nil {
		return fmt.Errorf("format the broker's data folder: %w", err)
	}
	return nil
}

func (b *Broker) start(ctx context.Context) error {
	config, logging := filepath.Join(b.cfg.Dir, "server.properties"), filepath.Join(b.cfg.Dir, "log4j2.properties")
	if err := errors.Join(writeProperties(config, b.properties()), os.WriteFile(logging, brokerLogging, 0o644)); err != nil {
		return fmt.Errorf("configure the broker: %w", err)
	}
	proc, err := startJVM(jvm{
		class: "kafka.Kafka", args: []string{config}, jvmArgs: jvmArgs(b.cfg.JVMArgs, b.cfg.MaxHeap),
		jars: b.jars, logging: logging, log: b.logFile(),
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := awaitBroker(ctx, proc, b.Addr()); err != nil {
		return errors.Join(fmt.Errorf("start broker on %s: %w; its log ends with:\n%s", b.Addr(), err, proc.logTail()), proc.kill())
	}
	b.proc = proc
	return nil
}

// properties are those of a one-node cluster. Internal topics have few partitions because each one costs files and start time. The
// session is a third of Kafka's default: a killed broker may not come back before it has ended.
func (b *Broker) properties() map[string]string {
	controller := net.JoinHostPort(loopback, strconv.Itoa(b.controlPort))
	p := map[string]string{
		"process.roles":                                    "broker,controller",
		"node.id":                                          "1",
		"controller.quorum.voters":                         "1@" + controller,
		"controller.listener.names":                        "CONTROLLER",
		"listeners":                                        "PLAINTEXT://" + b.Addr() + ",CONTROLLER://" + controller,
		"advertised.listeners":                             "PLAINTEXT://" + b.Addr(),
		"inter.broker.listener.name":                       "PLAINTEXT",
		"listener.security.protocol.map":                   "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
		"log.dirs":                                         b.dataDir(),
		"broker.session.timeout.ms":                        "3000",
		"broker.heartbeat.interval.ms":                     "500",
		"num.partitions":                                   "1",
		"auto.create.topics.enable":                        strconv.FormatBool(!b.cfg.NoAutoCreate),
		"group.initial.rebalance.delay.ms":                 "0",
		"offsets.topic.num.partitions":                     "4",
		"offsets.topic.replication.factor":                 "1",
		"transaction.state.log.num.partitions":             "4",
		"transaction.state.log.replication.factor":         "1",
		"transaction.state.log.min.isr":                    "1",
		"share.coordinator.state.topic.num.partitions":     "1",
		"share.coordinator.state.topic.replication.factor": "1",
		"share.coordinator.state.topic.min.isr":            "1",
	}
	b.secure(p)
	b.listen(p)
	if b.cfg.Front != "" {
		p["listeners"] += ",FRONT://" + b.BehindFront()
		p["advertised.listeners"] += ",FRONT://" + b.cfg.Front
		p["listener.security.protocol.map"] += ",FRONT:PLAINTEXT"
	}
	maps.Copy(p, b.cfg.Properties)
	return p
}
