// SPDX-License-Identifier: Apache-2.0

package rest

import "context"

// topicsView is what is told about the topics of one connector.
type topicsView struct {
	Topics []string `json:"topics"`
}

// getTopics answers with an object whose one key is the connector's name, whether there is such a connector or not.
func getTopics(ctx context.Context, herder Herder, r request) (reply, error) {
	topics, err := herder.ConnectorTopics(ctx, r.connector())
	return ok(map[string]topicsView{r.connector(): {list(topics)}}), err
}

func resetTopics(ctx context.Context, herder Herder, r request) (reply, error) {
	return accepted, herder.ResetConnectorTopics(ctx, r.connector())
}
