// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// demo is a folder with a file to copy and the connectors that copy it.
type demo struct {
	folder, input, output string
	source, sink          string
}

func newDemo(t *testing.T, lines int) demo {
	t.Helper()
	d := demo{folder: t.TempDir()}
	d.input, d.output = filepath.Join(d.folder, "input.txt"), filepath.Join(d.folder, "output.txt")
	d.append(t, 0, lines)
	d.source = writeFile(t, d.folder, "source.properties", "name=lines in\nconnector.class=FileStreamSource\ntopic=t\nfile="+filepath.ToSlash(d.input)+"\n")
	d.sink = writeFile(t, d.folder, "sink.json", fmt.Sprintf(`{"name": "out", "config": {"connector.class": "FileStreamSink", "topics": "t", "file": %q}}`, d.output))
	return d
}

// append adds numbered lines to the input.
func (d demo) append(t *testing.T, from, to int) {
	t.Helper()
	f, err := os.OpenFile(d.input, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	for i := from; i < to; i++ {
		_, err := fmt.Fprintf(f, "line %d\n", i)
		require.NoError(t, err)
	}
	require.NoError(t, f.Close())
}

func (d demo) command(more ...string) *command {
	args := []string{"run", d.source, "--data", filepath.Join(d.folder, "data"), "--port", "0", "--kafka-port=0", d.sink}
	return newCommand("longshore", append(args, more...)...)
}

// awaitCopy waits until the output is the input.
func (d demo) awaitCopy(t *testing.T, c *command) {
	t.Helper()
	want, err := os.ReadFile(d.input)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		got, _ := os.ReadFile(d.output)
		return len(got) >= len(want)
	}, 30*time.Second, 20*time.Millisecond, "the lines do not arrive: %v", c.err)
	require.FileExists(t, d.output)
	got, err := os.ReadFile(d.output)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

var restURL = regexp.MustCompile(`REST API +(\S+)`)

// url is where the command serves REST, known once it has said so.
func (c *command) url(t *testing.T) string {
	t.Helper()
	var url string
	require.Eventually(t, func() bool {
		if match := restURL.FindStringSubmatch(c.err.String()); match != nil {
			url = match[1]
		}
		return url != ""
	}, 30*time.Second, 20*time.Millisecond, "no REST API: %v", c.err)
	return url
}

// awaitReady waits until GET /health says so.
func awaitReady(t *testing.T, url string) {
	t.Helper()
	require.Eventually(t, func() bool {
		response, err := http.Get(url + "/health")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK
	}, 30*time.Second, 20*time.Millisecond)
	http.DefaultClient.CloseIdleConnections()
}

func TestRunCopiesAFileAndGoesOnAfterAStop(t *testing.T) {
	d := newDemo(t, 300)
	c := d.command()
	exit := c.start(t, (*program).longshore)
	d.awaitCopy(t, c)
	require.Equal(t, exitDone, c.interrupt(t, exit), c.err.String())
	require.Contains(t, c.err.String(), `connector created {"connector": "lines in"`)

	d.append(t, 300, 500)
	c = d.command()
	exit = c.start(t, (*program).longshore)
	d.awaitCopy(t, c)
	require.Equal(t, exitDone, c.interrupt(t, exit), c.err.String())
	require.Contains(t, c.err.String(), `connector goes on {"connector": "lines in"`)
	d.awaitCopy(t, c)

	require.NoError(t, os.WriteFile(d.sink, []byte(strings.Replace(readFile(t, d.sink), "output.txt", "other.txt", 1)), 0o600))
	d.output = filepath.Join(d.folder, "other.txt")
	c = d.command()
	exit = c.start(t, (*program).longshore)
	url := c.url(t)
	awaitReady(t, url)
	require.Contains(t, c.err.String(), `connector has a new configuration {"connector": "out"`)
	require.Equal(t, exitDone, c.interrupt(t, exit), c.err.String())
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}

func TestRunRefusesWrongConnectorsBeforeItMakesItsFolder(t *testing.T) {
	d := newDemo(t, 1)
	wrong := writeFile(t, d.folder, "wrong.properties", "name=x\nconnector.class=FileStreamSource\n")
	c := d.command(wrong)
	require.Equal(t, exitWrong, c.longshore())
	require.Equal(t, "longshore: "+wrong+`: Missing required configuration "topic" which has no default value.`+"\n", c.err.String())
	require.NoDirExists(t, filepath.Join(d.folder, "data"))
}

func TestRunRefusesAFolderThatIsInUse(t *testing.T) {
	d := newDemo(t, 1)
	c := d.command()
	exit := c.start(t, (*program).longshore)
	awaitReady(t, c.url(t))
	second := d.command()
	require.Equal(t, exitWrong, second.longshore())
	require.Contains(t, second.err.String(), "is in use by process")
	require.Equal(t, 1, strings.Count(second.err.String(), "\n"), second.err.String())
	require.Equal(t, exitDone, c.interrupt(t, exit), c.err.String())
}

