// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"encoding/json"

	connect "github.com/longshore-io/connect"
)

func getStatus(ctx context.Context, herder Herder, r request) (reply, error) {
	status, err := herder.ConnectorStatus(ctx, r.connector())
	return ok(viewStatus(status)), err
}

// undefined is what Kafka Connect stores as the version of a plugin that has none. It is the one version that is not shown.
const undefined = "undefined"

// instanceView is the body of a state. Some clients read the connector's state as a map of texts, so nothing but texts and
// null may be in it.
type instanceView struct {
	State    connect.State   `json:"state"`
	WorkerID string          `json:"worker_id"`
	Version  json.RawMessage `json:"version,omitempty"`
	Trace    string          `json:"trace,omitempty"`
}

// taskStatusView is the body of a task's status.
type taskStatusView struct {
	ID int `json:"id"`
	instanceView
}

// statusView is the body of a connector's status.
type statusView struct {
	Name      string                `json:"name"`
	Connector instanceView          `json:"connector"`
	Tasks     []taskStatusView      `json:"tasks"`
	Type      connect.ConnectorType `json:"type"`
}

// digestView is an entry of the expanded list of connectors.
type digestView struct {
	Status *statusView            `json:"status,omitempty"`
	Info   *connect.ConnectorInfo `json:"info,omitempty"`
}

func viewInstance(s connect.InstanceStatus) instanceView {
	view := instanceView{State: s.State, WorkerID: s.WorkerID, Trace: s.Trace}
	if s.Version == nil || *s.Version != undefined {
		view.Version = encode(s.Version)
	}
	return view
}

func viewTaskStatus(s connect.TaskStatus) taskStatusView {
	return taskStatusView{s.ID, viewInstance(s.InstanceStatus)}
}

func viewStatus(s connect.ConnectorStatus) statusView {
	view := statusView{Name: s.Name, Connector: viewInstance(s.Connector), Tasks: []taskStatusView{}, Type: s.Type}
	for _, task := range s.Tasks {
		view.Tasks = append(view.Tasks, viewTaskStatus(task))
	}
	return view
}

func viewDigests(digests map[string]connect.ConnectorDigest) map[string]digestView {
	views := make(map[string]digestView, len(digests))
	for name, digest := range digests {
		var view digestView
		if digest.Status != nil {
			status := viewStatus(*digest.Status)
			view.Status = &status
		}
		if digest.Info != nil {
			info := viewInfo(*digest.Info)
			view.Info = &info
		}
		views[name] = view
	}
	return views
}
