// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
	"github.com/longshore-io/connect/actors/validate"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// connectorRun is the pump of one life of a connector instance: Start, TaskConfigs now and whenever the connector asks
// for it, Stop.
type connectorRun struct {
	lifeOf
	raw         connect.RawConfig // as it is stored; props have the values of its variables
	props       map[string]string
	planned     *plannedWith
	reconfigure chan struct{}
}

func newConnectorRun(of lifeOf, raw connect.RawConfig, props map[string]string, planned *plannedWith) *connectorRun {
	return &connectorRun{lifeOf: of, raw: raw, props: props, planned: planned, reconfigure: make(chan struct{}, 1)}
}

// run implements pump.
func (r *connectorRun) run(ctx context.Context, started func()) error {
	connector, info, err := r.env.plugins.Connector(r.props["connector.class"])
	if err != nil {
		return err
	}
	if err := noNulls(r.raw); err != nil {
		return err
	}
	if info.Type == connect.SourcePlugin && r.env.config.TopicCreation {
		if err := checkTopicGroups(r.props); err != nil {
			return err
		}
	}
	r.warnOfOverrides()
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	err = connect.Guard(func() error {
		return connector.Start(ctx, connectorContext{r, fail, offsetsDuring(ctx, r.lifeOf, info, r.props)}, r.props)
	})
	if err == nil && ctx.Err() == nil {
		started()
		err = r.plan(ctx, connector, info)
	}
	if !ended(err) {
		r.tell(lifecycle.Event{Kind: lifecycle.RunFailed}, err)
	}
	r.stop(ctx, connector)
	return err
}

// noNulls refuses a configuration with a null in it, as Kafka Connect does when it starts a connector: validation lets those of
// the connector's own keys pass, and a connector would take them for keys that are not set.
func noNulls(config connect.RawConfig) error {
	for _, key := range slices.Sorted(maps.Keys(config)) {
		if config[key] == nil {
			return connect.Errorf(connect.BadConfig, "Non-string value found in original settings for key %s: null: give it a value, or leave the key out", key)
		}
	}
	return nil
}

// checkTopicGroups refuses groups of topics that the connector's tasks could not use, and names the first key that is wrong, as Kafka Connect does
// when it starts a connector.
func checkTopicGroups(props map[string]string) error {
	_, err := validate.ReadTopicGroups(props)
	var all interface{ Unwrap() []error }
	if errors.As(err, &all) {
		return all.Unwrap()[0]
	}
	return err
}

// warnOfOverrides tells once, and not for each task, which client properties of the connector have no effect.
func (r *connectorRun) warnOfOverrides() {
	for _, warning := range kafkaconfig.ConnectorWarnings(r.env.config.Raw, r.props) {
		r.log.Warn("a Kafka client property has no effect", "reason", warning)
	}
}

