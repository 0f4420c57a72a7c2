// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	connect "github.com/longshore-io/connect"
)

// listConnectors answers with names, or with a digest of each connector where expand is there, whatever its value. Values
// that are not known are ignored: the digests are then empty.
func listConnectors(ctx context.Context, herder Herder, r request) (reply, error) {
	expand, expanded := r.query["expand"]
	if !expanded {
		names, err := herder.ConnectorNames(ctx)
		return ok(list(names)), err
	}
	digests, err := herder.Digests(ctx, slices.Contains(expand, "info"), slices.Contains(expand, "status"))
	return ok(viewDigests(digests)), err
}

func createConnector(ctx context.Context, herder Herder, r request) (reply, error) {
	create, err := DecodeCreate(r.body)
	if err != nil {
		return reply{}, err
	}
	create.Name = strings.TrimFunc(create.Name, func(c rune) bool { return c <= ' ' }) // Java's String.trim
	if err := setName(create.Config, create.Name); err != nil {
		return reply{}, err
	}
	info, err := herder.CreateConnector(ctx, create)
	return r.created(info), err
}

func getConnector(ctx context.Context, herder Herder, r request) (reply, error) {
	info, err := herder.Connector(ctx, r.connector())
	return ok(viewInfo(info)), err
}

func getConfig(ctx context.Context, herder Herder, r request) (reply, error) {
	info, err := herder.Connector(ctx, r.connector())
	return ok(viewConfig(info.Config)), err
}

func putConfig(ctx context.Context, herder Herder, r request) (reply, error) {
	config, err := decodeConfig(r.body)
	if err != nil {
		return reply{}, err
	}
	if err := setName(config, r.connector()); err != nil {
		return reply{}, err
	}
	info, created, err := herder.PutConnectorConfig(ctx, r.connector(), config)
	if created {
		return r.created(info), err
	}
	return ok(viewInfo(info)), err
}

// patchConfig changes some keys; null removes one. As in Kafka Connect a name among them need not be the connector's.
func patchConfig(ctx context.Context, herder Herder, r request) (reply, error) {
	patch, err := decodeConfig(r.body)
	if err != nil {
		return reply{}, err
	}
	info, err := herder.PatchConnectorConfig(ctx, r.connector(), patch)
	return ok(viewInfo(info)), err
}

func deleteConnector(ctx context.Context, herder Herder, r request) (reply, error) {
	return noContent, herder.DeleteConnector(ctx, r.connector())
}

// setName puts the connector's name into its configuration, which may have it already.
func setName(config connect.RawConfig, name string) error {
	if got, has := config.Get("name"); has && got != name {
		return connect.Errorf(connect.BadConfig, "Connector name configuration (%s) doesn't match connector name in the URL (%s)", got, name)
	}
	config["name"] = &name
	return nil
}

// created answers 201 with the URL of the new connector at the host that the client called.
func (r request) created(info connect.ConnectorInfo) reply {
	return reply{
		status:   http.StatusCreated,
		location: r.origin + "/connectors/" + escapeName(info.Name),
		body:     viewInfo(info),
	}
}

// escapeName makes a segment of a path as Java's UriBuilder does: what RFC 3986 allows there stays, but for the semicolon,
// behind which a path has parameters, and for names that a path takes for steps.
func escapeName(name string) string {
	if name == "." || name == ".." {
		return strings.ReplaceAll(name, ".", "%2E")
	}
	return allowedInSegments.Replace(url.PathEscape(name))
}

// allowedInSegments are the letters that url.PathEscape escapes without need.
var allowedInSegments = strings.NewReplacer("%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*", "%2C", ",")

func viewInfo(info connect.ConnectorInfo) connect.ConnectorInfo {
	info.Config = viewConfig(info.Config)
	info.Tasks = list(info.Tasks)
	return info
}

// viewConfig makes an empty object of what JSON would show as null.
func viewConfig(config connect.RawConfig) connect.RawConfig {
	if config == nil {
		return connect.RawConfig{}
	}
	return config
}

// list makes an empty array of what JSON would show as null.
func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}
