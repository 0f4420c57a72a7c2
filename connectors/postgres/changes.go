// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"fmt"

	"github.com/longshore-io/connect/connectors/postgres/pgoutput"
	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
)

// message turns one message of the stream into the records of its events.
func (s *streaming) message(frame replication.Frame) error {
	// Rows that were copied share a place, and from an offset in their midst Debezium would go on behind all of them: a batch ends with the last.
	if s.limits.reached(s.batch) && frame.LSN != s.tracker.LSN {
		if err := s.flush(); err != nil {
			return err
		}
	}
	m, err := s.decoder.Decode(frame.Data)
	if err != nil {
		return err
	}
	if s.until != 0 && s.beyond(frame.LSN, m) {
		return errCaughtUp
	}
	before := len(s.batch.records)
	switch m.Kind {
	case pgoutput.Begin:
		s.beginTransaction(frame.LSN, m)
	case pgoutput.Commit:
		s.commitTransaction(frame.LSN)
		err = s.passed(frame.LSN)
	case pgoutput.RelationInfo:
		err = s.relation(m.Relation)
	case pgoutput.Insert:
		err = s.change(frame.LSN, m, position.Insert)
	case pgoutput.Update:
		err = s.change(frame.LSN, m, position.Update)
	case pgoutput.Delete:
		err = s.change(frame.LSN, m, position.Delete)
	case pgoutput.Truncate:
		s.truncate(frame.LSN, m)
	case pgoutput.Logical:
		s.logical(frame.LSN, m)
	}
	if len(s.batch.records) > before {
		s.batch.bytes += len(frame.Data)
	}
	return err
}

// beyond says whether a message is the first behind the end of the stream.
func (s *streaming) beyond(lsn position.LSN, m *pgoutput.Message) bool {
	switch m.Kind {
	case pgoutput.Begin:
		return position.LSN(m.FinalLSN) >= s.until
	case pgoutput.Logical:
		return !m.Transactional && lsn >= s.until
	}
	return false
}

// settle leaves the offset to the last of the records of a message: it says that all of them are done. So it is with those of changes that share a
// place in the log.
func (s *streaming) settle(before int) {
	records := s.batch.records
	if s.tracker.AtLSN > 1 && before > 0 {
		before--
	}
	for i := before; i < len(records)-1; i++ {
		records[i].SourceOffset = nil
	}
}

// place notes where the tracker is, for the records of an event.
func (s *streaming) place() {
	t := s.tracker
	s.at.LSN, s.at.LastCommit = uint64(t.LSN), uint64(t.Committed)
	s.at.TxID, s.at.Time, s.at.Xmin = t.TxID, t.Time, t.Xmin
	o := s.batch.keep(&t.Offset)
	o.Snapshot, o.Progress = s.kind, s.done
	s.at.Offset = o
}

func (s *streaming) beginTransaction(lsn position.LSN, m *pgoutput.Message) {
	news := s.tracker.Begin(lsn, position.LSN(m.FinalLSN), m.Committed, m.Xid)
	s.tracker.Xmin = s.xmin.get(s)
	if !news || s.at.Transaction == nil {
		return
	}
	s.counts.Begin(int64(m.Xid))
	s.place()
	s.batch.records = s.builder.Begin(s.batch.records, &s.at)
}

func (s *streaming) commitTransaction(lsn position.LSN) {
	if !s.tracker.Commit(lsn) {
		return
	}
	if s.at.Transaction != nil {
		s.place()
		s.batch.records = s.builder.End(s.batch.records, &s.at)
		s.counts.End()
	}
	s.batch.end = len(s.batch.records)
}

// change appends the records of an insert, update or delete.
func (s *streaming) change(lsn position.LSN, m *pgoutput.Message, kind string) error {
	t := s.tables[m.RelationID]
	if t == nil {
		return fmt.Errorf("read the stream: a change of relation %d, which was not described before", m.RelationID)
	}
	if t.signal {
		return s.changeOfSignals(lsn, m, kind, t)
	}
	if !s.tracker.Change(lsn, kind) || t.event == nil {
		return nil
	}
	s.changed(t, m)
	return s.append(m, t)
}

// changeOfSignals has the command carried out before the change of its row is sent.
func (s *streaming) changeOfSignals(lsn position.LSN, m *pgoutput.Message, kind string, t *table) error {
	before := s.tracker.Offset
	if !s.tracker.Change(lsn, kind) {
		return nil
	}
	if err := s.signalRow(before, m); err != nil {
		// The row has to come again, since neither command nor event is done. What the incremental snapshot has sent is.
		before.Incremental = s.tracker.Incremental
		s.tracker.Offset = before
		return err
	}
	return s.append(m, t)
}

func (s *streaming) append(m *pgoutput.Message, t *table) error {
	if err := t.fits(m); err != nil {
		return err
	}
	s.place()
	records, before := s.batch.records, len(s.batch.records)
	switch m.Kind {
	case pgoutput.Insert:
		records = t.event.Insert(records, m.New, &s.at)
	case pgoutput.Update:
		records = t.event.Update(records, m.Old, m.New, &s.at)
	default:
		records = t.event.Delete(records, m.Old, &s.at)
	}
	s.batch.records = records
	s.settle(before)
	return nil
}

// truncate appends a record for each captured table, in the order of the message.
func (s *streaming) truncate(lsn position.LSN, m *pgoutput.Message) {
	if !s.tracker.Change(lsn, position.Truncate) {
		return
	}
	s.place()
	before := len(s.batch.records)
	for _, id := range m.Truncated {
		if t := s.tables[id]; t != nil && t.event != nil {
			s.signals.incremental.Truncated(t.id)
			s.batch.records = t.event.Truncate(s.batch.records, &s.at)
		}
	}
	s.settle(before)
}

// logical appends the record of what pg_logical_emit_message wrote.
func (s *streaming) logical(lsn position.LSN, m *pgoutput.Message) {
	if !s.tracker.Emitted(lsn, m.Transactional) {
		return
	}
	s.place()
	s.batch.records = s.builder.Message(s.batch.records, &s.at, m.Prefix, m.Content, m.Transactional)
	if !m.Transactional {
		s.batch.end = len(s.batch.records)
	}
}
