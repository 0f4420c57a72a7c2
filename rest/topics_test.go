// SPDX-License-Identifier: Apache-2.0

package rest

import "testing"

func TestTopics(t *testing.T) {
	runAll(t, []exchange{
		{name: "topics are told under the connector's name", request: "GET /connectors/a%2Fb/topics", herder: &fakeHerder{topics: []string{"t2", "t1"}}, status: 200, contentType: jsonType,
			answer: `{"a/b":{"topics":["t2","t1"]}}`, call: `topics "a/b"`},
		{name: "a connector that is not there has none", request: "GET /connectors/ghost/topics", status: 200, contentType: jsonType, answer: `{"ghost":{"topics":[]}}`, call: `topics "ghost"`},
		{name: "reset", request: "PUT /connectors/x/topics/reset", status: 202, call: `reset topics "x"`},
	})
}
