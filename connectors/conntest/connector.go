// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// subject is what sources and sinks have in common.
type subject struct {
	create  func() connect.Connector
	prepare func(t *testing.T) place
	worker  func(tr *trial) worker
	bad     map[string]string
	wrong   []Wrong
	// unchecked are keys of numbers and booleans that take any text.
	unchecked []string
}

// worker is a task of either kind that was not started.
type worker struct {
	task  stopper
	start func(ctx context.Context, props map[string]string) error
	// once is a Poll, or a Put of a record.
	once func(ctx context.Context) error
}

type stopper interface {
	Stop(ctx context.Context) error
}

func (w worker) stop() error { return w.task.Stop(context.Background()) }

// place is a source or destination.
type place struct {
	props   map[string]string
	secrets []string
	hang    func() (mend func())
	cut     func() (mend func())
}

// given is a configuration as the runtime gives it: it may be empty, and is not nil.
func given(props map[string]string) map[string]string {
	if props == nil {
		return map[string]string{}
	}
	return props
}

// prepareFor makes a place for a trial, which then knows its secrets.
func (s subject) prepareFor(tr *trial) place {
	var p place
	tr.outside(func() { p = s.prepare(tr.T) })
	tr.keep(s.create().Config(), p.props, p.secrets...)
	return p
}

// check tries what all connectors have to do.
func (s subject) check(t *testing.T) {
	try(t, "a connector that was never started has a version and a configuration", s.checkDefinition)
	s.checkConfigurations(t)
	try(t, "at most the allowed number of tasks is planned", s.checkPlan)
	try(t, "a connector stops within a second, also one that did not start", func(tr *trial) {
		c := s.create()
		_ = tr.hear(c.Start(tr.Context(), tr.connectorContext(), map[string]string{}))
		assert.NoError(tr, tr.promptly("Stop", func() error { return c.Stop(context.Background()) }))
	})
	try(t, "a connector stops within a second while the other side hangs", s.checkHangingConnector)
	try(t, "a connector that was never started makes tasks", func(tr *trial) {
		require.NotNil(tr, s.worker(tr).task)
		require.NotSame(tr, s.worker(tr).task, s.worker(tr).task)
	})
	try(t, "a task stops within a second, also one that did not start", func(tr *trial) {
		w := s.worker(tr)
		_ = tr.hear(w.start(tr.Context(), map[string]string{}))
		assert.NoError(tr, tr.promptly("Stop", w.stop))
	})
	s.checkPasswords(t)
}

func (s subject) checkDefinition(tr *trial) {
	c := s.create()
	assert.NotEmpty(tr, c.Version())
	seen := map[string]bool{}
	for _, key := range c.Config() {
		assert.NotEmpty(tr, key.Name)
		assert.False(tr, seen[key.Name], "%s is defined twice", key.Name)
		seen[key.Name] = true
		assert.NotEmpty(tr, key.Type, "the type of %s", key.Name)
		assert.NotEmpty(tr, key.Importance, "the importance of %s", key.Name)
		assert.NotEmpty(tr, key.Doc, "the documentation of %s", key.Name)
		if key.Validator != nil && !key.Required {
			assert.NoError(tr, key.Validator.Check(key.Name, key.Default), "the default of %s", key.Name)
		}
	}
}

func (s subject) checkPlan(tr *trial) {
	props := s.prepareFor(tr).props
	c := s.create()
	require.NoError(tr, tr.hear(c.Start(tr.Context(), tr.connectorContext(), maps.Clone(props))))
	for _, allowed := range []int{1, 3} {
		configs, err := c.TaskConfigs(tr.Context(), allowed)
		require.NoError(tr, tr.hear(err))
		require.LessOrEqual(tr, len(configs), allowed)
		tr.checkApart(configs)
	}
	again, err := c.TaskConfigs(tr.Context(), 1)
	require.NoError(tr, err)
	for _, config := range again {
		require.NotContains(tr, config, "conntest.task", "a configuration that was handed out is handed out again")
	}
	require.NoError(tr, tr.promptly("Stop", func() error { return c.Stop(context.Background()) }))
}

// checkApart writes into configurations: the runtime adds to a task's, so no two may be the same map.
func (tr *trial) checkApart(configs []map[string]string) {
	tr.Helper()
	for i := range configs {
		configs[i]["conntest.task"] = "x"
		for j := range i {
			delete(configs[j], "conntest.task")
			require.Contains(tr, configs[i], "conntest.task", "tasks %d and %d have one map", i, j)
		}
	}
}

// checkHangingConnector starts a connector, plans and validates while nothing answers.
func (s subject) checkHangingConnector(tr *trial) {
	p := s.prepareFor(tr)
	if p.hang == nil {
		return
	}
	var mend func()
	tr.outside(func() { mend = p.hang() })
	defer tr.outside(mend)
	c := s.create()
	err := tr.cancelled("Start of the connector", func(ctx context.Context) error {
		return c.Start(ctx, tr.connectorContext(), maps.Clone(p.props))
	})
	if err == nil {
		_ = tr.cancelled("TaskConfigs", func(ctx context.Context) error {
			_, err := c.TaskConfigs(ctx, 1)
			return err
		})
	}
	if v, ok := s.create().(connect.ConfigValidator); ok {
		_ = tr.cancelled("ValidateConfig", func(ctx context.Context) error {
			return v.ValidateConfig(ctx, p.props, valuesOf(s.create(), p.props))
		})
	}
	require.NoError(tr, tr.promptly("Stop", func() error { return c.Stop(context.Background()) }))
}

// startInVain starts a task while the other side hangs, and stops it.
func (s subject) startInVain(tr *trial, config map[string]string) {
	w := s.worker(tr)
	_ = tr.cancelled("Start", func(ctx context.Context) error { return w.start(ctx, config) })
	_ = tr.promptly("Stop", w.stop)
}

// taskProps returns the configuration of a connector's only task.
func (tr *trial) taskProps(c connect.Connector, props map[string]string) map[string]string {
	tr.Helper()
	require.NoError(tr, tr.hear(c.Start(tr.Context(), tr.connectorContext(), maps.Clone(props))))
	configs, err := c.TaskConfigs(tr.Context(), 1)
	require.NoError(tr, tr.hear(err))
	require.Len(tr, configs, 1, "the configuration has to be one that gives work to a task")
	require.NoError(tr, tr.promptly("Stop", func() error { return c.Stop(context.Background()) }))
	return configs[0]
}
