// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"strconv"

	connect "github.com/longshore-io/connect"
)

func listTasks(ctx context.Context, herder Herder, r request) (reply, error) {
	tasks, err := herder.Tasks(ctx, r.connector())
	views := make([]connect.TaskInfo, len(tasks))
	for i, task := range tasks {
		views[i] = connect.TaskInfo{ID: task.ID, Config: viewConfig(task.Config)}
	}
	return ok(views), err
}

func getTaskStatus(ctx context.Context, herder Herder, r request) (reply, error) {
	id, err := r.task()
	if err != nil {
		return reply{}, err
	}
	status, err := herder.TaskStatus(ctx, id)
	return ok(viewTaskStatus(status)), err
}

func restartTask(ctx context.Context, herder Herder, r request) (reply, error) {
	id, err := r.task()
	if err != nil {
		return reply{}, err
	}
	return noContent, herder.RestartTask(ctx, id)
}

// task reads the task that the path names. What is not a number names none.
func (r request) task() (connect.TaskID, error) {
	number, err := strconv.ParseInt(r.params.ByName("task"), 10, 32)
	if err != nil {
		return connect.TaskID{}, errNoTask
	}
	return connect.TaskID{Connector: r.connector(), Task: int(number)}, nil
}
