// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaproperties"
	"github.com/longshore-io/connect/rest"
)

// connectorFile is a connector that a file describes.
type connectorFile struct {
	path    string
	request connect.CreateRequest
}

// readConnectorFile reads a file in any of the three formats that connect-standalone takes, whatever the file is called: a
// JSON object that is the configuration, a JSON object as POST /connectors takes it, and Java properties.
func readConnectorFile(path string) (connectorFile, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return connectorFile{}, err // names the operation and the file
	}
	request, err := parseConnector(path, content)
	return connectorFile{path, request}, err
}

// parseConnector tries the formats in Kafka's order. What begins with a brace is never read as properties: what it lacks to
// be JSON is then of more help than the keys that such lines would make.
func parseConnector(path string, content []byte) (connect.CreateRequest, error) {
	if trimmed := bytes.TrimSpace(content); len(trimmed) > 0 && trimmed[0] == '{' {
		return parseJSONConnector(path, content)
	}
	props, err := javaproperties.Parse(content)
	if err != nil {
		return connect.CreateRequest{}, fmt.Errorf("%s: %w", path, err)
	}
	return named(path, connect.Raw(props))
}

func parseJSONConnector(path string, content []byte) (connect.CreateRequest, error) {
	config, err := rest.DecodeConfig(content)
	if err == nil {
		return named(path, config)
	}
	// The text is made for callers of REST.
	flat := strings.Replace(err.Error(), "The request body", "the file", 1)
	// Fields that are not known are ignored here, other than by REST.
	var parts struct {
		Name         string          `json:"name"`
		Config       json.RawMessage `json:"config"`
		InitialState *string         `json:"initial_state"`
	}
	if err := json.NewDecoder(bytes.NewReader(content)).Decode(&parts); err != nil || len(parts.Config) == 0 {
		return connect.CreateRequest{}, fmt.Errorf("%s: %s", path, flat)
	}
	return createRequest(path, parts.Name, parts.Config, parts.InitialState)
}

func createRequest(path, name string, rawConfig []byte, state *string) (connect.CreateRequest, error) {
	config, err := rest.DecodeConfig(rawConfig)
	if err != nil {
		return connect.CreateRequest{}, fmt.Errorf("%s: %s", path, strings.Replace(err.Error(), "The request body", "the field config", 1))
	}
	if inside, has := config.Get("name"); has && name != "" && inside != name {
		return connect.CreateRequest{}, fmt.Errorf("Connector name configuration in 'config' doesn't match the one specified in 'name' at '%s'", path) //nolint:staticcheck // Kafka's text
	}
	if name != "" {
		config["name"] = &name
	}
	request, err := named(path, config)
	if err != nil || state == nil {
		return request, err
	}
	initial, err := connect.ParseInitialState(*state)
	if err != nil {
		return request, fmt.Errorf("%s: %w", path, err)
	}
	request.InitialState = &initial
	return request, nil
}

func named(path string, config connect.RawConfig) (connect.CreateRequest, error) {
	name, has := config.Get("name")
	if !has || name == "" {
		return connect.CreateRequest{}, fmt.Errorf("Connector configuration at '%s' is missing the mandatory 'name' configuration", path) //nolint:staticcheck // Kafka's text
	}
	return connect.CreateRequest{Name: name, Config: config}, nil
}
