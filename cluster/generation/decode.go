// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"errors"
	"slices"
)

func (v headValue) state() State {
	s := State{
		Number: v.Generation, Version: v.V, Term: v.Term, Leader: v.Leader, LeaderBoot: v.LeaderBoot, LeaderURL: v.LeaderURL,
		Reason: v.Reason, Workers: map[string]Worker{}, Grants: map[Unit]Grant{}, Lost: map[Unit][]string{},
	}
	for id, worker := range v.Workers {
		s.Workers[id] = Worker(worker)
	}
	for _, lost := range v.Lost {
		for _, task := range lost.Tasks {
			s.Lost[Unit{lost.Connector, task}] = lost.workers()
		}
	}
	return s
}

func (v shareValue) grants() map[Unit]Grant {
	grants := make(map[Unit]Grant, v.units())
	for _, run := range v.Run {
		run.give(grants, 0)
	}
	for _, revoke := range v.Revoke {
		revoke.give(grants, revoke.At)
	}
	for _, fence := range v.Fence {
		for _, task := range fence.Tasks {
			unit := Unit{fence.Connector, task}
			if grant, given := grants[unit]; given {
				grant.Fence = fence.workers()
				grants[unit] = grant
			}
		}
	}
	return grants
}

// units is how many there are.
func (v shareValue) units() int {
	count := 0
	for _, run := range v.Run {
		count += run.units()
	}
	for _, revoke := range v.Revoke {
		count += revoke.units()
	}
	return count
}

func (v runValue) units() int {
	count := 1 // the instance
	for _, tasks := range v.Tasks {
		count += len(tasks)
	}
	return count
}

func (v runValue) give(grants map[Unit]Grant, revoked int64) {
	if v.Instance != 0 {
		grants[Unit{v.Connector, Instance}] = Grant{Since: v.Instance, Revoked: revoked}
	}
	for since, tasks := range v.Tasks {
		for _, task := range tasks {
			grants[Unit{v.Connector, task}] = Grant{Since: since, Revoked: revoked}
		}
	}
}

// check tells what is wrong with a share: it must not give a right that nobody can have been given.
func (v shareValue) check(key string) error {
	if v.Part < 0 || v.Part >= v.Parts || key != shareKey(v.Worker, v.Part) {
		return errors.New("it is of another worker, or another part, than its key says")
	}
	for _, run := range v.Run {
		if !run.possible() {
			return errors.New("it has a generation or a task with a number that cannot be")
		}
	}
	for _, revoke := range v.Revoke {
		if revoke.At < 1 || !revoke.possible() {
			return errors.New("it has a generation or a task with a number that cannot be")
		}
	}
	return nil
}

func (v runValue) possible() bool {
	for since, tasks := range v.Tasks {
		if since < 1 || slices.ContainsFunc(tasks, func(task int) bool { return task < 0 }) {
			return false
		}
	}
	return v.Instance >= 0
}

// workers are those to be fenced, nil for none.
func (v fenceValue) workers() []string {
	if len(v.Workers) == 0 {
		return nil
	}
	return v.Workers
}
