// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// standaloneProps are the properties of a worker at a port where nobody is.
const standaloneProps = `bootstrap.servers=127.0.0.1:1
key.converter=StringConverter
value.converter=StringConverter
listeners=http://localhost:0
`

func TestEveryWrongKeyOfAWorkerIsALine(t *testing.T) {
	path := writeFile(t, t.TempDir(), "worker.properties", "listeners=foo\noffset.flush.interval.ms=soon\nkey.converter=Nowhere\ngroup.id=g\n"+
		"config.storage.topic=a\noffset.storage.topic=a\nstatus.storage.topic=b\n")
	c := newCommand("connect-distributed", path)
	require.Equal(t, exitWrong, c.distributed())
	require.Empty(t, c.out.String())
	var want strings.Builder
	for _, wrong := range []string{
		`Missing required configuration "value.converter" which has no default value.`,
		`Invalid value soon for configuration offset.flush.interval.ms: Not a number of type LONG`,
		`Invalid value foo for configuration listeners: Listener doesn't have the right format (protocol://hostname:port).`,
		`Invalid value a for configuration offset.storage.topic: each needs a topic of its own, and this is that of config.storage.topic`,
		`Invalid value Nowhere for configuration key.converter: Class Nowhere could not be found.`,
	} {
		fmt.Fprintf(&want, "connect-distributed: %s: %s\n", path, wrong)
	}
	require.ElementsMatch(t, strings.Split(want.String(), "\n"), strings.Split(c.err.String(), "\n"))
}

func TestWorkerAndConnectorsAreCheckedTogetherBeforeAnythingStarts(t *testing.T) {
	folder := t.TempDir()
	worker := writeFile(t, folder, "worker.properties", standaloneProps)
	connectors := []string{
		writeFile(t, folder, "class.properties", "name=a\nconnector.class=Nowhere\n"),
		writeFile(t, folder, "keys.json", `{"name": "b", "config": {"connector.class": "FileStreamSource", "tasks.max": "0"}}`),
		writeFile(t, folder, "cut.json", `{"name": "c"`),
		writeFile(t, folder, "twice.properties", "name=b\n"),
		filepath.Join(folder, "missing.properties"),
	}
	c := newCommand("connect-standalone", append([]string{worker}, connectors...)...)
	require.Equal(t, exitWrong, c.standalone())
	lines := strings.Split(strings.TrimSpace(c.err.String()), "\n")
	for i, want := range []string{
		`worker.properties: Missing required configuration "offset.storage.file.filename"`,
		"class.properties: Failed to find any class that implements Connector and which name matches Nowhere",
		"keys.json: Invalid value 0 for configuration tasks.max",
		`keys.json: Missing required configuration "topic"`,
		"cut.json: the file is not valid JSON",
		"twice.properties: connector b is in " + connectors[1] + " already",
		"missing.properties: no such file or directory",
	} {
		require.Greater(t, len(lines), i, c.err.String())
		require.Contains(t, lines[i], want)
	}
	require.Len(t, lines, 7, c.err.String())
}

func TestWithoutAWorkerFileThereIsTheUsage(t *testing.T) {
	for name, args := range map[string][]string{"nothing": nil, "flags only": {"-name", "x"}} {
		t.Run(name, func(t *testing.T) {
			c := newCommand("connect-distributed", args...)
			require.Equal(t, exitWrong, c.distributed())
			require.Contains(t, c.err.String(), "Usage: connect-distributed [-daemon] [-name NAME]")
		})
	}
}

func TestAWorkerFileThatIsMissingIsNamed(t *testing.T) {
	c := newCommand("connect-distributed", "nowhere.properties")
	require.Equal(t, exitWrong, c.distributed())
	require.Contains(t, c.err.String(), "connect-distributed: open nowhere.properties: ")
}

func TestALogLevelThatThereIsNotIsRefused(t *testing.T) {
	c := newCommand("connect-distributed", "-log-level", "loud", "nowhere.properties")
	require.Equal(t, exitWrong, c.distributed())
	require.Equal(t, "connect-distributed: -log-level: \"loud\" is no level: use trace, debug, info, warn, error or off\n", c.err.String())
}

func TestAPortInUseIsOneLine(t *testing.T) {
	taken, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	defer taken.Close()
	listener := fmt.Sprintf("http://localhost:%d", taken.Addr().(*net.TCPAddr).Port)
	folder := t.TempDir()
	offsets := filepath.Join(folder, "offsets")
	c := newCommand("connect-standalone", writeFile(t, folder, "worker.properties",
		strings.Replace(standaloneProps, "http://localhost:0", listener, 1)+"offset.storage.file.filename="+filepath.ToSlash(offsets)+"\n"))
	require.Equal(t, exitWrong, c.standalone())
	require.Equal(t, 1, strings.Count(c.err.String(), "\n"), c.err.String())
	require.Contains(t, c.err.String(), "open the REST listener "+listener)
	require.NoFileExists(t, offsets)
}

