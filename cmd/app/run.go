// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"strconv"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
	"github.com/longshore-io/connect/connectors/file"
	"github.com/longshore-io/connect/connectors/verifiable"
	"github.com/longshore-io/connect/internal/embeddedkafka"
)

// runOptions are the arguments of `longshore run`.
type runOptions struct {
	data            string
	port, kafkaPort int
	level           string
	connectors      []string
	console         *console // nil where the log does not go to a terminal
}

func (p *program) parseRun(args []string) (runOptions, error) {
	var o runOptions
	flags := flag.NewFlagSet(p.name+" run", flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	flags.StringVar(&o.data, "data", "./longshore-data", "folder for the data of the embedded Kafka")
	flags.IntVar(&o.port, "port", 8083, "port of the REST API, on this machine only; 0 takes any free one")
	flags.IntVar(&o.kafkaPort, "kafka-port", 9092, "port of the embedded Kafka if it is free, else another one that is kept")
	flags.StringVar(&o.level, "log-level", "", "trace, debug, info, warn, error or off; "+logLevelVariable+" sets it too (info)")
	flags.Usage = func() {
		fmt.Fprintf(p.stderr, "Usage: %s run [flags] [CONNECTOR.properties | CONNECTOR.json]...\n\n"+
			"Runs an embedded Kafka and a worker in one process, and the named connectors on it.\n\n", p.name)
		flags.PrintDefaults()
	}
	var err error
	o.connectors, err = parseMixed(flags, args)
	return o, err
}

// run is the whole system in one process.
func (p *program) run(args []string) int {
	o, err := p.parseRun(args)
	if err != nil {
		return afterUsage(err)
	}
	level, err := p.logLevel(o.level)
	if err != nil {
		return p.complain(err)
	}
	// Kafka's address is not known before it runs; nothing that is checked depends on it.
	config, errs := runConfig("localhost:9092", o.port)
	files, wrong := checkConnectors(context.Background(), o.connectors, config, p.plugins)
	if errs = append(errs, wrong...); len(errs) > 0 {
		return p.complain(errs...)
	}
	colour := terminal(p.stderr) != nil
	if colour && (terminal(p.stdout) == nil || !printsRecords(files, p.plugins)) {
		o.console = newConsole(terminal(p.stderr))
		p.stderr = o.console // whatever is written from here on scrolls above the progress lines
	}
	return p.runSystem(o, config, files, newLog(p.stderr, level, colour))
}

// runConfig is the configuration of the worker of `longshore run`: one that only this machine reaches.
func runConfig(kafka string, port int) (actors.Config, []error) {
	const text = "org.apache.kafka.connect.storage.StringConverter"
	return actors.ConfigFrom(map[string]string{
		"bootstrap.servers": kafka,
		"group.id":          "longshore",
		"listeners":         "http://localhost:" + strconv.Itoa(port),
		// Lines of files are the first thing that people try, and they are text; a connector may name other converters.
		"key.converter":   text,
		"value.converter": text,

		"config.storage.topic": "connect-configs", "config.storage.replication.factor": "1",
		"offset.storage.topic": "connect-offsets", "offset.storage.replication.factor": "1", "offset.storage.partitions": "1",
		"status.storage.topic": "connect-status", "status.storage.replication.factor": "1", "status.storage.partitions": "1",

		// A process that is killed repeats what came after the last flush. The broker is in memory's reach, so flush often.
		"offset.flush.interval.ms": "1000",
	})
}

// printing are the classes that print whatever their configuration is.
var printing = []string{verifiable.SourceClass, verifiable.SinkClass, verifiable.SchemaSourceClass}

// printsRecords says that a connector prints records to standard output: on one terminal with progress lines, each would erase
// the other.
func printsRecords(files []connectorFile, plugins *connect.Plugins) bool {
	for _, f := range files {
		class, _ := f.request.Config.Get("connector.class")
		info, err := plugins.Find(class, connect.SourcePlugin, connect.SinkPlugin)
		_, named := f.request.Config.Get("file")
		if err == nil && (info.Class == file.SinkClass && !named || slices.Contains(printing, info.Class)) {
			return true
		}
	}
	return false
}

// runSystem starts REST, Kafka and the worker, in this order, and stops them in the other.
func (p *program) runSystem(o runOptions, config actors.Config, files []connectorFile, log *slog.Logger) int {
	ctx := context.Background()
	server, err := listen(ctx, config, log)
	if err != nil {
		return p.complain(fmt.Errorf("%w (or name another port with --port)", err))
	}
	kafka, err := embeddedkafka.Open(embeddedkafka.Config{Dir: o.data, Port: o.kafkaPort, Log: log})
	if err != nil {
		_ = server.Shutdown(ctx) // nobody was served
		return p.complain(err)
	}
	config, errs := runConfig(kafka.Addr(), server.Bound()[0].Port)
	if len(errs) > 0 {
		return p.complain(append(errs, kafka.Close())...)
	}
	n, err := startNode(ctx, server, config, p.plugins, log)
	if err != nil {
		return p.complain(err, kafka.Close())
	}
	p.welcome(o.data, kafka.Addr(), server.Bound()[0])
	stop := make(chan struct{})
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		if o.console != nil {
			showProgress(o.console, n.meters, stop)
		}
	}()
	return p.tend(tended{node: n, begin: func(ctx context.Context) error { return n.settle(ctx, files) }, end: func() error {
		close(stop)
		<-shown
		return kafka.Close()
	}})
}

func (p *program) welcome(data, kafka string, rest connect.Listener) {
	url, flag := rest.String(), ""
	if rest.Port != 8083 {
		flag = " --url " + url
	}
	fmt.Fprintf(p.stderr, `
Longshore runs an embedded Kafka and a worker in this process, for this machine only.

  Kafka     %s
  REST API  %s
  data      %s

In another terminal:
  curl '%s/connectors?expand=status'
  longshore connectors%s

Ctrl-C stops it gracefully; the next start goes on from there.

`, kafka, url, data, url, flag)
}

// settle has the connectors be there as their files say: what is there with the same configuration is left alone.
func (n *node) settle(ctx context.Context, files []connectorFile) error {
	if err := n.awaitKafka(ctx); err != nil {
		return err
	}
	for _, file := range files {
		done, err := n.settleOne(ctx, file.request)
		if err != nil {
			return fmt.Errorf("create the connector of %s: %w", file.path, err)
		}
		n.log.Info("connector "+done, "connector", file.request.Name, "file", file.path) //nolint:sloglint // one of three
	}
	return nil
}

func (n *node) settleOne(ctx context.Context, request connect.CreateRequest) (string, error) {
	present, err := n.client.Connector(ctx, request.Name)
	switch {
	case err != nil && connect.Classify(err) == connect.NotFound:
		_, err = n.client.CreateConnector(ctx, request)
		return "created", err
	case err != nil:
		return "", err
	case present.Config.Equal(request.Config):
		return "goes on", nil
	}
	_, _, err = n.client.PutConnectorConfig(ctx, request.Name, request.Config)
	return "has a new configuration", err
}
