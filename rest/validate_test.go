// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	connect "github.com/longshore-io/connect"
)

func TestPluginConfig(t *testing.T) {
	keys := []connect.ConfigKeyInfo{{Name: "file", Type: connect.StringType, Importance: connect.High, Documentation: "d", Width: "NONE", DisplayName: "file", Dependents: []string{}, Order: -1}}
	ask := func(name, query, call string) exchange {
		return exchange{name: name, request: "GET /connector-plugins/Json/config" + query, status: 200, contentType: jsonType, answer: `[]`, call: call}
	}
	runAll(t, []exchange{
		{name: "definitions with all fields in Kafka's order", request: "GET /connector-plugins/Cast$Value/config", herder: &fakeHerder{keys: keys}, status: 200, contentType: jsonType,
			answer: `[{"name":"file","type":"STRING","required":false,"default_value":null,"importance":"HIGH","documentation":"d","group":null,"width":"NONE","display_name":"file","dependents":[],"order":-1}]`,
			call:   `plugin "Cast$Value" ""`},
		ask("without a version any will do", "", `plugin "Json" ""`),
		ask("a version", "?version=[4,5)", `plugin "Json" "[4,5)"`),
		ask("of two versions the first counts", "?version=1&version=2", `plugin "Json" "1"`),
		ask("a blank version is not the same as none", "?version=", `plugin "Json" " "`),
		ask("nor is one without a value", "?version", `plugin "Json" " "`),
		{name: "an unknown plugin", request: "GET /connector-plugins/Ghost/config", herder: &fakeHerder{err: connect.Errorf(connect.NotFound, "Unknown plugin Ghost.")},
			status: 404, contentType: jsonType, answer: `{"error_code":404,"message":"Unknown plugin Ghost."}`, call: `plugin "Ghost" ""`},
	})
}

func TestAValidationThatHangsIsAnsweredInTimeAndDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		released := make(chan struct{})
		handler := NewHandler(&validating{released: released}, Config{})
		answered := make(chan *httptest.ResponseRecorder)
		start := time.Now()
		go func() {
			r := httptest.NewRequestWithContext(t.Context(), "PUT", "/connector-plugins/x/config/validate", strings.NewReader(`{}`))
			r.Header.Set("Content-Type", jsonType)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			answered <- w
		}()
		synctest.Wait()
		assert.Equal(t, http.StatusOK, do(t.Context(), handler, "GET", "/connectors").Code)
		assert.Zero(t, time.Since(start))
		w := <-answered
		assert.Equal(t, 90*time.Second, time.Since(start))
		assert.JSONEq(t, `{"error_code":500,"message":"Request timed out: PUT /connector-plugins/x/config/validate was not answered within 1m30s"}`, w.Body.String())
		close(released)
		synctest.Wait()
	})
}

// validating is a herder whose connectors validate without looking at the clock.
type validating struct {
	fakeHerder
	released chan struct{}
}

func (h *validating) ValidateConfig(context.Context, connect.RawConfig) (connect.ConfigInfos, error) {
	<-h.released
	return connect.ConfigInfos{}, nil
}

func TestValidate(t *testing.T) {
	const nothing = `{"name":"","error_count":0,"groups":[],"configs":[]}`
	found := connect.ConfigInfos{Name: "C", ErrorCount: 1, Groups: []string{"Common"}, Configs: []connect.ConfigInfo{
		{Value: &connect.ConfigValueInfo{Name: "x", RecommendedValues: []string{}, Errors: []string{"a < b"}, Visible: true}},
	}}
	fitting := func(name, plugin, class string) exchange {
		return exchange{name: name, request: "PUT /connector-plugins/" + plugin + "/config/validate", body: `{"connector.class":"` + class + `"}`,
			status: 200, contentType: jsonType, answer: nothing, call: `validate {"connector.class":"` + class + `"}`}
	}
	other := func(name, plugin, class string) exchange {
		return exchange{name: name, request: "PUT /connector-plugins/" + plugin + "/config/validate", body: `{"connector.class":"` + class + `"}`, status: 400, contentType: jsonType,
			answer: `{"error_code":400,"message":"Included connector type ` + class + ` does not match request type ` + plugin + `"}`}
	}
	runAll(t, []exchange{
		{name: "mistakes are no error", request: "PUT /connector-plugins/C/config/validate", body: `{"connector.class":"C","x":null}`, herder: &fakeHerder{infos: found},
			status: 200, contentType: jsonType, call: `validate {"connector.class":"C","x":null}`,
			answer: `{"name":"C","error_count":1,"groups":["Common"],"configs":[{"definition":null,"value":{"name":"x","value":null,"recommended_values":[],"errors":["a < b"],"visible":true}}]}`},
		fitting("the same class", "org.x.FileSourceConnector", "org.x.FileSourceConnector"),
		fitting("the alias of a class", "FileSource", "org.x.FileSourceConnector"),
		fitting("the name of a class without its package", "FileSourceConnector", "org.x.FileSourceConnector"),
		fitting("any end of a class", "ileSource", "FileSource"),
		fitting("a class that is called Connector", "Connector", "Connector"),
		other("another class", "Ghost", "FileSource"),
		other("a full name for an alias", "org.x.FileSource", "FileSource"),
		other("case counts", "filesource", "FileSource"),
		other("the word Connector alone is no end", "Connector", "FileSourceConnector"),
		other("an empty class", "Ghost", ""),
		{name: "without a class the herder says so", request: "PUT /connector-plugins/Ghost/config/validate", body: `{"connector.class":null}`, call: `validate {"connector.class":null}`,
			herder: &fakeHerder{err: connect.Errorf(connect.BadConfig, "Connector config {connector.class=null} contains no connector type")},
			status: 400, contentType: jsonType, answer: `{"error_code":400,"message":"Connector config {connector.class=null} contains no connector type"}`},
	})
}