// plan hands the task configurations to the herder, again each time that the connector wants it.
func (r *connectorRun) plan(ctx context.Context, connector connect.Connector, info connect.PluginInfo) error {
	for {
		configs, err := r.taskConfigs(ctx, connector, info)
		if err != nil {
			return err
		}
		if err := r.submit(ctx, configs); err != nil {
			return err
		}
		select {
		case <-r.reconfigure:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (r *connectorRun) taskConfigs(ctx context.Context, connector connect.Connector, info connect.PluginInfo) ([]map[string]string, error) {
	most, err := tasksMax(r.props)
	if err != nil {
		return nil, err
	}
	var configs []map[string]string
	err = connect.Guard(func() (err error) {
		configs, err = connector.TaskConfigs(ctx, most)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("plan the tasks: %w", err)
	}
	if len(configs) > most && !strings.EqualFold(r.props["tasks.max.enforce"], "false") {
		return nil, tooManyTasks(r.id.connector, len(configs), most)
	}
	out := make([]map[string]string, len(configs))
	for i, config := range configs {
		out[i] = taskConfig(config, r.props, taskClass(connector, info.Class), info.Type)
	}
	return out, nil
}

func tasksMax(props map[string]string) (int, error) {
	text, set := props["tasks.max"]
	if !set {
		return 1, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0, &connect.ConfigError{Key: "tasks.max", Value: text, Reason: "Not a number of type INT"}
	}
	return n, nil
}

func tooManyTasks(connector string, generated, most int) error {
	return fmt.Errorf("The connector %s has generated %d tasks, which is greater than %d, the maximum number of tasks it is configured to create. "+ //nolint:staticcheck // Kafka's text
		"This behaviour should be considered a bug and is disallowed. If necessary, it can be permitted by reconfiguring the connector with 'tasks.max.enforce' set to false; "+
		"however, this option will be removed in a future release of Kafka Connect.", connector, generated, most)
}

// taskConfig adds what the runtime adds: the task's class, by which Kafka Connect finds it, and a sink's topics.
func taskConfig(config, connector map[string]string, class string, kind connect.PluginType) map[string]string {
	out := make(map[string]string, len(config)+2)
	for k, v := range config {
		out[k] = v
	}
	out["task.class"] = class
	if kind != connect.SinkPlugin {
		return out
	}
	for _, key := range []string{"topics", "topics.regex"} {
		if v, set := connector[key]; set {
			out[key] = v
		}
	}
	return out
}

func taskClass(connector connect.Connector, class string) string {
	if c, ok := connector.(connect.TaskClassNamer); ok {
		return c.TaskClass()
	}
	return strings.TrimSuffix(class, "Connector") + "Task"
}

// submit has the herder store the configurations, as often as it takes: without tasks the connector does nothing.
func (r *connectorRun) submit(ctx context.Context, configs []map[string]string) error {
	tasks := make([]connect.RawConfig, len(configs))
	for i, config := range configs {
		tasks[i] = connect.Raw(config)
	}
	// Here, where the configuration is known that the values came from: by now there may be a newer one without a variable.
	tasks = clusterlog.KeepVariables(r.raw, tasks)
	for attempt := 1; ; attempt++ {
		err := r.store(ctx, tasks)
		if err == nil || errors.Is(err, errNothingToWrite) {
			r.planned.props = r.props
			return context.Cause(ctx)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		r.log.Warn("the task configurations could not be stored and are stored later", "attempt", attempt, "error", err)
		if err := r.env.runtime.Clock.Sleep(ctx, retryDelay(attempt, r.env.runtime.Random())); err != nil {
			return context.Cause(ctx)
		}
	}
}

// store writes tasks as they are stored. Those that look the same are written again where a variable has another value now:
// that restarts them with it.
func (r *connectorRun) store(ctx context.Context, tasks []connect.RawConfig) error {
	deadline := r.env.runtime.Clock.Now().Add(patience)
	answered, cancel := within(context.WithoutCancel(ctx), r.env.runtime.Clock, patience)
	defer cancel()
	// A life that ends meanwhile still hears what has become of it, if that comes soon: the next one would write the same again, and
	// restart the tasks.
	defer context.AfterFunc(ctx, func() { r.env.runtime.Clock.AfterFunc(r.farewellTime()/2, cancel) })()
	_, err := request(answered, r.root.ActorSystem(), r.env.herder, putTaskConfigs{r.id.connector, r.raw, tasks, r.planned.differs(r.props), deadline})
	return err
}

func (r *connectorRun) stop(ctx context.Context, connector connect.Connector) {
	ctx, cancel := within(context.WithoutCancel(ctx), r.env.runtime.Clock, r.farewellTime())
	defer cancel()
	if err := connect.Guard(func() error { return connector.Stop(ctx) }); err != nil {
		r.log.Warn("the connector's Stop did not work", "error", err)
	}
}

// interrupt implements pump; a connector has no gate to look at: it is ended when it is paused.
func (r *connectorRun) interrupt() {}

// abandon implements pump: a connector instance holds nothing of ours.
func (r *connectorRun) abandon() {}

// connectorContext implements connect.ConnectorContext.
type connectorContext struct {
	run     *connectorRun
	fail    context.CancelCauseFunc
	offsets connect.OffsetReader
}

func (c connectorContext) RequestTaskReconfiguration() {
	select {
	case c.run.reconfigure <- struct{}{}:
	default: // one is asked for already
	}
}

func (c connectorContext) RaiseError(err error) {
	if err == nil {
		err = errors.New("the connector raised an error without saying which")
	}
	c.fail(err)
}

func (c connectorContext) Offsets() connect.OffsetReader { return c.offsets }

func (c connectorContext) Logger() *slog.Logger { return c.run.log }
