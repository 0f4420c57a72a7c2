// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"

	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// The sizes of a request, without the four bytes that hold it: at least a header of key, version, correlation id and client id;
// at most what Kafka's socket.request.max.bytes allows by default.
const (
	minFrame = 10
	maxFrame = 100 << 20
)

// headLen is the part of a frame that is looked at: size, key and version.
const headLen = 8

// requests is told about the requests of a client before the broker sees them.
type requests interface {
	// arriving is called with the size of each request in bytes.
	arriving(size int)
	// wanted is called with the topics that a client would like to have created.
	wanted(topics []string)
}

// guardedConn passes requests on that kfake can stand. It ends the connection of a peer that speaks something else: kfake would
// dereference nil on a request it has never heard of, and allocate as many gigabytes as the first four bytes say.
type guardedConn struct {
	net.Conn
	requests requests
	ready    []byte // read from the peer and due to be handed out first
	left     int    // bytes of the present frame that are still to be read from the peer
}

func (c *guardedConn) Read(p []byte) (int, error) {
	if len(c.ready) == 0 && c.left == 0 {
		if err := c.nextFrame(); err != nil {
			return 0, err
		}
	}
	if len(c.ready) > 0 {
		n := copy(p, c.ready)
		c.ready = c.ready[n:]
		return n, nil
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// nextFrame reads the head of a frame, and all of one that may have to wait for topics.
func (c *guardedConn) nextFrame() error {
	head := make([]byte, headLen)
	if _, err := io.ReadFull(c.Conn, head); err != nil {
		return err
	}
	size := int(binary.BigEndian.Uint32(head))
	key, version := int16(binary.BigEndian.Uint16(head[4:])), int16(binary.BigEndian.Uint16(head[6:]))
	if size < minFrame || size > maxFrame || kmsg.RequestForKey(key) == nil {
		return fmt.Errorf("not a Kafka request: size %d, key %d", size, key)
	}
	c.requests.arriving(size)
	c.ready, c.left = head, size-(headLen-4)
	if key != int16(kmsg.Metadata) {
		return nil
	}
	frame := make([]byte, headLen+c.left)
	copy(frame, head)
	if _, err := io.ReadFull(c.Conn, frame[headLen:]); err != nil {
		return err
	}
	c.ready, c.left = frame, 0
	if topics := topicsToCreate(version, frame[headLen:]); len(topics) > 0 {
		c.requests.wanted(topics)
	}
	return nil
}

// autoCreateSince is the version of metadata requests that can say whether topics should be created; older ones always mean it.
const autoCreateSince = 4

// topicsToCreate reads the rest of a metadata request after its version. What cannot be read is kfake's to refuse.
func topicsToCreate(version int16, rest []byte) []string {
	r := kbin.Reader{Src: rest}
	r.Int32()          // correlation id
	r.NullableString() // client id
	req := kmsg.NewPtrMetadataRequest()
	req.SetVersion(version)
	if req.IsFlexible() {
		kmsg.SkipTags(&r)
	}
	if !r.Ok() || req.ReadFrom(r.Src) != nil {
		return nil
	}
	if version >= autoCreateSince && !req.AllowAutoTopicCreation {
		return nil
	}
	var topics []string
	for _, t := range req.Topics {
		if t.Topic != nil {
			topics = append(topics, *t.Topic)
		}
	}
	return topics
}
