// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
	"github.com/longshore-io/connect/connectors/datagen"
	"github.com/longshore-io/connect/converters/json"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// printed is how many records of each configuration are compared: more than one poll returns of the small ones.
const printed = 2500

var datagenConfigs = []string{
	"kafka.topic=t,task.id=0",
	"kafka.topic=t,task.id=1,value.size=1000,random.seed=42",
	"kafka.topic=t,task.id=3,value.size=3,key.shape=text,random.seed=-7",
	"kafka.topic=t,task.id=0,value.size=16,key.shape=number,from=9223372036854770000",
	"kafka.topic=t,task.id=11,value.shape=bytes,value.size=77,from=123456789",
	"kafka.topic=t,task.id=0,value.shape=struct,value.size=1",
	"kafka.topic=t,task.id=2,value.shape=struct,value.size=333,key.shape=text,random.seed=9223372036854775807,from=1000000000000",
}

func TestTheJavaTwinMakesTheSameRecords(t *testing.T) {
	jars, twins := kafkatest.Jars(t), filepath.Join(t.TempDir(), "twins.jar")
	require.NoError(t, kafkatest.CompilePlugin(t.Context(), os.DirFS(filepath.Join("testdata", "java")), twins))
	java := "java"
	if home := os.Getenv("JAVA_HOME"); home != "" {
		java = filepath.Join(home, "bin", java)
	}
	path := twins + string(os.PathListSeparator) + filepath.Join(jars, "*")
	command := exec.Command(java, append([]string{"-cp", path, filepath.Join("testdata", "DatagenPrint.java"), strconv.Itoa(printed)}, datagenConfigs...)...)
	var problems strings.Builder
	command.Stderr = &problems
	out, err := command.Output()
	require.NoError(t, err, problems.String())
	theirs := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	require.Len(t, theirs, printed*len(datagenConfigs))
	for i, config := range datagenConfigs {
		for n, ours := range printRecords(t, config) {
			require.Equal(t, theirs[i*printed+n], ours, "record %d of %s", n, config)
		}
	}
}

// printRecords prints our records as the Java program does its.
func printRecords(t *testing.T, config string) (lines []string) {
	converter := json.New()
	require.NoError(t, converter.Configure(map[string]string{"schemas.enable": "true"}, false))
	text := func(schema *connect.Schema, value any) string {
		encoded, err := converter.FromConnectData(t.Context(), "", nil, schema, value)
		require.NoError(t, err)
		if encoded == nil {
			return "null"
		}
		return string(encoded)
	}
	task := startDatagen(t, config)
	for len(lines) < printed {
		records, err := task.Poll(t.Context())
		require.NoError(t, err)
		for _, r := range records[:min(len(records), printed-len(lines))] {
			lines = append(lines, fmt.Sprintf("%s %s %s %s %s", r.Topic, inJava(r.SourcePartition.Fields()), inJava(r.SourceOffset.Fields()),
				text(r.KeySchema, r.Key), text(r.ValueSchema, r.Value)))
		}
	}
	return lines
}

func startDatagen(t *testing.T, config string) connect.SourceTask {
	props := map[string]string{}
	for pair := range strings.SplitSeq(config, ",") {
		key, value, _ := strings.Cut(pair, "=")
		props[key] = value
	}
	tc := &conntest.SourceContext{}
	if from, err := strconv.ParseInt(props["from"], 10, 64); err == nil {
		id, err := strconv.Atoi(props["task.id"])
		require.NoError(t, err)
		require.NoError(t, tc.Stored.Store(connect.MustPartition(map[string]any{"task.id": id}), connect.OffsetMap{"current.iteration": from}))
	}
	task := datagen.NewSource().NewTask()
	require.NoError(t, task.Start(t.Context(), tc, props))
	return task
}

// inJava prints fields as Java prints a sorted map.
func inJava(fields map[string]any) string {
	pairs := make([]string, 0, len(fields))
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		pairs = append(pairs, fmt.Sprintf("%s=%v", key, fields[key]))
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}
