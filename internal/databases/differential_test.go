// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// captureLimit is how long the connectors may take for a part of the workload.
const captureLimit = 3 * time.Minute

// fewest is how many pairs of records each mode has to have on average for a result to mean something.
const fewest = 500

func portOf(db *databasetest.Server) string { return strconv.Itoa(db.Port) }

// sides are the two workers that are compared. Debezium's prefixes begin with a letter of their own.
type sides struct {
	t      *testing.T
	broker string
	db     *databasetest.Server
	theirs *worker
	ours   *worker
}

func startSides(t *testing.T, db *databasetest.Server) *sides {
	t.Helper()
	broker := kafkatest.SharedBroker(t).Addr()
	s := &sides{t: t, broker: broker, db: db, theirs: kafkaConnect(t, workerProps(broker, kafkatest.Topic(t), nil))}
	s.ours = ownSide(t, workerProps(broker, kafkatest.Topic(t), nil))
	s.theirs.start()
	s.ours.start()
	return s
}

func comparedWithItself() bool { return os.Getenv("LONGSHORE_DATABASES_SELF") != "" }

// ownSide is Longshore, or Kafka Connect again where it is compared with itself.
func ownSide(t *testing.T, props map[string]string) *worker {
	t.Helper()
	if comparedWithItself() {
		return kafkaConnect(t, props)
	}
	return longshore(t, props)
}

func theirPrefix(m mode) string { return "jjj" + m.short }

func ourPrefix(m mode) string { return "ooo" + m.short }

func TestBothCaptureADatabaseInTheSameWay(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	db.Exec(t, before()...)
	s := startSides(t, db)
	for _, m := range chosen() {
		s.theirs.create(theirPrefix(m), m.config(db, theirPrefix(m)))
		s.ours.create(ourPrefix(m), m.config(db, ourPrefix(m)))
	}
	s.await(1)
	s.stream(after())

	c := &comparison{deliberate: map[string]int{}}
	for _, m := range chosen() {
		theirs, ours := capture(t, s.broker, theirPrefix(m)), capture(t, s.broker, ourPrefix(m))
		keep(t, m.short, "debezium", theirs)
		keep(t, m.short, "longshore", ours)
		c.compare(m.name, theirs, ours)
	}
	t.Log(c)
	assert.Empty(t, len(c.different), "places at which records differ, see above")
	if !comparedWithItself() && len(chosen()) == len(modes) {
		assert.Empty(t, c.stale(), "differences in deliberate_test.go that no record has")
	}
	assert.Greater(t, c.records, fewest*len(chosen()))
}

// stream runs statements, and returns when all connectors have come to their end.
func (s *sides) stream(statements []string) {
	s.t.Helper()
	rows := 1
	for _, statement := range append(statements, settle) {
		if statement != settle {
			s.db.Exec(s.t, statement)
			continue
		}
		s.db.Exec(s.t, fmt.Sprintf("INSERT INTO %s VALUES (%d)", ending, rows))
		rows++
		s.await(rows)
	}
}

// chosen are the modes, or the ones that the environment names, as da,dc.
func chosen() []mode {
	names := os.Getenv("LONGSHORE_DATABASES_MODES")
	if names == "" {
		return modes
	}
	var some []mode
	for _, m := range modes {
		if strings.Contains(names, m.short) {
			some = append(some, m)
		}
	}
	return some
}

// endingTopic is where the rows of the last table go.
func endingTopic(m mode, prefix string) string {
	delimiter := "."
	if d := m.settings["topic.delimiter"]; d != "" {
		delimiter = d
	}
	return strings.Join([]string{prefix, "public", ending}, delimiter)
}

// await returns when all connectors have produced so many rows of the last table.
func (s *sides) await(rows int) {
	s.t.Helper()
	for _, m := range chosen() {
		s.theirs.awaitMore(s.broker, theirPrefix(m), endingTopic(m, theirPrefix(m)), rows)
		s.ours.awaitMore(s.broker, ourPrefix(m), endingTopic(m, ourPrefix(m)), rows)
	}
}
