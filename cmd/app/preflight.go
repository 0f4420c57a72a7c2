// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
)

// checkWorker returns everything that is wrong with a worker's configuration and that can be told without Kafka.
func checkWorker(path string, config actors.Config, errs []error, plugins *connect.Plugins) []error {
	// Nothing starts by this: it is where the classes of the converters are looked up.
	_, err := actors.WorkerProps(config, plugins)
	for _, wrong := range parts(err) {
		var key *connect.ConfigError
		if errors.As(wrong, &key) && key.Value == "" {
			continue // that it is missing was told
		}
		errs = append(errs, wrong)
	}
	_, _, wrong := restConfig(config)
	return inFile(path, append(errs, wrong...))
}

// inFile says of each error in which file it is, and no two times the same.
func inFile(path string, errs []error) []error {
	var out []error
	told := map[string]bool{}
	for _, line := range errorLines(errs...) {
		if !told[line] {
			out = append(out, fmt.Errorf("%s: %s", path, line))
		}
		told[line] = true
	}
	return out
}

// checkConnectors reads connector files and returns everything that is wrong with them, as far as it can be told before a
// worker runs.
func checkConnectors(ctx context.Context, paths []string, config actors.Config, plugins *connect.Plugins) ([]connectorFile, []error) {
	var files []connectorFile
	var errs []error
	first := map[string]string{}
	for _, path := range paths {
		file, err := readConnectorFile(path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		name := file.request.Name
		if other, taken := first[name]; taken {
			errs = append(errs, fmt.Errorf("%s: connector %s is in %s already: give each a name of its own", path, name, other))
			continue
		}
		first[name] = path
		files = append(files, file)
		errs = append(errs, inFile(path, checkConnector(ctx, file.request, config, plugins))...)
	}
	return files, errs
}

// checkLimit is how long a connector may take to check its own configuration, and config providers to return their values.
const checkLimit = 30 * time.Second

func checkConnector(ctx context.Context, request connect.CreateRequest, config actors.Config, plugins *connect.Plugins) []error {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	result, err := actors.ValidateConnector(ctx, config, plugins, request.Config)
	if err != nil {
		return []error{err}
	}
	var errs []error
	for _, key := range result.Configs {
		if key.Value == nil {
			continue
		}
		for _, text := range key.Value.Errors {
			errs = append(errs, errors.New(text))
		}
	}
	return errs
}