func TestAWorkerWithoutKafkaEndsWithALine(t *testing.T) {
	folder := t.TempDir()
	c := newCommand("connect-standalone", writeFile(t, folder, "worker.properties",
		standaloneProps+"default.api.timeout.ms=700\noffset.storage.file.filename="+filepath.ToSlash(filepath.Join(folder, "offsets"))+"\n"))
	require.Equal(t, exitWrong, c.await(t, c.start(t, (*program).standalone)))
	require.Contains(t, c.err.String(), "connect-standalone: reach Kafka at 127.0.0.1:1")
}

func TestJoinedErrorsAreALineEach(t *testing.T) {
	a, b := errors.New("a\n  goes on"), errors.New("b")
	require.Equal(t, []string{"a goes on", "b", "c: a goes on", "b: b"},
		errorLines(errors.Join(a, nil, errors.Join(b)), fmt.Errorf("c: %w", a), fmt.Errorf("%w: %w", b, b)))
}

func TestTheVersionNamesTheBuild(t *testing.T) {
	c := newCommand("longshore", "version")
	require.Equal(t, exitDone, c.longshore())
	require.Regexp(t, `^longshore \S+ \(commit \S+, does what Kafka Connect 4\.1\.0 does, go\S+ \w+/\w+\)\n$`, c.out.String())
}

func TestACommandThatThereIsNotIsRefused(t *testing.T) {
	c := newCommand("longshore", "dance")
	require.Equal(t, exitWrong, c.longshore())
	require.Contains(t, c.err.String(), `there is no command "dance"`)

	c = newCommand("longshore")
	require.Equal(t, exitWrong, c.longshore())
	require.Contains(t, c.err.String(), "longshore run [CONNECTOR file]...")

	c = newCommand("longshore", "help")
	require.Equal(t, exitDone, c.longshore())
	require.Contains(t, c.out.String(), "longshore run [CONNECTOR file]...")
}

func TestTheLogOfADaemonHasItsFolder(t *testing.T) {
	blocked := writeFile(t, t.TempDir(), "no-folder", "")
	c := newCommand("connect-standalone")
	c.getenv = func(name string) string { return map[string]string{"LOG_DIR": blocked}[name] }
	require.ErrorContains(t, c.detach("x"), "LOG_DIR names another one")
	require.NoError(t, os.Remove(blocked))
}

func TestVariablesOfTheFilesAreResolvedAndNotShown(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("LONGSHORE_TEST_INTERVAL", "hunter2000")
	t.Setenv("LONGSHORE_TEST_CONVERTER", "StringConverter")
	t.Setenv("LONGSHORE_TEST_TASKS", "hunter2001")
	worker := writeFile(t, folder, "worker.properties", "bootstrap.servers=127.0.0.1:1\nlisteners=http://localhost:0\noffset.storage.file.filename="+
		filepath.ToSlash(filepath.Join(folder, "offsets"))+"\nkey.converter=${env:LONGSHORE_TEST_CONVERTER}\nvalue.converter=StringConverter\n"+
		"offset.flush.interval.ms=${env:LONGSHORE_TEST_INTERVAL}\n"+
		"config.providers=env\nconfig.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider\n")
	connector := writeFile(t, folder, "c.properties", "name=c\nconnector.class=FileStreamSource\ntopic=t\ntasks.max=${env:LONGSHORE_TEST_TASKS}\n")
	c := newCommand("connect-standalone", worker, connector)
	require.Equal(t, exitWrong, c.standalone())
	lines := strings.Split(strings.TrimSpace(c.err.String()), "\n")
	require.Contains(t, lines[0], "worker.properties: Invalid value ${env:LONGSHORE_TEST_INTERVAL} for configuration offset.flush.interval.ms: Not a number of type LONG")
	require.Contains(t, lines[1], "c.properties: Invalid value ${env:LONGSHORE_TEST_TASKS} for configuration tasks.max: Not a number of type INT")
	require.NotContains(t, c.err.String(), "hunter200")
}

func TestAProviderThatFailsIsALine(t *testing.T) {
	for name, c := range map[string]struct{ props, want string }{
		"an unknown class": {"config.providers=a\nconfig.providers.a.class=Nowhere\n",
			"Invalid value Nowhere for configuration config.providers.a.class: Class Nowhere could not be found."},
		"a file that is missing": {"config.providers=a\nconfig.providers.a.class=File\nx=${a:nowhere.properties:k}\n",
			"Could not read properties from file nowhere.properties"},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeFile(t, t.TempDir(), "worker.properties", standaloneProps+c.props)
			command := newCommand("connect-standalone", path)
			require.Equal(t, exitWrong, command.standalone())
			require.Equal(t, "connect-standalone: "+path+": "+c.want+"\n", command.err.String())
		})
	}
}
