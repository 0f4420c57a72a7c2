// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"net/http"

	connect "github.com/longshore-io/connect"
)

// noContent answers what is done and has nothing to show; accepted what is stored and will be done.
var (
	noContent = reply{status: http.StatusNoContent}
	accepted  = reply{status: http.StatusAccepted}
)

func pauseConnector(ctx context.Context, herder Herder, r request) (reply, error) {
	return accepted, herder.PauseConnector(ctx, r.connector())
}

func resumeConnector(ctx context.Context, herder Herder, r request) (reply, error) {
	return accepted, herder.ResumeConnector(ctx, r.connector())
}

func stopConnector(ctx context.Context, herder Herder, r request) (reply, error) {
	return noContent, herder.StopConnector(ctx, r.connector())
}

func restartConnector(ctx context.Context, herder Herder, r request) (reply, error) {
	status, err := herder.RestartConnector(ctx, connect.RestartRequest{
		Connector:    r.connector(),
		IncludeTasks: r.flag("includeTasks", false),
		OnlyFailed:   r.flag("onlyFailed", false),
	})
	if status == nil {
		return noContent, err
	}
	return reply{status: http.StatusAccepted, body: viewStatus(*status)}, err
}
