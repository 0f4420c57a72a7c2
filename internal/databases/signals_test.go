// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// commandLimit is how long a command may take until the connector says that it has been carried out.
const commandLimit = time.Minute

// command is a row of the signal table, and which notification tells that it was carried out.
type command struct {
	kind, data string
	// ends is the type of the notification, "" where there is none.
	ends string
}

// commands are snapshots of both kinds, and what is passed over. Debezium's incremental snapshots have come to no end behind keys of several columns.
var commands = []command{
	{"execute-snapshot", `{"data-collections": ["public.(numbers|texts|times|specials|others|arrays|nonnull)"], "type": "incremental"}`, "COMPLETED"},
	{"log", `{"message": "from {}"}`, ""},
	{"stop-snapshot", `{}`, ""},
	{"pause-snapshot", `{}`, ""},
	{"resume-snapshot", `{}`, ""},
	{"no-such-type", `{}`, ""},
	{"execute-snapshot", `{"data-collections": []}`, ""},
	{"execute-snapshot", `{"data-collections": ["public.people"`, ""},
	{"execute-snapshot", `{"data-collections": ["public.twokeys", "public.nokey", "public.empty", "public.same", "other.same"], "type": "BLOCKING"}`, "COMPLETED"},
}

func TestBothCarryOutSignalsInTheSameWay(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	s := startSides(t, db, story{name: "signals", letter: "g", before: before(), modes: []mode{
		{"marks of two inserts", "ga", with(schemas, "incremental.snapshot.chunk.size", "3")},
		{"marks that are deleted", "gb", with(plain, "incremental.snapshot.chunk.size", "1024", "incremental.snapshot.watermarking.strategy", "INSERT_DELETE")},
	}})
	db.Exec(t, s.before...)
	s.each(func(by side) {
		db.Exec(t, "CREATE TABLE signals_"+by.prefix+" (id varchar(60) PRIMARY KEY, type varchar(32), data varchar(2048))")
		config := by.mode.config(db, by.prefix)
		maps.Copy(config, map[string]string{"signal.data.collection": "public.signals_" + by.prefix, "table.exclude.list": "public.signals_.*",
			"notification.enabled.channels": "sink", "notification.sink.topic.name": "notices_" + by.prefix})
		by.create(by.prefix, config)
	})
	s.await()
	s.settle()
	for i, c := range commands {
		s.each(func(by side) { s.send(by, i, c) })
		s.settle()
	}
	c := &comparison{deliberate: map[string]int{}}
	for _, m := range s.modes {
		theirs, ours := s.captured(m)
		keep(t, m.short, "debezium", theirs)
		keep(t, m.short, "longshore", ours)
		c.compare(m.name, rowsOnly(theirs), rowsOnly(ours))
	}
	t.Log(c)
	assert.Empty(t, len(c.different), "places at which records differ, see above")
	assert.Greater(t, c.records, 100*len(s.modes))
}

// send has a connector carry out a command, and returns when it says that it has.
func (s *sides) send(by side, number int, c command) {
	s.t.Helper()
	topic := "notices_" + by.prefix
	before := s.ended(topic, c)
	s.db.Exec(s.t, fmt.Sprintf("INSERT INTO signals_%s VALUES ('command %d', '%s', '%s')", by.prefix, number, c.kind, c.data))
	if c.ends == "" {
		return
	}
	began := time.Now()
	err := kafkatest.Eventually(commandLimit, pollEvery, func() error {
		if s.ended(topic, c) == before {
			return by.late(by.prefix, number, number+1)
		}
		return nil
	})
	s.t.Logf("%s has carried out command %d after %s", by.name, number, time.Since(began).Round(time.Millisecond))
	assert.NoError(s.t, err, "command %d: %s", number, c.data)
}

// ended is how many notifications say that something has come to its end.
func (s *sides) ended(topic string, c command) (n int) {
	for _, r := range readAll(s.t, s.broker, topic) {
		if strings.Contains(string(r.Value), `"`+c.ends+`"`) {
			n++
		}
	}
	return n
}

// rowsOnly leaves out the signals, whose marks are as many as either side needs, notifications, and what follows marks: the sequence of the last table's
// rows tells of the transaction before, which is one of the side's own marks.
func rowsOnly(all captured) captured {
	maps.DeleteFunc(all, func(topic string, _ []*kgo.Record) bool {
		return strings.Contains(topic, "signals_") || strings.HasPrefix(topic, "notices_") || strings.HasSuffix(topic, "."+ending)
	})
	return all
}
