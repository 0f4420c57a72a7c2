// SPDX-License-Identifier: Apache-2.0

//go:build real

package connectors

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// block is a part of a recipe: lines for a shell, or what the lines before it print in the end.
type block struct{ kind, text string }

var fenced = regexp.MustCompile("(?ms)^```(sh|text)\n(.*?)^```$")

func blocksOf(t *testing.T, file string) (blocks []block) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "recipes", file))
	require.NoError(t, err)
	for _, match := range fenced.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, block{match[1], match[2]})
	}
	return blocks
}

func TestTheRecipeForPostgreSQLWorksLineByLine(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	address := kafkatest.FreeAddress(t)
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "bin"), 0o755))
	command(t, filepath.Join(dir, "bin"), "longshore")
	command(t, filepath.Join(dir, "bin"), "psql")

	// What the recipe leaves to its reader, and the ports that may be taken here.
	given := strings.NewReplacer("make build\n", "",
		"export PGHOST=localhost PGPORT=5432 PGUSER=postgres PGPASSWORD=secret PGDATABASE=shop", fmt.Sprintf("export PGHOST=127.0.0.1 PGPORT=%d PGUSER=%s PGPASSWORD=%s PGDATABASE=%s",
			db.Port, db.User, db.Password, db.Database),
		"bin/longshore run ", "bin/longshore run --kafka-port 0 --port "+port+" ", "bin/longshore connectors ", "bin/longshore connectors --url http://"+address+" ",
		"localhost:8083", address)
	sh := startShell(t, dir)
	blocks := blocksOf(t, "postgresql-to-kafka.md")
	require.NotEmpty(t, blocks)
	for i, b := range blocks {
		switch {
		case b.kind == "text":
		case i+1 < len(blocks) && blocks[i+1].kind == "text":
			sh.untilSays(given.Replace(b.text), strings.Split(strings.TrimSpace(blocks[i+1].text), "\n"))
		default:
			out, code := sh.run(given.Replace(b.text))
			require.Zero(t, code, "%s\n%s\n%s", b.text, out, sh.log())
		}
	}
	require.Empty(t, db.Query(t, "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()"), "nothing is left behind")
}

// shell is a shell that runs the blocks one after the other.
type shell struct {
	t   *testing.T
	dir string
	in  io.Writer
	out *bufio.Reader
}

func startShell(t *testing.T, dir string) *shell {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-s")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, writer, err := os.Pipe()
	require.NoError(t, err)
	cmd.Stdout, cmd.Stderr = writer, writer
	exited, err := kafkatest.StartTied(cmd)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	t.Cleanup(func() {
		_, _ = io.WriteString(in, "kill $! 2>/dev/null; wait\n")
		require.NoError(t, in.Close())
		<-exited
		require.NoError(t, out.Close())
	})
	return &shell{t: t, dir: dir, in: in, out: bufio.NewReader(out)}
}

// run gives lines to the shell, and returns what they print and the exit code of the last.
func (s *shell) run(lines string) (said string, code int) {
	s.t.Helper()
	const end = "@end-of-block@"
	_, err := io.WriteString(s.in, lines+"\necho "+end+"$?\n")
	require.NoError(s.t, err)
	for {
		line, err := s.out.ReadString('\n')
		require.NoError(s.t, err, "the shell has ended: %s", said)
		if before, status, is := strings.Cut(line, end); is {
			code, err = strconv.Atoi(strings.TrimSpace(status))
			require.NoError(s.t, err)
			return said + before, code
		}
		said += line
	}
}

// untilSays repeats lines until they print what they should: what is told of takes a moment.
func (s *shell) untilSays(lines string, want []string) {
	s.t.Helper()
	err := kafkatest.Eventually(time.Minute, 200*time.Millisecond, func() error {
		out, _ := s.run(lines)
		for _, text := range want {
			if !strings.Contains(out, text) {
				return fmt.Errorf("%s\nprints:\n%s\nwithout: %s\n%s", lines, out, text, s.log())
			}
		}
		return nil
	})
	require.NoError(s.t, err)
}

// log is what longshore has said.
func (s *shell) log() string {
	text, _ := os.ReadFile(filepath.Join(s.dir, "longshore.log"))
	return string(text)
}
