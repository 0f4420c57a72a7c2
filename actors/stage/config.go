// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"context"
	"log/slog"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

// Clock is the time as the operator sees it.
type Clock interface {
	// Now returns the present time.
	Now() time.Time
	// Sleep waits for d, or until ctx is done and then returns its error.
	Sleep(ctx context.Context, d time.Duration) error
}

// Config is what a Source or Sink is made of.
type Config struct {
	// Plugins has the classes that Props and Worker name.
	Plugins *connect.Plugins
	// Props are the connector's properties with variables resolved. A task's own properties are not looked at.
	Props map[string]string
	// Worker has the converters for those that the connector does not name.
	Worker Converters
	// Task is named in log lines.
	Task connect.TaskID
	// Clock and Rand time the retries; Rand returns numbers in [0, 1).
	Clock Clock
	Rand  func() float64
	// Log is where errors.log.enable writes.
	Log *slog.Logger
	// Reporters are told of failures besides the log.
	Reporters []Reporter
	// Counters count over several lives of a task; nil for counters of its own.
	Counters *Counters
}

// Converters are the worker's converters.
type Converters struct{ Key, Value, Header ConverterConfig }

// ConverterConfig is a converter with its keys.
type ConverterConfig struct {
	// Class is a class name or alias.
	Class string
	// Props are the converter's keys, without the key.converter. or the like in front.
	Props map[string]string
}

// Keys of the converters and the key that tells a converter what it converts.
const (
	keyConverter    = "key.converter"
	valueConverter  = "value.converter"
	headerConverter = "header.converter"
	converterType   = "converter.type"
)

// converter returns the converter of a role. The worker's keys count only where the connector does not name a class:
// settings of the two are never mixed, as in Kafka Connect.
func (c *Config) converter(role, kind string, worker ConverterConfig) (ConverterConfig, error) {
	chosen := ConverterConfig{worker.Class, worker.Props}
	if class, ok := c.Props[role]; ok {
		chosen = ConverterConfig{class, validate.WithoutPrefix(c.Props, role+".")}
	}
	props := make(map[string]string, len(chosen.Props)+1)
	for k, v := range chosen.Props {
		props[k] = v
	}
	props[converterType] = kind
	class, err := validate.ParseClass(role, chosen.Class)
	return ConverterConfig{class, props}, err
}

// dataConverter is a converter of keys or values with its class name.
type dataConverter struct {
	connect.Converter
	class string
}

func (c *Config) newConverter(role, kind string, worker ConverterConfig) (dataConverter, error) {
	chosen, err := c.converter(role, kind, worker)
	if err != nil {
		return dataConverter{}, err
	}
	info, err := c.find(role, chosen.Class, connect.ConverterPlugin)
	if err != nil {
		return dataConverter{}, err
	}
	conv, err := c.Plugins.Converter(info.Class)
	if err != nil {
		return dataConverter{}, err
	}
	err = configure(role, info.Class, func() error { return conv.Configure(chosen.Props, kind == "key") })
	return dataConverter{conv, info.Class}, err
}

type headersConverter struct {
	connect.HeaderConverter
	class string
}

func (c *Config) newHeaderConverter() (headersConverter, error) {
	chosen, err := c.converter(headerConverter, "header", c.Worker.Header)
	if err != nil {
		return headersConverter{}, err
	}
	info, err := c.find(headerConverter, chosen.Class, connect.HeaderConverterPlugin)
	if err != nil {
		return headersConverter{}, err
	}
	conv, err := c.Plugins.HeaderConverter(info.Class)
	if err != nil {
		return headersConverter{}, err
	}
	err = configure(headerConverter, info.Class, func() error { return conv.Configure(chosen.Props) })
	return headersConverter{conv, info.Class}, err
}

// find returns the plugin that a key names; the error names the key.
func (c *Config) find(key, class string, typ connect.PluginType) (connect.PluginInfo, error) {
	info, err := c.Plugins.Find(class, typ)
	if err != nil {
		return info, &connect.ConfigError{Key: key, Value: class, Reason: err.Error()}
	}
	return info, nil
}

// converters are the three converters of a task.
type converters struct {
	key, value dataConverter
	header     headersConverter
}

func (c *Config) newConverters() (converters, error) {
	key, err := c.newConverter(keyConverter, "key", c.Worker.Key)
	if err != nil {
		return converters{}, err
	}
	value, err := c.newConverter(valueConverter, "value", c.Worker.Value)
	if err != nil {
		return converters{}, err
	}
	header, err := c.newHeaderConverter()
	return converters{key, value, header}, err
}
