// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain makes the test's binary the example itself where it is told to: app.Main ends its process.
func TestMain(m *testing.M) {
	if os.Getenv("BE_THE_EXAMPLE") != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestTheBinaryRunsItsOwnConnector(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	process := exec.CommandContext(ctx, os.Args[0], "run", "--port", "0", "--kafka-port", "0", "--data", t.TempDir(), "ticks.properties")
	process.Env = append(os.Environ(), "BE_THE_EXAMPLE=1")
	stderr, err := process.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	log := bufio.NewReader(stderr)
	url := restURL(t, log)
	go io.Copy(io.Discard, log)

	require.Eventually(t, func() bool {
		return strings.Contains(get(url+"/connectors/ticks/status"), `"tasks":[{"id":0,"state":"RUNNING"`)
	}, 30*time.Second, 50*time.Millisecond)
	require.Contains(t, get(url+"/connector-plugins"), `{"class":"org.example.TickSource","type":"source","version":"1.0.0"}`)

	require.NoError(t, process.Process.Signal(os.Interrupt))
	require.NoError(t, process.Wait(), "it stops gracefully")
}

func restURL(t *testing.T, log *bufio.Reader) string {
	t.Helper()
	pattern := regexp.MustCompile(`REST API +(\S+)`)
	for {
		line, err := log.ReadString('\n')
		if match := pattern.FindStringSubmatch(line); match != nil {
			return match[1]
		}
		require.NoError(t, err, "the log ends without a REST API")
	}
}

// get returns the body of an answer, or the error: the caller asks until it is the one that it waits for.
func get(url string) string {
	response, err := http.Get(url)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return string(body)
}
