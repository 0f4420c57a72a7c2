// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// inChild makes this test binary the process that is to be killed; its value is the data folder.
const inChild = "EMBEDDEDKAFKA_CHILD_DIR"

func TestAcknowledgedRecordsSurviveAKill(t *testing.T) {
	if dir := os.Getenv(inChild); dir != "" {
		produceForEver(t, dir)
	}
	dir := t.TempDir()
	acked := killAfter(t, dir, 2000)

	b := open(t, Config{Dir: dir}) // the lock went with the process
	got := consume(t, b, "auto-created", acked)
	for i, r := range got[:acked] {
		require.Equal(t, strconv.Itoa(i), string(r.Value))
		require.EqualValues(t, i, r.Offset)
	}
	offsets, err := admin(t, b).FetchOffsets(t.Context(), "group")
	require.NoError(t, err)
	at, ok := offsets.Lookup("auto-created", 0)
	require.True(t, ok, "the committed offset is lost")
	require.EqualValues(t, 7, at.At)

	// What comes after the torn end of the log must be readable as well.
	produce(t, b, numbered("auto-created", 10)...)
	require.NoError(t, b.Close())
	b = open(t, Config{Dir: dir})
	all := consume(t, b, "auto-created", len(got)+10)
	require.Equal(t, "9", string(all[len(all)-1].Value))
}

// killAfter runs the child and kills it in the middle of producing, once it has reported enough. It returns how many records the
// child had reported as acknowledged.
func killAfter(t *testing.T, dir string, enough int) int {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestAcknowledgedRecordsSurviveAKill$")
	child.Env = append(os.Environ(), inChild+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	acked, killed := 0, false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, err := strconv.Atoi(lines.Text()); err == nil {
			acked = n
		}
		if acked >= enough && !killed {
			require.NoError(t, child.Process.Kill())
			killed = true
		}
	}
	require.Error(t, child.Wait())
	require.True(t, killed, "the child ended by itself")
	return acked
}

// produceForEver prints the number of acknowledged records after each batch of a few.
func produceForEver(t *testing.T, dir string) {
	b, err := Open(Config{Dir: dir})
	require.NoError(t, err)
	cl := client(t, b)
	for n := 0; ; {
		batch := make([]*kgo.Record, 10)
		for i := range batch {
			batch[i] = &kgo.Record{Topic: "auto-created", Value: fmt.Append(nil, n+i)}
		}
		require.NoError(t, cl.ProduceSync(t.Context(), batch...).FirstErr())
		n += len(batch)
		if n == len(batch) {
			var committed kadm.Offsets
			committed.Add(kadm.Offset{Topic: "auto-created", Partition: 0, At: 7})
			require.NoError(t, kadm.NewClient(cl).CommitAllOffsets(t.Context(), "group", committed))
		}
		fmt.Println(n)
	}
}
