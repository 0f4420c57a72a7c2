// SPDX-License-Identifier: Apache-2.0

//go:build unix

package connectors

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cmd/app"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// beACommand makes the test's binary the command by whose name it was called: app.Main ends its process.
func beACommand() {
	switch filepath.Base(os.Args[0]) {
	case "longshore":
		app.Main()
	case "psql":
		psql()
	}
}

// command links the test's binary under the name of a command.
func command(t *testing.T, dir, name string) string {
	t.Helper()
	own, err := os.Executable()
	require.NoError(t, err)
	link := filepath.Join(dir, name)
	require.NoError(t, os.Symlink(own, link))
	return link
}

// running is `longshore run` with some files, in a folder of the test's own.
type running struct {
	t   *testing.T
	dir string
	url string
	cmd *exec.Cmd
	out bytes.Buffer
}

var restAPI = regexp.MustCompile(`REST API +(\S+)`)

func runFiles(t *testing.T, dir string, files ...string) *running {
	t.Helper()
	r := &running{t: t, dir: dir}
	r.cmd = exec.CommandContext(t.Context(), command(t, t.TempDir(), "longshore"), append([]string{"run", "--port", "0", "--kafka-port", "0", "--data", "kafka"}, files...)...)
	r.cmd.Dir, r.cmd.Stdout = dir, &r.out
	stderr, err := r.cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, r.cmd.Start())
	log := bufio.NewReader(stderr)
	for r.url == "" {
		line, err := log.ReadString('\n')
		require.NoError(t, err, "the log ends without a REST API: %s", line)
		if match := restAPI.FindStringSubmatch(line); match != nil {
			r.url = match[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, log) }()
	return r
}

func (r *running) stop() {
	r.t.Helper()
	require.NoError(r.t, r.cmd.Process.Signal(os.Interrupt))
	require.NoError(r.t, r.cmd.Wait(), "it stops gracefully")
}

// get reads an answer; what is not there yet is an error.
func (r *running) get(path string, into any) error {
	response, err := http.Get(r.url + path)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(into)
}

// status is what a connector and its tasks do, such as RUNNING RUNNING.
func (r *running) status(name string) string {
	var status struct {
		Connector struct{ State, Trace string }
		Tasks     []struct{ State, Trace string }
	}
	if err := r.get("/connectors/"+name+"/status", &status); err != nil {
		return err.Error()
	}
	text := status.Connector.State
	for _, task := range status.Tasks {
		text += " " + task.State
	}
	for _, task := range status.Tasks {
		text += task.Trace
	}
	return text + status.Connector.Trace
}

// uses says whether a connector has used a topic.
func (r *running) uses(name, topic string) bool {
	var used map[string]struct{ Topics []string }
	return r.get("/connectors/"+name+"/topics", &used) == nil && slices.Contains(used[name].Topics, topic)
}

// await asks until something is so. Where it never is, the status of a connector says more.
func (r *running) await(name, what string, is func() bool) {
	r.t.Helper()
	require.NoError(r.t, kafkatest.Eventually(90*time.Second, 100*time.Millisecond, func() error {
		if is() {
			return nil
		}
		return fmt.Errorf("%s: not yet, and %s is %s", what, name, r.status(name))
	}))
}
