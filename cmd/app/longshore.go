// SPDX-License-Identifier: Apache-2.0

package app

import (
	"flag"
	"fmt"
)

const longshoreUsage = `Longshore does Apache Kafka Connect's job in one binary.

  longshore run [CONNECTOR file]...    an embedded Kafka and a worker in one process, with the named connectors
  longshore version                    which build this is

Clients of a worker (--url, default http://localhost:8083):

  longshore connectors                 the connectors and their states
  longshore connectors get NAME        one connector: states, tasks, failures
  longshore connectors create FILE     create the connector of a properties or JSON file
  longshore connectors config NAME     the configuration, as JSON
  longshore connectors pause|resume|stop|delete NAME
  longshore connectors restart [--include-tasks] [--only-failed] NAME
  longshore tasks NAME                 the tasks of a connector, with traces
  longshore plugins                    what the worker can run
  longshore cluster                    the workers, who leads, who runs how much, what is being moved

longshore COMMAND --help lists the flags of a command. Workers that use a Kafka of yours are started with connect-distributed
and connect-standalone.
`

func (p *program) longshore() int {
	command, args := "", p.args
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	switch command {
	case "run":
		return p.run(args)
	case "connectors":
		return p.connectors(args)
	case "tasks":
		return p.tasks(args)
	case "plugins":
		return p.listPlugins(args)
	case "cluster":
		return p.cluster(args)
	case "version", "--version", "-version":
		return p.printVersion()
	case "help", "--help", "-help", "-h":
		fmt.Fprint(p.stdout, longshoreUsage)
		return exitDone
	case "":
		fmt.Fprint(p.stderr, longshoreUsage)
		return exitWrong
	}
	return p.complain(fmt.Errorf("there is no command %q; `%s help` lists them", command, p.name))
}

// parseMixed parses flags that may stand before, between and after the other arguments, and returns those.
func parseMixed(flags *flag.FlagSet, args []string) ([]string, error) {
	var others []string
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err // flag has printed it, and the usage
		}
		if flags.NArg() == 0 {
			return others, nil
		}
		// What flag.Parse has stopped at: everything after "--", or one argument that is no flag.
		if taken := len(args) - flags.NArg(); taken > 0 && args[taken-1] == "--" {
			return append(others, flags.Args()...), nil
		}
		others = append(others, flags.Arg(0))
		args = flags.Args()[1:]
	}
}
