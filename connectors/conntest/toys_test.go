// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"

	"github.com/longshore-io/connect"
)

// shelf is what the connectors of this test read and write: texts in memory, which can be forgotten from the front.
type shelf struct {
	mu        sync.Mutex
	texts     []string
	forgotten int
	hangs     bool
	away      bool
}

var errAway = errors.New("the shelf is away")

func (s *shelf) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *shelf) hang() (mend func()) {
	s.set(func() { s.hangs = true })
	return func() { s.set(func() { s.hangs = false }) }
}

func (s *shelf) cut() (mend func()) {
	s.set(func() { s.away = true })
	return func() { s.set(func() { s.away = false }) }
}

func (s *shelf) feed(n int) {
	s.set(func() {
		for range n {
			s.texts = append(s.texts, fmt.Sprintf("text %d", len(s.texts)))
		}
	})
}

// use has something done with the texts once the shelf answers.
func (s *shelf) use(ctx context.Context, do func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.hangs:
		s.mu.Unlock()
		<-ctx.Done()
		s.mu.Lock()
		return ctx.Err()
	case s.away:
		return errAway
	}
	do()
	return nil
}

// What can be wrong with a connector; a flaw of "" is none.
const (
	forgetsOffsets  = "forgets offsets"
	repeats         = "repeats a record after a restart"
	endsBatches     = "gives each record the offset of the last of its batch"
	confirmsAhead   = "confirms what is not stored"
	losesWhenAway   = "loses what comes while the source is away"
	ignoresCancel   = "ignores that it is cancelled"
	hangsToo        = "hangs when the other side hangs"
	blocksStop      = "blocks in Stop"
	leaves          = "leaves a goroutine behind"
	takesAnything   = "takes any configuration"
	blamesOthers    = "finds a mistake at a key that is right"
	saysNothing     = "says only that a value is wrong"
	saysSecrets     = "says secrets in an error"
	logsSecrets     = "says secrets in its log"
	plansTooMuch    = "plans too many tasks"
	sharesConfigs   = "hands one map to two tasks"
	loses           = "lets records be committed that it has lost"
	commitsMore     = "lets more be committed than it was given"
	remembersAll    = "goes on where a partition was that was taken back"
	takesOnce       = "takes no record twice"
	forgetsFailures = "takes a Put that failed for done"
	swallows        = "says nothing of a record that it cannot write"
)

type toy struct {
	shelf *shelf
	flaw  string
	props map[string]string
}

func (c *toy) Version() string { return "1" }

func (c *toy) Config() connect.ConfigDef {
	validator := connect.NonEmpty()
	switch c.flaw {
	case takesAnything:
		validator = nil
	case saysNothing:
		validator = connect.ValidatorFunc(func(name string, value any) error {
			if value == "" {
				return &connect.ConfigError{Key: name, Value: value}
			}
			return nil
		})
	}
	return connect.ConfigDef{
		{Name: "topic", Type: connect.StringType, Required: true, Validator: validator, Importance: connect.High, Doc: "Where records go."},
		{Name: "code", Type: connect.PasswordType, Importance: connect.High, Doc: "What opens the shelf."},
		{Name: "batch", Type: connect.IntType, Default: 3, Validator: connect.Between(1, 10), Importance: connect.Low, Doc: "How many at a time."},
		{Name: "smallest", Type: connect.IntType, Default: 1, Validator: connect.AtLeast(1), Importance: connect.Low, Doc: "How many at least."},
	}
}

func (c *toy) ValidateConfig(_ context.Context, props map[string]string, values map[string]*connect.ConfigValue) error {
	smallest, _ := values["smallest"].Value.(int)
	if batch, ok := values["batch"].Value.(int); ok && len(values["batch"].Errors) == 0 && smallest > batch {
		values["smallest"].Errors = append(values["smallest"].Errors, "smallest must not be more than batch")
	}
	if c.flaw == blamesOthers && len(values["batch"].Errors) > 0 {
		values["topic"].Errors = append(values["topic"].Errors, "topic is no topic")
	}
	if c.flaw == saysSecrets && props["batch"] == "conntest" {
		values["batch"].Errors = append(values["batch"].Errors, fmt.Sprintf("batch is wrong in %v", props))
	}
	return nil
}

func (c *toy) Start(_ context.Context, cc connect.ConnectorContext, props map[string]string) error {
	c.props = props
	if c.flaw == logsSecrets {
		cc.Logger().Info("a toy starts", slog.Any("configuration", props))
	}
	return nil
}

func (c *toy) TaskConfigs(_ context.Context, maxTasks int) ([]map[string]string, error) {
	if c.flaw == plansTooMuch {
		maxTasks++
	}
	shared := maps.Clone(c.props)
	out := make([]map[string]string, maxTasks)
	for i := range out {
		if out[i] = shared; c.flaw != sharesConfigs {
			out[i] = maps.Clone(c.props)
		}
	}
	return out, nil
}

func (c *toy) Stop(context.Context) error { return nil }

type toySource struct{ toy }

func (s *toySource) NewTask() connect.SourceTask {
	return &toySourceTask{shelf: s.shelf, flaw: s.flaw, ended: make(chan struct{})}
}

