// SPDX-License-Identifier: Apache-2.0

package topiclog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// Record is one record of the log. Key and Value must not be changed by who receives them.
type Record struct {
	// Key says which earlier record this one replaces. It is never nil: compacted topics refuse that.
	Key []byte
	// Value is the content; nil is a tombstone.
	Value []byte
	// Partition and Offset say where a record that was read stands. They are not looked at when writing.
	Partition int32
	Offset    int64
	// Timestamp is the record's time; the zero time lets the client choose when writing.
	Timestamp time.Time
}

// Options say what to follow and with which clients.
type Options struct {
	// Topic is the compacted topic.
	Topic string
	// Client are the options of the client that reads and of plain writes: brokers, security, client id. A group must not be among them.
	Client []kgo.Opt
	// Writer are the options of another client for plain writes, where readers and writers log in differently; empty for one client.
	Writer []kgo.Opt
	// Leader are the options of the exclusive writer, with its kgo.TransactionalID; empty for a log that is never claimed.
	Leader []kgo.Opt
	// ReadCommitted hides records of transactions that are open or aborted.
	ReadCommitted bool
	// PastOpen makes ReadToEnd wait also for transactions that are open, whose records may stand before ones that are committed already.
	// Open does not wait for them.
	PastOpen bool
	// Apply receives every record, on one goroutine, in the order of each partition. It must not call the log.
	Apply func(Record)
	// OnState hears false when brokers stop answering and true when one answers again. It must not block. Nil is allowed.
	OnState func(reachable bool)
	// OnFatal hears of what retrying will hardly mend: the topic is gone, may not be read any more, or has lost records. The log goes on
	// trying. It must not block. Nil is allowed.
	OnFatal func(error)
	// Log receives what changes; nil drops it.
	Log *slog.Logger
	// Rights name the command that gives a right that is missing.
	Rights kafkaconfig.Rights
	// QuietCheck is how long nothing may arrive before the brokers are asked whether the topic is still there; 0 means 10 s.
	QuietCheck time.Duration
}

// ErrClosed says that the log was closed while a call waited.
var ErrClosed = errors.New("the log is closed")

// Log follows one compacted topic until Close.
type Log struct {
	o      Options
	client *kgo.Client
	writer *kgo.Client // client, unless Options.Writer says otherwise
	admin  *kadm.Client
	pos    *positions
	wrote  *positions      // behind the last record of our committed transactions
	life   context.Context // ends with Close
	cancel context.CancelFunc
	done   chan struct{}

	// opening ends Open when the brokers refuse what it waits for; nil afterwards.
	opening atomic.Pointer[context.CancelCauseFunc]

	missing int // how often in a row the brokers did not know the topic; the tail's own

	claim claim
}

// Open reads the topic from its start to the ends that it has now, giving every record to Apply, and then follows it in the background.
// The topic must exist. Errors: ctx ended first, with what stood in the way; or the right to read is missing.
func Open(ctx context.Context, o Options) (*Log, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.QuietCheck == 0 {
		o.QuietCheck = 10 * time.Second
	}
	client, err := kgo.NewClient(readerOpts(o)...)
	if err != nil {
		return nil, fmt.Errorf("make the client of topic %s: %w", o.Topic, err)
	}
	writer, err := newWriter(o, client)
	if err != nil {
		client.Close()
		return nil, fmt.Errorf("make the client that writes topic %s: %w", o.Topic, err)
	}
	l := &Log{o: o, client: client, writer: writer, admin: kadm.NewClient(client), done: make(chan struct{})}
	l.life, l.cancel = context.WithCancel(context.Background())
	if err := l.readAll(ctx); err != nil {
		l.Close()
		return nil, err
	}
	// Fetched now and not by the first write: a write that is cancelled meanwhile would fail all others that wait for the id.
	// Where this does not work, the first write says why.
	if _, _, err := writer.ProducerID(ctx); err != nil {
		o.Log.Debug("the producer's id could not be fetched ahead", "topic", o.Topic, "error", err)
	}
	return l, nil
}

func newWriter(o Options, reader *kgo.Client) (*kgo.Client, error) {
	if len(o.Writer) == 0 {
		return reader, nil
	}
	return kgo.NewClient(append(append([]kgo.Opt{}, o.Writer...), murmur2, kgo.ProducerLinger(0))...)
}

// murmur2 chooses partitions as Java does.
var (
	murmur2Of = kgo.StickyKeyPartitioner(nil)
	murmur2   = kgo.RecordPartitioner(murmur2Of)
)

// readAll is the first reading. A missing right ends it: there is nothing to wait for.
func (l *Log) readAll(ctx context.Context) error {
	ctx, refuse := context.WithCancelCause(ctx)
	defer refuse(nil)
	l.opening.Store(&refuse)
	defer l.opening.Store(nil)
	if err := l.start(ctx); err != nil {
		return err
	}
	return l.readTo(ctx, l.listStable())
}

