// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
	"github.com/longshore-io/connect/actors/stage"
	stringconv "github.com/longshore-io/connect/converters/string"
)

// script is one of the two commands that run a worker from a properties file, with the arguments of Kafka's scripts.
type script struct {
	usage string
	// daemon is what -daemon calls the log when -name does not say it.
	daemon string
	config func(map[string]string) (actors.Config, []error)
	// connectors says that connector files may follow the worker's.
	connectors bool
}

func (p *program) distributed() int {
	return p.runScript(script{usage: "WORKER.properties", daemon: "connectDistributed", config: actors.ConfigFrom})
}

func (p *program) standalone() int {
	return p.runScript(script{usage: "WORKER.properties [CONNECTOR.properties | CONNECTOR.json]...", daemon: "connectStandalone",
		config: actors.StandaloneConfigFrom, connectors: true})
}

// options are the arguments of a script.
type options struct {
	daemon      bool
	name, level string
	worker      string
	rest        []string
}

func (p *program) parseScript(s script) (options, error) {
	var o options
	flags := flag.NewFlagSet(p.name, flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	flags.BoolVar(&o.daemon, "daemon", false, "run in the background; the log is logs/NAME.out, or in the folder LOG_DIR")
	flags.StringVar(&o.name, "name", s.daemon, "what the log of -daemon is called")
	flags.StringVar(&o.level, "log-level", "", "trace, debug, info, warn, error or off; "+logLevelVariable+" sets it too (info)")
	flags.Usage = func() {
		fmt.Fprintf(p.stderr, "Usage: %s [-daemon] [-name NAME] [-log-level LEVEL] %s\n", p.name, s.usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(p.args); err != nil {
		return o, err // flag has printed it, and the usage
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return o, errors.New("no worker file")
	}
	o.worker, o.rest = flags.Arg(0), flags.Args()[1:]
	return o, nil
}

// afterUsage is the exit code when the usage was printed: it was asked for, or the arguments are wrong.
func afterUsage(err error) int {
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	return exitWrong
}

func (p *program) runScript(s script) int {
	o, err := p.parseScript(s)
	if err != nil {
		return afterUsage(err)
	}
	level, err := p.logLevel(o.level)
	if err != nil {
		return p.complain(err)
	}
	config, files, errs := p.readScript(s, o)
	if len(errs) > 0 {
		return p.complain(errs...)
	}
	if o.daemon && p.getenv(daemonVariable) == "" {
		if err := p.detach(o.name); err != nil {
			return p.complain(err)
		}
		return exitDone
	}
	log := newLog(p.stderr, level, terminal(p.stderr) != nil)
	if len(o.rest) > 0 && !s.connectors {
		log.Warn("only the worker file is read; connectors of a cluster are created through REST", "ignored", o.rest)
	}
	return p.work(config, files, log)
}

// readScript reads and checks everything before anything is started.
func (p *program) readScript(s script, o options) (actors.Config, []connectorFile, []error) {
	props, err := readProperties(o.worker)
	if err != nil {
		return actors.Config{}, nil, []error{err}
	}
	ctx := context.Background()
	props, secrets, err := p.resolve(ctx, props)
	if err != nil {
		return actors.Config{}, nil, inFile(o.worker, []error{err})
	}
	config, wrong := s.config(props)
	errs := checkWorker(o.worker, config, wrong, p.plugins)
	for i, err := range errs {
		errs[i] = secrets.HideIn(err)
	}
	if !s.connectors {
		return config, nil, errs
	}
	basis := config
	if len(errs) > 0 {
		// Connectors are checked all the same; a converter of the worker that is wrong is not theirs to report.
		text := stage.ConverterConfig{Class: stringconv.Class}
		basis.KeyConverter, basis.ValueConverter, basis.HeaderConverter = text, text, text
	}
	files, wrongFiles := checkConnectors(ctx, o.rest, basis, p.plugins)
	return config, files, append(errs, wrongFiles...)
}

// resolve reads the variables of a worker file.
func (p *program) resolve(ctx context.Context, props map[string]string) (map[string]string, actors.Secrets, error) {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	return actors.ResolveProperties(ctx, props, p.plugins)
}

// work runs a worker to its end.
func (p *program) work(config actors.Config, files []connectorFile, log *slog.Logger) int {
	warn(config, log)
	ctx := context.Background()
	server, err := listen(ctx, config, log)
	if err != nil {
		return p.complain(err)
	}
	n, err := startNode(ctx, server, config, p.plugins, log)
	if err != nil {
		return p.complain(err)
	}
	return p.tend(tended{node: n, begin: func(ctx context.Context) error { return n.create(ctx, files) }})
}

// warn logs what of a worker's configuration has no effect.
func warn(config actors.Config, log *slog.Logger) {
	for _, text := range config.Warnings {
		log.Warn(text) //nolint:sloglint // a whole sentence, with what it is about
	}
	tellPluginPath(config.PluginPath, log)
}

// create creates connectors one after the other, each once the one before is there.
func (n *node) create(ctx context.Context, files []connectorFile) error {
	if err := n.awaitKafka(ctx); err != nil {
		return err
	}
	for _, file := range files {
		if _, err := n.client.CreateConnector(ctx, file.request); err != nil {
			return fmt.Errorf("create the connector of %s: %w", file.path, err)
		}
		n.log.Info("connector created", "connector", file.request.Name, "file", file.path)
	}
	return nil
}

// awaitKafka returns when the worker answers questions: it has read its topics then.
func (n *node) awaitKafka(ctx context.Context) error {
	for {
		_, err := n.client.Info(ctx)
		if err == nil || ctx.Err() != nil || connect.Classify(err) != connect.TimedOut || len(n.broken) > 0 {
			return err
		}
	}
}
