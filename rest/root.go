// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"net/http"

	connect "github.com/longshore-io/connect"
)

func getWorker(ctx context.Context, herder Herder, _ request) (reply, error) {
	info, err := herder.Info(ctx)
	return ok(info), err
}

// healthView is the body of GET /health.
type healthView struct {
	Status  connect.Health `json:"status"`
	Message string         `json:"message"`
}

// healthStatus is the status code for a worker's health; what is not known is unhealthy.
var healthStatus = map[connect.Health]int{
	connect.Healthy:   http.StatusOK,
	connect.Starting:  http.StatusServiceUnavailable,
	connect.Unhealthy: http.StatusInternalServerError,
}

// healthText is Kafka's sentence about each state.
var healthText = map[connect.Health]string{
	connect.Healthy:   "Worker has completed startup and is ready to handle requests.",
	connect.Starting:  "Worker is still starting up.",
	connect.Unhealthy: "Worker was unable to handle this request and may be unable to handle other requests.",
}

func getHealth(ctx context.Context, herder Herder, _ request) (reply, error) {
	health, message, err := herder.Health(ctx)
	if err != nil {
		return reply{}, err
	}
	return healthReply(health, message), nil
}

func healthReply(health connect.Health, message string) reply {
	if _, known := healthStatus[health]; !known {
		health = connect.Unhealthy
	}
	if message == "" {
		message = healthText[health]
	}
	return reply{status: healthStatus[health], body: healthView{health, message}}
}

// unhealthyReply answers for a worker that did not.
func unhealthyReply(err error) reply {
	return healthReply(connect.Unhealthy, healthText[connect.Unhealthy]+" "+err.Error())
}
