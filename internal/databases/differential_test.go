// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// captureLimit is how long the connectors may take for a part of a story.
	captureLimit = 3 * time.Minute
	// lateLimit is how long records may be under way to other topics when the last one is in its own.
	lateLimit = 10 * time.Second
	// fewest is how many pairs of records each mode has to have on average for a result to mean something.
	fewest = 300
)

func portOf(db *databasetest.Server) string { return strconv.Itoa(db.Port) }

// stories are what is compared.
var stories = []story{
	{name: "every type", letter: "", modes: modes, before: before(), after: steps(after()...)},
	shop, oddities, crowd,
}

// sides are the two workers that are compared, and what they capture. Debezium's prefixes begin with a letter of their own.
type sides struct {
	story
	t      *testing.T
	broker string
	db     *databasetest.Server
	theirs *worker
	ours   *worker
	// rows is how many rows the last table has.
	rows int
}

func startSides(t *testing.T, db *databasetest.Server, of story) *sides {
	t.Helper()
	broker := kafkatest.SharedBroker(t).Addr()
	of.modes = chosen(of.modes)
	s := &sides{story: of, t: t, broker: broker, db: db, theirs: kafkaConnect(t, workerProps(broker, kafkatest.Topic(t), nil)), rows: 1}
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

// modesVariable names some of the modes, as da,dc.
const modesVariable = "LONGSHORE_DATABASES_MODES"

// chosen are the modes, or those of them that the environment names.
func chosen(all []mode) []mode {
	names := os.Getenv(modesVariable)
	if names == "" {
		return all
	}
	var some []mode
	for _, m := range all {
		if strings.Contains(names, m.short) {
			some = append(some, m)
		}
	}
	return some
}

// side is one worker with its connector of a mode.
type side struct {
	*worker
	mode   mode
	prefix string
}

func (s *sides) sidesOf(m mode) (theirs, ours side) {
	return side{s.theirs, m, "jjj" + s.letter + m.short}, side{s.ours, m, "ooo" + s.letter + m.short}
}

// each has something done with every connector.
func (s *sides) each(do func(side)) {
	for _, m := range s.modes {
		theirs, ours := s.sidesOf(m)
		do(theirs)
		do(ours)
	}
}

func TestBothCaptureADatabaseInTheSameWay(t *testing.T) {
	for _, of := range stories {
		t.Run(of.name, func(t *testing.T) {
			db := databasetest.PostgreSQL(t)
			db.Exec(t, of.before...)
			s := startSides(t, db, of)
			s.each(func(by side) { by.create(by.prefix, by.mode.config(db, by.prefix)) })
			s.awaitActive(2 * len(s.modes))
			s.await()
			s.play()
			s.compare()
		})
	}
}

// play has the story happen, and returns when all connectors have come to its end.
func (s *sides) play() {
	s.t.Helper()
	s.settle()
	if s.late {
		s.each(func(by side) { by.must(http.MethodPut, "/connectors/"+by.prefix+"/stop", nil) })
		s.awaitActive(0)
	}
	open := newSessions(s.t, s.db)
	for _, at := range s.after {
		if at.sql == settle {
			s.settle()
			continue
		}
		open.run(at)
	}
	open.close()
	if s.late {
		s.each(func(by side) { by.must(http.MethodPut, "/connectors/"+by.prefix+"/resume", nil) })
	}
	s.settle()
}

// settle adds a row to the last table, and returns when all connectors have produced it.
func (s *sides) settle() {
	s.t.Helper()
	s.db.Exec(s.t, fmt.Sprintf("INSERT INTO %s VALUES (%d)", ending, s.rows))
	s.rows++
	s.await()
}

// await returns when all connectors have produced all rows of the last table.
func (s *sides) await() {
	s.t.Helper()
	eventually(s.t, captureLimit, func() (late error) {
		var topics []string
		s.each(func(by side) { topics = append(topics, by.endingTopic()) })
		produced := countsOf(s.t, s.broker, topics...)
		s.each(func(by side) {
			if got, wanted := produced[by.endingTopic()], s.rows-by.mode.passedOver(); got < wanted {
				late = by.late(by.prefix, got, wanted)
			}
		})
		return late
	})
}

// awaitActive returns when so many slots are read from.
func (s *sides) awaitActive(slots int) {
	s.t.Helper()
	eventually(s.t, captureLimit, func() error {
		active := s.db.Query(s.t, "SELECT slot_name FROM pg_replication_slots WHERE active AND database = current_database()")
		if len(active) != slots {
			return fmt.Errorf("%d slots are read from, not %d: %v", len(active), slots, active)
		}
		return nil
	})
}

// endingTopic is where the rows of the last table go.
func (by side) endingTopic() string {
	delimiter := "."
	if d := by.mode.settings["topic.delimiter"]; d != "" {
		delimiter = d
	}
	return strings.Join([]string{by.prefix, "public", ending}, delimiter)
}

// compare fails the test where the records of the sides differ.
func (s *sides) compare() {
	s.t.Helper()
	c := &comparison{deliberate: map[string]int{}}
	for _, m := range s.modes {
		theirs, ours := s.captured(m)
		keep(s.t, s.letter+m.short, "debezium", theirs)
		keep(s.t, s.letter+m.short, "longshore", ours)
		c.compare(m.name, theirs, ours)
		if !comparedWithItself() {
			c.forms(m.name, ours)
		}
	}
	s.t.Log(c)
	assert.Empty(s.t, len(c.different), "places at which records differ, see above")
	if !comparedWithItself() && os.Getenv(modesVariable) == "" {
		assert.Empty(s.t, c.stale(s.letter), "differences in deliberate_test.go that no record has")
	}
	if s.letter == "" && !comparedWithItself() {
		assert.Positive(s.t, c.twice, "rows that are both in a snapshot and in a stream")
	}
	assert.Greater(s.t, c.records, fewest*len(s.modes))
}

// captured are the records of both sides. The last of them may still be under way, since each topic has its own.
func (s *sides) captured(m mode) (theirs, ours captured) {
	s.t.Helper()
	left, right := s.sidesOf(m)
	_ = kafkatest.Eventually(lateLimit, pollEvery, func() error { // what is missing for good is a difference
		theirs, ours = capture(s.t, s.broker, left.prefix), capture(s.t, s.broker, right.prefix)
		if !theirs.sameCounts(ours) {
			return errors.New("the sides have different numbers of records")
		}
		return nil
	})
	return theirs, ours
}