func readerOpts(o Options) []kgo.Opt {
	opts := append([]kgo.Opt{}, o.Client...)
	opts = append(opts,
		murmur2, kgo.ProducerLinger(0),
		kgo.KeepControlRecords(),                          // so that an end behind a transaction marker is reached
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), // compaction may have moved the start
		kgo.WithHooks(&reach{topic: o.Topic, log: o.Log, tell: o.OnState}),
	)
	if o.ReadCommitted {
		opts = append(opts, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	return opts
}

// start finds the partitions and lets the tail run from their starts. Afterwards done will be closed.
func (l *Log) start(ctx context.Context) error {
	starts, err := l.offsets(ctx, l.admin.ListStartOffsets)
	if err != nil {
		close(l.done)
		return fmt.Errorf("find the start of topic %s: %w%s", l.o.Topic, err, remedy(err, l.o.Topic, l.o.Rights))
	}
	l.pos, l.wrote = newPositions(starts), newPositions(starts)
	from := map[int32]kgo.Offset{}
	for p, offset := range starts {
		from[p] = kgo.NewOffset().At(offset)
	}
	l.client.AddConsumePartitions(map[string]map[int32]kgo.Offset{l.o.Topic: from})
	go l.tail(l.life)
	return nil
}

// Close stops following and writing, ends calls that are waiting, and returns when Apply will not be called again. Records under way may
// or may not be written.
func (l *Log) Close() {
	l.cancel()
	l.Resign()
	l.client.Close()
	l.writer.Close()
	<-l.done
}

// tail is the goroutine that applies records.
func (l *Log) tail(ctx context.Context) {
	defer close(l.done)
	said := complaints{}
	for ctx.Err() == nil {
		fetches, quiet := l.poll(ctx)
		if ctx.Err() != nil || fetches.IsClientClosed() {
			return
		}
		if quiet {
			l.checkPresence(ctx, said)
			continue
		}
		read := 0
		fetches.EachPartition(func(p kgo.FetchTopicPartition) { read += l.apply(p.Partition, p.Records) })
		if read > 0 {
			clear(said)
		}
		fetches.EachError(func(_ string, _ int32, err error) { l.complain(err, said) })
		if read == 0 {
			_ = connect.Sleep(ctx, retryPause) // only errors came: the client would give them again at once
		}
	}
}

// poll waits for records or errors, and tells when neither came for a while.
func (l *Log) poll(ctx context.Context) (fetches kgo.Fetches, quiet bool) {
	bounded, cancel := context.WithTimeout(ctx, l.o.QuietCheck)
	defer cancel()
	fetches = l.client.PollFetches(bounded)
	return fetches, errors.Is(fetches.Err0(), context.DeadlineExceeded)
}

// checkPresence finds a deleted topic: the client may go on for ever looking for one that is not there. One answer alone proves nothing,
// since a broker that has just started may not know all topics.
func (l *Log) checkPresence(ctx context.Context, said complaints) {
	bounded, cancel := context.WithTimeout(ctx, l.o.QuietCheck)
	defer cancel()
	_, err := partitionCount(bounded, l.admin, l.o.Topic)
	if !errors.Is(err, kerr.UnknownTopicOrPartition) {
		l.missing = 0
		return
	}
	if l.missing++; l.missing > 1 {
		l.complain(err, said)
	}
}

func (l *Log) apply(partition int32, records []*kgo.Record) int {
	for _, r := range records {
		if !r.Attrs.IsControl() {
			l.o.Apply(Record{Key: r.Key, Value: r.Value, Partition: partition, Offset: r.Offset, Timestamp: r.Timestamp})
		}
	}
	if n := len(records); n > 0 {
		l.pos.advance(partition, records[n-1].Offset+1)
	}
	return len(records)
}

// complaints are the errors that were reported since records last arrived.
type complaints map[string]bool

// complain reports each kind of error once until records arrive again.
func (l *Log) complain(err error, said complaints) {
	if said[err.Error()] || errors.Is(err, context.Canceled) {
		return
	}
	said[err.Error()] = true
	err = fmt.Errorf("read topic %s: %w%s", l.o.Topic, err, remedy(err, l.o.Topic, l.o.Rights))
	if refuse := l.opening.Load(); refuse != nil && denied(err) {
		(*refuse)(err)
		return
	}
	if l.o.OnFatal != nil && !passing(err) {
		l.o.OnFatal(err)
		return
	}
	l.o.Log.Warn("reading goes on after an error", "topic", l.o.Topic, "error", err)
}

// passing tells errors that end by themselves from those that somebody must mend.
func passing(err error) bool {
	if lost := (*kgo.ErrDataLoss)(nil); errors.As(err, &lost) || errors.Is(err, kerr.UnknownTopicOrPartition) || errors.Is(err, kerr.UnknownTopicID) {
		return false
	}
	return !denied(err) && (kerr.IsRetriable(err) || !isKafkaError(err))
}

func isKafkaError(err error) bool {
	var code *kerr.Error
	return errors.As(err, &code)
}

func denied(err error) bool {
	return errors.Is(err, kerr.TopicAuthorizationFailed) || errors.Is(err, kerr.ClusterAuthorizationFailed) || errors.Is(err, kerr.SaslAuthenticationFailed)
}
