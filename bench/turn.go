// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// turn is one run of one workload by one contender in one round.
type turn struct {
	*rig
	contender contender
	// round counts from 0.
	round int
	// id is unique. Names of topics and connectors begin with it: those topics are deleted after the turn.
	id string
	// dir is a folder of its own, removed after the turn.
	dir string
	// workers are those that were started; those that still run are ended after the turn.
	workers []*worker
}

// turn makes the next turn.
func (r *rig) turn(c contender, round int) (*turn, error) {
	if c == longshoreAgain {
		c = longshore
	}
	r.turns++
	t := &turn{rig: r, contender: c, round: round, id: fmt.Sprintf("turn-%04d", r.turns)}
	t.dir = filepath.Join(r.dir, t.id)
	return t, os.Mkdir(t.dir, 0o700)
}

// take runs a workload's turn of a contender and clears away what it has left behind.
func (r *rig) take(ctx context.Context, w workload, c contender, round int) (got values, err error) {
	t, err := r.turn(c, round)
	if err != nil {
		return nil, err
	}
	got, err = w.run(ctx, t)
	if err != nil {
		err = fmt.Errorf("%w%s", err, t.said())
	}
	return got, errors.Join(err, t.end(context.WithoutCancel(ctx)))
}

// end stops the workers, and deletes the turn's topics, groups and files.
func (t *turn) end(ctx context.Context) error {
	var errs []error
	for _, w := range t.workers {
		errs = append(errs, w.stop())
	}
	return errors.Join(append(errs, t.topics.removeAll(ctx, t.id+"-"), os.RemoveAll(t.dir))...)
}

// said is the end of what the workers have logged.
func (t *turn) said() string {
	const most = 4 << 10
	var text strings.Builder
	for _, w := range t.workers {
		log, _ := os.ReadFile(w.log) // a log that cannot be read is an empty one
		fmt.Fprintf(&text, "\nthe log of the %s worker ends with:\n%s", t.contender, log[max(0, len(log)-most):])
	}
	return text.String()
}

// file is a path in the turn's folder.
func (t *turn) file(name string) string { return filepath.Join(t.dir, name) }

// name is a name that no other turn has, of a topic or a connector.
func (t *turn) name(of string) string { return t.id + "-" + of }
