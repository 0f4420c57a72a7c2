// SPDX-License-Identifier: Apache-2.0

package databasetest

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// The folders of Debezium's plugins for the real Kafka Connect: DebeziumPostgres is the source, DebeziumJDBC the sink.
const (
	DebeziumPostgres = "debezium-connector-postgres"
	DebeziumJDBC     = "debezium-connector-jdbc"
)

// Plugin returns a folder for plugin.path that has one of Debezium's connectors. It is fetched as the jars of Kafka are.
func Plugin(t testing.TB, name string) string {
	t.Helper()
	dir, err := FetchPlugin(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// FetchPlugin is Plugin for those that are no tests.
func FetchPlugin(ctx context.Context, name string) (string, error) {
	jars, err := kafkatest.FetchPom(ctx, name, pom(artifact{"io.debezium", name, debeziumVersion}))
	return filepath.Dir(jars), err
}

// Fetch brings onto this machine what the other functions would fetch when they are first called.
func Fetch(ctx context.Context) error {
	var err error
	for _, name := range []string{DebeziumPostgres, DebeziumJDBC} {
		_, e := FetchPlugin(ctx, name)
		err = errors.Join(err, e)
	}
	for _, fetched := range []bool{false, true} {
		_, e := postgresHome(ctx, fetched)
		err = errors.Join(err, e)
	}
	_, e := mariaHome(ctx)
	return errors.Join(err, e)
}
