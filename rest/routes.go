// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"net/http"
)

// route leads requests to an endpoint. A name after a colon is one segment of the path, whatever is in it.
type route struct {
	method, path string
	endpoint     endpoint
	// probe marks a question about the worker's health: it has less time, and no answer is an answer.
	probe bool
}

// endpoint turns a request into a call of the Herder and the answer into a reply.
type endpoint func(ctx context.Context, herder Herder, r request) (reply, error)

// routes is the whole API. HEAD works wherever GET does, OPTIONS everywhere.
var routes = []route{
	{method: http.MethodGet, path: "/", endpoint: getWorker},
	{method: http.MethodGet, path: "/health", endpoint: getHealth, probe: true},

	{method: http.MethodGet, path: "/connectors", endpoint: listConnectors},
	{method: http.MethodPost, path: "/connectors", endpoint: createConnector},
	{method: http.MethodGet, path: "/connectors/:connector", endpoint: getConnector},
	{method: http.MethodDelete, path: "/connectors/:connector", endpoint: deleteConnector},
	{method: http.MethodGet, path: "/connectors/:connector/config", endpoint: getConfig},
	{method: http.MethodPut, path: "/connectors/:connector/config", endpoint: putConfig},
	{method: http.MethodGet, path: "/connectors/:connector/status", endpoint: getStatus},

	{method: http.MethodGet, path: "/connectors/:connector/tasks", endpoint: listTasks},
	{method: http.MethodGet, path: "/connectors/:connector/tasks/:task/status", endpoint: getTaskStatus},

	{method: http.MethodPut, path: "/connectors/:connector/pause", endpoint: pauseConnector},
	{method: http.MethodPut, path: "/connectors/:connector/resume", endpoint: resumeConnector},
	{method: http.MethodPut, path: "/connectors/:connector/stop", endpoint: stopConnector},
	{method: http.MethodPost, path: "/connectors/:connector/restart", endpoint: restartConnector},
	{method: http.MethodPost, path: "/connectors/:connector/tasks/:task/restart", endpoint: restartTask},

	{method: http.MethodGet, path: "/connector-plugins", endpoint: listPlugins},
}