func TestRunRefusesAPortThatThereIsNot(t *testing.T) {
	c := newCommand("longshore", "run", "--port", "99999")
	require.Equal(t, exitWrong, c.longshore())
	require.Contains(t, c.err.String(), "longshore: Invalid value http://localhost:99999 for configuration listeners: ")
}

// ask runs a client command against a worker and returns what it prints.
func ask(t *testing.T, url string, args ...string) (out, complaint string, code int) {
	t.Helper()
	c := newCommand("longshore", append(args, "--url", url)...)
	code = c.longshore()
	return c.out.String(), c.err.String(), code
}

func TestTheClientCommandsAskAWorker(t *testing.T) {
	d := newDemo(t, 10)
	c := d.command()
	exit := c.start(t, (*program).longshore)
	url := c.url(t)
	awaitReady(t, url)
	d.awaitCopy(t, c)

	said := func(args ...string) string {
		t.Helper()
		out, complaint, code := ask(t, url, args...)
		require.Equal(t, exitDone, code, complaint)
		return strings.TrimRight(out, "\n")
	}
	becomes := func(pattern string, args ...string) {
		t.Helper()
		require.Eventually(t, func() bool { return regexp.MustCompile(pattern).MatchString(said(args...)) }, 30*time.Second, 20*time.Millisecond,
			"%v does not become %s but is %s", args, pattern, said(args...))
	}
	becomes(`(?m)^NAME +TYPE +STATE +TASKS +WORKER +CLASS\nlines in +source +RUNNING +1 RUNNING +localhost:\d+ +FileStreamSource\nout +sink +RUNNING +1 RUNNING`, "connectors")
	becomes(`^TASK +STATE +WORKER\n0 +RUNNING +localhost:\d+$`, "tasks", "lines in")
	require.Contains(t, said("plugins"), "org.apache.kafka.connect.json.JsonConverter")
	becomes(`^group longshore, leader localhost:\d+, generation \d+.*\n\nWORKER .*\nlocalhost:\d+ +up +yes +2 +2 +0 +http://localhost:\d+`, "cluster")

	var config map[string]string
	require.NoError(t, json.Unmarshal([]byte(said("connectors", "config", "out")), &config))
	require.Equal(t, d.output, config["file"])

	require.Equal(t, "connector lines in: pause requested", said("connectors", "pause", "lines in"))
	becomes(`source lines in +PAUSED .*\ntask 0 +PAUSED`, "connectors", "get", "lines in")
	require.Equal(t, "connector lines in: resume requested", said("connectors", "resume", "lines in"))
	becomes(`source lines in +RUNNING .*\ntask 0 +RUNNING`, "connectors", "get", "lines in")
	require.Equal(t, "connector out: stop requested", said("connectors", "stop", "out"))
	becomes(`sink out +STOPPED`, "connectors", "get", "out")
	require.Equal(t, "connector lines in: restart requested", said("connectors", "restart", "--include-tasks", "lines in"))
	require.Equal(t, "connector out deleted; its offsets stay", said("connectors", "delete", "out"))
	require.Equal(t, "connector out created", said("connectors", "create", d.sink))

	_, complaint, code := ask(t, url, "connectors", "create", d.sink)
	require.Equal(t, exitWrong, code)
	require.Equal(t, "longshore: Connector out already exists\n", complaint)
	_, complaint, code = ask(t, url, "connectors", "config", "nobody")
	require.Equal(t, exitWrong, code)
	require.Equal(t, "longshore: Connector nobody not found\n", complaint)

	http.DefaultClient.CloseIdleConnections()
	require.Equal(t, exitDone, c.interrupt(t, exit), c.err.String())
	_, complaint, code = ask(t, url, "connectors")
	require.Equal(t, exitWrong, code)
	require.Contains(t, complaint, "longshore: no worker answers at "+url)
}

func TestClientArgumentsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"a verb without a name":    {[]string{"connectors", "get"}, `"get": one of config, create, delete, get, pause, restart, resume, stop and a name are expected`},
		"a verb that is not":       {[]string{"connectors", "paint", "x"}, `"paint x": one of config,`},
		"tasks of nobody":          {[]string{"tasks"}, "Usage: longshore tasks [flags] CONNECTOR"},
		"a flag that there is not": {[]string{"plugins", "--colour"}, "flag provided but not defined: -colour"},
		"a URL that is none":       {[]string{"plugins", "--url", "localhost:8083"}, `--url "localhost:8083": a URL such as http://localhost:8083 is expected`},
	} {
		t.Run(name, func(t *testing.T) {
			command := newCommand("longshore", c.args...)
			require.Equal(t, exitWrong, command.longshore())
			require.Contains(t, command.err.String(), c.want)
		})
	}
}
