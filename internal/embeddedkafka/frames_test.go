// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kmsg"
	"pgregory.net/rapid"
)

func TestStrangersAreDisconnectedAndTheBrokerLivesOn(t *testing.T) {
	b := open(t, Config{})
	for name, sent := range map[string][]byte{
		"a browser":                []byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
		"an unknown request":       frame(31999, 0, make([]byte, 20)),
		"a negative key":           frame(-1, 0, make([]byte, 20)),
		"a negative size":          {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0},
		"a frame without a header": {0, 0, 0, 1, 0, 3, 0, 0},
		"a garbled metadata one":   frame(3, 12, bytes.Repeat([]byte{0xff}, 30)),
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", b.Addr())
			require.NoError(t, err)
			defer conn.Close()
			_, err = conn.Write(sent)
			require.NoError(t, err)
			require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
			_, err = conn.Read(make([]byte, 1))
			require.Error(t, err)
			require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "still connected")
		})
	}
	produce(t, b, numbered("t", 1)...)
}

func TestFramesComeThroughUnchangedHoweverTheyAreCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sent []byte
		for range rapid.IntRange(1, 8).Draw(t, "frames") {
			key := rapid.SampledFrom([]int16{0, 1, 3, 18}).Draw(t, "key")
			sent = append(sent, frame(key, 0, rapid.SliceOfN(rapid.Byte(), 6, 200).Draw(t, "body"))...)
		}
		seen := &recorder{}
		c := &guardedConn{Conn: cutConn{r: bytes.NewReader(sent), most: rapid.IntRange(1, 50).Draw(t, "cut")}, requests: seen}
		var got []byte
		for buf := make([]byte, rapid.IntRange(1, 64).Draw(t, "buffer")); ; {
			n, err := c.Read(buf)
			got = append(got, buf[:n]...)
			if err != nil {
				break
			}
		}
		if !bytes.Equal(sent, got) {
			t.Fatalf("got %x, sent %x", got, sent)
		}
		if seen.bytes != len(sent)-4*seen.requests {
			t.Fatalf("counted %d bytes in %d requests of %d bytes", seen.bytes, seen.requests, len(sent))
		}
	})
}

func TestTopicsThatMetadataRequestsWantCreated(t *testing.T) {
	name := "t"
	for label, c := range map[string]struct {
		version int16
		allow   bool
		want    []string
	}{
		"when the client allows it":              {version: 12, allow: true, want: []string{name}},
		"not when it does not":                   {version: 12},
		"when it cannot say":                     {version: 1, want: []string{name}},
		"in the first version that can say, yes": {version: 4, allow: true, want: []string{name}},
		"in the first version that can say, no":  {version: 4},
	} {
		t.Run(label, func(t *testing.T) {
			req := kmsg.NewPtrMetadataRequest()
			req.SetVersion(c.version)
			req.AllowAutoTopicCreation = c.allow
			topic := kmsg.NewMetadataRequestTopic()
			topic.Topic = &name
			req.Topics = append(req.Topics, topic)
			formatted := kmsg.NewRequestFormatter(kmsg.FormatterClientID("client")).AppendRequest(nil, req, 1)
			require.Equal(t, c.want, topicsToCreate(c.version, formatted[headLen:]))
		})
	}
}

func frame(key, version int16, rest []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(4+len(rest)))
	b = binary.BigEndian.AppendUint16(b, uint16(key))
	b = binary.BigEndian.AppendUint16(b, uint16(version))
	return append(b, rest...)
}

type recorder struct{ requests, bytes int }

func (r *recorder) arriving(size int) { r.requests++; r.bytes += size }

func (*recorder) wanted([]string) {}

// cutConn gives at most so many bytes at a time.
type cutConn struct {
	net.Conn
	r    io.Reader
	most int
}

func (c cutConn) Read(p []byte) (int, error) { return c.r.Read(p[:min(len(p), c.most)]) }