type toySourceTask struct {
	shelf *shelf
	flaw  string
	topic string
	tc    connect.SourceTaskContext
	next  int
	acked int
	ended chan struct{}
}

func (s *toySourceTask) Start(ctx context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	s.topic, s.tc = props["topic"], tc
	if s.flaw == leaves {
		go func() { <-make(chan struct{}) }()
	}
	var err error
	s.next, err = s.stored(ctx)
	switch {
	case s.flaw == forgetsOffsets:
		s.next = 0
	case s.flaw == repeats && s.next > 0:
		s.next--
	}
	return err
}

func (s *toySourceTask) stored(ctx context.Context) (int, error) {
	stored, err := s.tc.Offsets().Offset(ctx, nil)
	if err != nil || stored == nil {
		return 0, err
	}
	return int(stored["next"].(int64)), nil
}

func (s *toySourceTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if s.flaw == ignoresCancel || s.flaw == hangsToo && s.shelf.hangs {
		ctx = context.Background()
	}
	var records []connect.SourceRecord
	switch err := s.shelf.use(ctx, func() { records = s.take() }); {
	case err != nil && s.flaw == losesWhenAway:
		s.next++
		return nil, connect.Retriable(err)
	case err != nil:
		return nil, connect.Retriable(err)
	case len(records) > 0:
		return records, nil
	}
	return nil, rest(ctx)
}

// rest ends a poll that has found nothing; one that ignores its cancellation waits for ever.
func rest(ctx context.Context) error {
	if ctx == context.Background() {
		<-make(chan struct{})
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	default:
		return nil
	}
}

// take makes records of the next texts, three at most.
func (s *toySourceTask) take() []connect.SourceRecord {
	s.next = max(s.next, s.shelf.forgotten)
	end := min(s.next+3, len(s.shelf.texts))
	var records []connect.SourceRecord
	for ; s.next < end; s.next++ {
		offset := s.next + 1
		if s.flaw == endsBatches {
			offset = end
		}
		records = append(records, connect.SourceRecord{
			Record:       connect.Record{Topic: s.topic, Value: s.shelf.texts[s.next]},
			SourceOffset: connect.OffsetMap{"next": offset},
		})
	}
	return records
}

func (s *toySourceTask) CommitRecord(_ context.Context, record *connect.SourceRecord, _ *connect.RecordMetadata) error {
	s.acked = record.SourceOffset.Fields()["next"].(int)
	return nil
}

func (s *toySourceTask) Commit(ctx context.Context) error {
	safe, err := s.stored(ctx)
	if err != nil {
		return err
	}
	if s.flaw == confirmsAhead {
		safe = s.acked
	}
	s.shelf.set(func() { s.shelf.forgotten = safe })
	return nil
}

func (s *toySourceTask) Stop(context.Context) error {
	if s.flaw == blocksStop {
		<-make(chan struct{})
	}
	return nil
}

type toySink struct{ toy }

func (s *toySink) NewTask() connect.SinkTask { return &toySinkTask{shelf: s.shelf, flaw: s.flaw} }

type toySinkTask struct {
	shelf *shelf
	flaw  string
	tc    connect.SinkTaskContext
	given int64
}

func (s *toySinkTask) Start(_ context.Context, tc connect.SinkTaskContext, _ map[string]string) error {
	s.tc = tc
	return nil
}

// unfit is a text that the shelf does not take.
const unfit = "unfit"

func (s *toySinkTask) Put(ctx context.Context, records []connect.SinkRecord) error {
	if s.flaw == hangsToo && s.shelf.hangs {
		ctx = context.Background()
	}
	var fit []string
	for i := range records {
		s.given = max(s.given, records[i].Offset+1)
		text := records[i].Value.(string)
		switch {
		case text != unfit:
			fit = append(fit, text)
		case s.flaw == swallows:
		case s.tc.Errant() == nil:
			return errors.New("text does not fit")
		default:
			if err := s.tc.Errant().Report(ctx, records[i], errors.New("text does not fit")); err != nil {
				return err
			}
		}
	}
	if len(fit) == 0 {
		return nil
	}
	return s.write(ctx, fit)
}

func (s *toySinkTask) write(ctx context.Context, texts []string) error {
	var twice error
	err := s.shelf.use(ctx, func() {
		if s.flaw == takesOnce && len(s.shelf.texts) > 0 && s.shelf.texts[0] == texts[0] {
			twice = errors.New("text is there already")
			return
		}
		if s.flaw == loses {
			texts = texts[1:]
		}
		s.shelf.texts = append(s.shelf.texts, texts...)
	})
	switch {
	case twice != nil:
		return twice
	case err == nil || s.flaw == forgetsFailures:
		return nil
	}
	return connect.Retriable(err)
}

func (s *toySinkTask) PreCommit(_ context.Context, current map[connect.TopicPartition]int64) (map[connect.TopicPartition]int64, error) {
	switch s.flaw {
	case commitsMore:
		current[partition]++
	case remembersAll:
		current[partition] = s.given
	}
	return current, nil
}

func (s *toySinkTask) Open(context.Context, []connect.TopicPartition) error { return nil }

func (s *toySinkTask) Close(context.Context, []connect.TopicPartition) error { return nil }

func (*toySinkTask) Stop(context.Context) error { return nil }
