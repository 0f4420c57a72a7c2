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
	content      content
	// probe marks a question about the worker's health: it has less time, and no answer is an answer, which this makes.
	probe func(err error) reply
	// admin marks what concerns the process and not its connectors: admin.listeners may move it to other listeners.
	admin bool
}

// endpoint turns a request into a call of the Herder and the answer into a reply.
type endpoint func(ctx context.Context, herder Herder, r request) (reply, error)

// content is what a route does with the body of a request.
type content int

const (
	// The zero value: bodies are ignored, but a type that they declare must be JSON.
	_ content = iota
	// read bodies are handed to the endpoint and must declare that they are JSON.
	read
	// unseen bodies are ignored, whatever they declare.
	unseen
)

// metricsPath leads to Config.Metrics, which speaks no JSON and knows nothing of the Herder.
const metricsPath = "/metrics"

// routes is the whole API but for the metrics. HEAD works wherever GET does, OPTIONS everywhere.
var routes = []route{
	{method: http.MethodGet, path: "/", endpoint: getWorker, content: unseen},
	{method: http.MethodGet, path: "/health", endpoint: getHealth, content: unseen, probe: unhealthyReply},
	{method: http.MethodGet, path: "/livez", endpoint: getLive, content: unseen, probe: unhealthyReply},
	{method: http.MethodGet, path: "/readyz", endpoint: getReady, content: unseen, probe: unreadyReply},
	{method: http.MethodGet, path: "/cluster", endpoint: getCluster},

	{method: http.MethodGet, path: "/connectors", endpoint: listConnectors},
	{method: http.MethodPost, path: "/connectors", endpoint: createConnector, content: read},
	{method: http.MethodGet, path: "/connectors/:connector", endpoint: getConnector},
	{method: http.MethodDelete, path: "/connectors/:connector", endpoint: deleteConnector},
	{method: http.MethodGet, path: "/connectors/:connector/config", endpoint: getConfig},
	{method: http.MethodPut, path: "/connectors/:connector/config", endpoint: putConfig, content: read},
	{method: http.MethodPatch, path: "/connectors/:connector/config", endpoint: patchConfig, content: read},
	{method: http.MethodGet, path: "/connectors/:connector/status", endpoint: getStatus},

	{method: http.MethodGet, path: "/connectors/:connector/tasks", endpoint: listTasks},
	{method: http.MethodGet, path: "/connectors/:connector/tasks/:task/status", endpoint: getTaskStatus},

	{method: http.MethodPut, path: "/connectors/:connector/pause", endpoint: pauseConnector},
	{method: http.MethodPut, path: "/connectors/:connector/resume", endpoint: resumeConnector},
	{method: http.MethodPut, path: "/connectors/:connector/stop", endpoint: stopConnector},
	{method: http.MethodPost, path: "/connectors/:connector/restart", endpoint: restartConnector},
	{method: http.MethodPost, path: "/connectors/:connector/tasks/:task/restart", endpoint: restartTask},

	{method: http.MethodGet, path: "/connectors/:connector/topics", endpoint: getTopics},
	{method: http.MethodPut, path: "/connectors/:connector/topics/reset", endpoint: resetTopics},

	{method: http.MethodGet, path: "/connectors/:connector/offsets", endpoint: getOffsets},
	{method: http.MethodPatch, path: "/connectors/:connector/offsets", endpoint: alterOffsets, content: read},
	{method: http.MethodDelete, path: "/connectors/:connector/offsets", endpoint: resetOffsets},

	{method: http.MethodGet, path: "/connector-plugins", endpoint: listPlugins},
	{method: http.MethodGet, path: "/connector-plugins/:plugin/config", endpoint: getPluginConfig},
	{method: http.MethodPut, path: "/connector-plugins/:plugin/config/validate", endpoint: validateConfig, content: read},

	{method: http.MethodGet, path: "/admin/loggers", endpoint: listLoggers, admin: true},
	{method: http.MethodGet, path: "/admin/loggers/:logger", endpoint: getLogger, admin: true},
	{method: http.MethodPut, path: "/admin/loggers/:logger", endpoint: setLogger, content: read, admin: true},
}
