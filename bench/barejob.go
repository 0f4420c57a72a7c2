// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkaconfig"
)

const (
	// chunkBytes is how much of the file is read at a time.
	chunkBytes = 256 << 10
	// pollRecords is how many records are written at a time: max.poll.records of a Kafka consumer by default.
	pollRecords = 500
)

// bareJob is a copy without a worker: the shortest loop around the Kafka client, with the client settings of a worker's task.
type bareJob struct {
	// Sink copies the topic into the file; else the file is copied into the topic.
	Sink                bool
	Broker, Topic, File string
	// Records is how many a sink copies.
	Records int
}

// runBare does the job that is told as JSON.
func runBare(ctx context.Context, text string) error {
	var job bareJob
	if err := json.Unmarshal([]byte(text), &job); err != nil {
		return err
	}
	return job.run(ctx)
}

// run copies once the parent says so, and then waits for the parent to have seen all that it wants to see.
func (j bareJob) run(ctx context.Context) error {
	worker := map[string]string{"bootstrap.servers": j.Broker}
	pool := kafkaconfig.NewPool(kafkaconfig.PoolOptions{})
	var lease *kafkaconfig.Lease
	var err error
	work := j.produce
	if j.Sink {
		work = j.consume
		lease, err = pool.Consumer(kafkaconfig.SinkConsumer(worker, nil, "bare-"+j.Topic, 0), kgo.ConsumeTopics(j.Topic))
	} else {
		lease, err = pool.Producer(kafkaconfig.SourceProducer(worker, nil, "bare-"+j.Topic, 0))
	}
	if err != nil {
		return err
	}
	defer lease.Close()
	parent := bufio.NewReader(os.Stdin)
	fmt.Println("ready")
	if _, err := parent.ReadString('\n'); err != nil {
		return err
	}
	if err := work(ctx, lease.Client); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, parent)
	return err
}

// produce sends the lines of the file. Values are parts of what was read: nothing is copied.
func (j bareJob) produce(ctx context.Context, client *kgo.Client) error {
	f, err := os.Open(j.File)
	if err != nil {
		return err
	}
	defer f.Close()
	var failure atomic.Pointer[error]
	promise := func(_ *kgo.Record, err error) {
		if err != nil {
			failure.Store(&err)
		}
	}
	var rest []byte
	for failure.Load() == nil {
		chunk := append(make([]byte, 0, chunkBytes), rest...)
		n, err := io.ReadFull(f, chunk[len(chunk):cap(chunk)])
		if n == 0 && errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		rest = j.send(ctx, client, chunk[:len(chunk)+n], promise)
	}
	if err := failure.Load(); err != nil {
		return *err
	}
	return client.Flush(ctx)
}

// send produces the whole lines of a chunk and returns what is behind the last one.
func (j bareJob) send(ctx context.Context, client *kgo.Client, chunk []byte, promise func(*kgo.Record, error)) []byte {
	records := make([]kgo.Record, bytes.Count(chunk, []byte{'\n'}))
	for i := range records {
		end := bytes.IndexByte(chunk, '\n')
		records[i].Topic, records[i].Value = j.Topic, chunk[:end:end]
		chunk = chunk[end+1:]
		client.Produce(ctx, &records[i], promise)
	}
	return chunk
}

// consume writes the records of the topic to the file.
func (j bareJob) consume(ctx context.Context, client *kgo.Client) error {
	f, err := os.Create(j.File)
	if err != nil {
		return err
	}
	defer f.Close()
	var text []byte
	for left := j.Records; left > 0; {
		fetches := client.PollRecords(ctx, pollRecords)
		if err := fetches.Err(); err != nil {
			return err
		}
		text = text[:0]
		fetches.EachRecord(func(r *kgo.Record) {
			text = append(append(text, r.Value...), '\n')
			left--
		})
		if _, err := f.Write(text); err != nil {
			return err
		}
	}
	return nil
}
